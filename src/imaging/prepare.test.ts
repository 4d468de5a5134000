import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Preparation } from '#core/ports/pixels.ts'
import { carriedBy, deltaE, file, pixelsOf, scene, turnOf } from './fixtures/pictures.ts'
import { preparePicture } from './prepare.ts'

const photo = await file(scene(800, 600))
  .withExif({ IFD0: { Make: 'Acme' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
  .withMetadata({ orientation: 3 })
  .jpeg({ quality: 95 })
  .toBuffer()
const prepare = (to: Partial<Preparation>, bytes: Uint8Array = photo) => preparePicture(bytes, { formats: ['jpeg', 'png', 'webp'], ...to })

/** Left half black, right half white, with a soft grey seam in between. */
const painted = (width = 100, height = 50) => {
  const data = Buffer.alloc(width * height)
  for (let at = 0; at < data.length; at++) data[at] = at % width < width / 2 - 5 ? 0 : at % width < width / 2 + 5 ? 100 : 255
  return sharp(data, { raw: { width, height, channels: 1 } })
}
const greysOf = async (bytes: Uint8Array) => {
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { values: [...new Set(data)].sort((a, b) => a - b), channels: info.channels, left: data[0], right: data[info.width - 1] }
}

describe('a model’s input', () => {
  it('leaves the camera’s secrets behind, and says what it is', async () => {
    const picture = await prepare({})
    expect(picture).toMatchObject({ contentType: 'image/jpeg', width: 800, height: 600, hasAlpha: false })
    expect(await carriedBy(picture.bytes)).toEqual([])
    expect(deltaE(await pixelsOf(picture.bytes), await pixelsOf(sharp(photo).autoOrient())).mean).toBeLessThan(2)
  })

  it('is scaled down to each limit in its aspect, never past it, and never up', async () => {
    expect(await prepare({ maxSide: 400 })).toMatchObject({ width: 400, height: 300 })
    const few = await prepare({ maxPixels: 100_000 })
    expect(few.width * few.height).toBeLessThanOrEqual(100_000)
    expect(few.width / few.height).toBeCloseTo(4 / 3, 1)
    expect(await prepare({ maxSide: 4000, maxPixels: 1e9 })).toMatchObject({ width: 800, height: 600 })
  })

  it('meets an exact size by cropping or by stretching', async () => {
    const wide = await file(scene(300, 100)).png().toBuffer()
    expect(await prepare({ exact: { width: 64, height: 64, fit: 'cover' } }, wide)).toMatchObject({ width: 64, height: 64 })
    const stretched = await pixelsOf((await prepare({ exact: { width: 64, height: 64, fit: 'fill' } }, wide)).bytes)
    expect(deltaE(stretched, await pixelsOf(file(scene(300, 100)).resize(64, 64, { fit: 'fill' }))).mean).toBeLessThan(1)
  })

  it.each(['jpeg', 'png', 'webp'] as const)('comes as %s where that is all the model takes', async (format) => {
    const { bytes, contentType } = await prepare({ formats: [format] })
    expect(contentType).toBe(`image/${format}`)
    expect((await sharp(bytes).metadata()).format).toBe(format)
  })

  it('keeps transparency where it may, and lies on white where it may not', async () => {
    const png = await file(scene(200, 150, 4))
      .png()
      .toBuffer()
    expect(await prepare({}, png)).toMatchObject({ contentType: 'image/png', hasAlpha: true })
    for (const flat of [await prepare({ flatten: true }, png), await prepare({ formats: ['jpeg'] }, png)]) {
      expect(flat.hasAlpha).toBe(false)
      const { data, width, channels } = await pixelsOf(flat.bytes)
      expect(Math.min(...data.subarray((width - 2) * channels, (width - 2) * channels + 3))).toBeGreaterThan(230)
    }
  })

  it('fits into the bytes that a model takes: by quality first, by size when that is not enough', async () => {
    const whole = await prepare({ formats: ['jpeg'] })
    const coarser = await prepare({ formats: ['jpeg'], maxBytes: Math.floor(whole.bytes.length * 0.6) })
    expect(coarser.bytes.length).toBeLessThanOrEqual(whole.bytes.length * 0.6)
    expect(coarser.width).toBe(800)
    const smaller = await prepare({ formats: ['jpeg'], maxBytes: 8_000 })
    expect(smaller.bytes.length).toBeLessThanOrEqual(8_000)
    expect(smaller.width).toBeLessThan(800)
    await expect(prepare({ maxBytes: 100 })).rejects.toMatchObject({ code: 'invalid_input' })
    const exact = { width: 800, height: 600, fit: 'cover' } as const
    await expect(prepare({ formats: ['jpeg'], exact, maxBytes: 8_000 })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('refuses what is no picture, or half of one', async () => {
    await expect(prepare({}, Buffer.from('<svg/>'))).rejects.toMatchObject({ code: 'unsupported_type' })
    await expect(prepare({}, photo.subarray(0, 9000))).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a mask', () => {
  const exact = { width: 200, height: 100, fit: 'fill' } as const

  it('is one channel of its source’s size, white on the right as painted', async () => {
    const picture = await prepare({ exact, mask: { binary: false, invert: false } }, await painted().png().toBuffer())
    expect(picture).toMatchObject({ contentType: 'image/png', width: 200, height: 100, hasAlpha: false })
    const greys = await greysOf(picture.bytes)
    expect(greys).toMatchObject({ channels: 1, left: 0, right: 255 })
    expect(greys.values.length).toBeGreaterThan(2)
    expect((await sharp(picture.bytes).metadata()).channels).toBe(1)
  })

  it('becomes pure black and white, and swaps them, as a model wants', async () => {
    const png = await painted().png().toBuffer()
    expect(await greysOf((await prepare({ exact, mask: { binary: true, invert: false } }, png)).bytes)).toMatchObject({
      values: [0, 255],
      left: 0,
      right: 255,
    })
    expect(await greysOf((await prepare({ exact, mask: { binary: true, invert: true } }, png)).bytes)).toMatchObject({
      values: [0, 255],
      left: 255,
      right: 0,
    })
  })

  it('is softened by feathering, but never where it must be pure', async () => {
    const hard = await painted().threshold(128).png().toBuffer()
    const soft = await greysOf((await prepare({ mask: { binary: false, invert: false, featherPixels: 12 } }, hard)).bytes)
    expect(soft.values.length).toBeGreaterThan(10)
    expect(soft).toMatchObject({ left: 0, right: 255 })
    expect((await greysOf((await prepare({ mask: { binary: true, invert: false, featherPixels: 12 } }, hard)).bytes)).values).toEqual([
      0, 255,
    ])
  })

  it('counts what is transparent as not painted, or as the place to change where that is the convention', async () => {
    // All white; the left half cannot be seen.
    const data = Buffer.alloc(40 * 20 * 4, 255)
    for (let at = 0; at < 40 * 20; at++) if (at % 40 < 20) data[at * 4 + 3] = 0
    const png = await sharp(data, { raw: { width: 40, height: 20, channels: 4 } })
      .png()
      .toBuffer()
    const mask = { binary: true, invert: false }
    expect(await greysOf((await prepare({ mask }, png)).bytes)).toMatchObject({ left: 0, right: 255 })
    expect(await greysOf((await prepare({ mask: { ...mask, fromAlpha: true } }, png)).bytes)).toMatchObject({ left: 255, right: 0 })
  })

  it('stays upright and lossless', async () => {
    const quarters = await file(scene(90, 60)).threshold(100).withMetadata({ orientation: 3 }).png().toBuffer()
    const turned = await prepare({ mask: { binary: true, invert: false } }, quarters)
    const upright = await sharp(quarters).autoOrient().toColourspace('b-w').raw().toBuffer()
    expect(await sharp(turned.bytes).toColourspace('b-w').raw().toBuffer()).toEqual(upright)
    expect(await turnOf(turned.bytes)).toBe(
      await turnOf(
        await sharp(upright, { raw: { width: 90, height: 60, channels: 1 } })
          .png()
          .toBuffer(),
      ),
    )
  })
})
