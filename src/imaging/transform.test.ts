import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { SettledTransform } from '#core/transform.ts'
import { carriedBy, deltaE, file, heic, pixelsOf, scene, turnOf } from './fixtures/pictures.ts'
import { transformPicture } from './transform.ts'

const original = scene(400, 300)
const jpeg = await file(original).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
const settled = (to: Partial<SettledTransform>): SettledTransform => ({
  width: 200,
  height: 150,
  fit: 'inside',
  format: 'webp',
  quality: 80,
  ...to,
})
const make = (to: Partial<SettledTransform>, bytes: Uint8Array = jpeg) => transformPicture(bytes, settled(to), { effort: 'low' })
const sizeOf = async (to: Partial<SettledTransform>, bytes?: Uint8Array) => {
  const { width, height } = await sharp((await make(to, bytes)).bytes).metadata()
  return `${width}x${height}`
}

describe('a transform', () => {
  it.each(['webp', 'avif', 'jpeg', 'png'] as const)('makes %s of the same picture, at either effort, without metadata', async (format) => {
    const withPlace = await file(original)
      .withExif({ IFD0: { Make: 'Acme' } })
      .withIccProfile('p3')
      .jpeg({ quality: 95 })
      .toBuffer()
    for (const effort of ['low', 'high'] as const) {
      const { bytes, contentType } = await transformPicture(withPlace, settled({ format }), { effort })
      expect(contentType).toBe(`image/${format}`)
      const metadata = await sharp(bytes).metadata()
      expect(metadata).toMatchObject({ width: 200, height: 150 })
      expect(await carriedBy(bytes)).toEqual([])
      if (format === 'avif') expect(isHalvedInChroma(bytes)).toBe(true)
      const ideal = await pixelsOf(file(original).resize(200, 150))
      expect(deltaE(await pixelsOf(bytes), ideal).mean).toBeLessThan(4)
    }
  })

  it.each(['webp', 'avif', 'jpeg', 'png'] as const)('makes %s of a JPEG at once just as by way of its pixels', async (format) => {
    const pixels = await file(await pixelsOf(sharp(jpeg).resize(200, 150)))
      .png()
      .toBuffer()
    const atOnce = await make({ format })
    const [ours, byPixels] = await Promise.all([pixelsOf(atOnce.bytes), make({ format }, pixels).then((made) => pixelsOf(made.bytes))])
    expect(ours.data.equals(byPixels.data)).toBe(true)
    expect(await carriedBy(atOnce.bytes)).toEqual([])
  })

  it('spends more effort for fewer bytes when nobody waits', async () => {
    for (const format of ['webp', 'avif'] as const) {
      const [low, high] = await Promise.all(
        (['low', 'high'] as const).map((effort) => transformPicture(jpeg, settled({ format }), { effort })),
      )
      expect(high!.bytes.length).toBeLessThan(low!.bytes.length)
    }
  })

  it('covers by cropping, contains by letting air in, and stays inside', async () => {
    expect(await sizeOf({ width: 100, height: 100, fit: 'cover' })).toBe('100x100')
    expect(await sizeOf({ width: 100, height: 100, fit: 'contain' })).toBe('100x100')
    expect(await sizeOf({ width: 100, height: 100, fit: 'inside' })).toBe('100x75')
    const air = await pixelsOf((await make({ width: 100, height: 100, fit: 'contain', format: 'png' })).bytes)
    expect([...air.data.subarray(0, 4)]).toEqual([0, 0, 0, 0])
    const paper = await pixelsOf((await make({ width: 100, height: 100, fit: 'contain', format: 'jpeg' })).bytes)
    expect(Math.min(...paper.data.subarray(0, 3))).toBeGreaterThan(250)
  })

  it('never enlarges: it keeps the aspect asked for, at the size there is', async () => {
    expect(await sizeOf({ width: 4000, height: 3000, fit: 'inside' })).toBe('400x300')
    expect(await sizeOf({ width: 1000, height: 1000, fit: 'cover' })).toBe('300x300')
    expect(await sizeOf({ width: 1000, height: 1000, fit: 'contain' })).toBe('400x400')
  })

  it('gives the exact size asked for from a source that rounding left a row short', async () => {
    const rung = await file(scene(320, 213)).png().toBuffer()
    expect(await sizeOf({ width: 320, height: 214, fit: 'cover' }, rung)).toBe('320x214')
  })

  it('keeps transparency where the format can, and puts white behind it where not', async () => {
    const png = await file(scene(400, 300, 4))
      .png()
      .toBuffer()
    for (const format of ['webp', 'avif', 'png'] as const)
      expect((await sharp((await make({ format }, png)).bytes).metadata()).hasAlpha).toBe(true)
    const { data, width } = await pixelsOf((await make({ format: 'jpeg' }, png)).bytes)
    expect(Math.min(...data.subarray((width - 4) * 3, (width - 3) * 3))).toBeGreaterThan(230)
  })

  it('turns what lies on its side, and reads heic', async () => {
    expect(await turnOf((await make({ width: 32, height: 48, format: 'png' }, heic())).bytes)).toBe('brwg')
    const lying = await file(original).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect(await sizeOf({ width: 150, height: 200, fit: 'inside' }, lying)).toBe('150x200')
  })

  it.each(['webp', 'avif', 'jpeg', 'png'] as const)('writes the mark into %s', async (format) => {
    const mark = { digitalSourceType: 'compositeWithTrainedAlgorithmicMedia', creatorTool: 'Genzo & "friends" <3' } as const
    const { bytes } = await transformPicture(jpeg, settled({ format }), { effort: 'low', mark })
    const xmp = (await sharp(bytes).metadata()).xmpAsString
    expect(xmp).toContain('http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia')
    expect(xmp).toContain('Genzo &#38; &#34;friends&#34; &#60;3')
  })

  it('refuses what does not decode to its end', async () => {
    for (const format of ['webp', 'jpeg'] as const)
      await expect(make({ format }, jpeg.subarray(0, jpeg.length / 2))).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

/** Bits 3 and 2 of the third byte of `av1C` (AV1 ISOBMFF §2.3.3): both set is 4:2:0. */
const isHalvedInChroma = (avif: Uint8Array) => (avif[Buffer.from(avif).indexOf('av1C') + 6]! & 0b1100) === 0b1100
