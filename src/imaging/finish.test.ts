import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { finishPicture } from './finish.ts'
import { deltaE, file, pixelsOf, scene } from './fixtures/pictures.ts'

const MARK = { digitalSourceType: 'trainedAlgorithmicMedia', creatorTool: 'Genzo (Core)' } as const
const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
const opaque = file(scene(160, 120))
const see = file(scene(160, 120, 4))

describe('what a model made', () => {
  it.each([
    ['png', opaque.clone().png()],
    ['png with alpha', see.clone().png()],
    ['jpeg', opaque.clone().jpeg()],
    [
      'jpeg with exif',
      opaque
        .clone()
        .withExif({ IFD0: { Make: 'Acme' } })
        .jpeg(),
    ],
    ['webp', opaque.clone().webp()],
    ['lossless webp', opaque.clone().webp({ lossless: true })],
    ['lossless webp with alpha', see.clone().webp({ lossless: true })],
    ['webp with alpha', see.clone().webp()],
    ['webp with a profile', opaque.clone().withIccProfile('p3').webp()],
  ])('is marked as such in %s without a pixel changing', async (_, made) => {
    const bytes = await made.toBuffer()
    const finished = await finishPicture(bytes, { exact: { width: 160, height: 120 }, mark: MARK })
    const [before, after] = [await sharp(bytes).metadata(), await sharp(finished.bytes).metadata()]
    expect(after.xmpAsString).toContain(SOURCE)
    expect(after.xmpAsString).toContain('Genzo (Core)')
    expect({ ...after, xmp: 0, xmpAsString: 0, size: 0 }).toEqual({ ...before, xmp: 0, xmpAsString: 0, size: 0 })
    expect(finished).toMatchObject({ contentType: `image/${before.format}`, width: 160, height: 120, hasAlpha: before.hasAlpha })
    expect(await sharp(finished.bytes).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
    // Inserted, not encoded again: nothing but the mark was added.
    expect(finished.bytes.length - bytes.length).toBeLessThan(700)
  })

  it.each(['png', 'jpeg', 'webp'] as const)('carries one mark in %s, the last one', async (format) => {
    const bytes = await opaque.clone().withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><other/></x:xmpmeta>').toFormat(format).toBuffer()
    const once = await finishPicture(bytes, { mark: { ...MARK, digitalSourceType: 'algorithmicMedia' } })
    const twice = Buffer.from((await finishPicture(once.bytes, { mark: MARK })).bytes)
    const xmp = (await sharp(twice).metadata()).xmpAsString
    expect(xmp).toContain(SOURCE)
    for (const gone of ['<other/>', 'digitalsourcetype/algorithmicMedia']) expect(twice.includes(gone)).toBe(false)
    expect(await sharp(twice).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer())
  })

  it.each(['png', 'jpeg', 'webp'] as const)('is cropped around its middle and resized to the exact size in %s', async (format) => {
    const bytes = await opaque.clone().toFormat(format, { quality: 100 }).toBuffer()
    const finished = await finishPicture(bytes, { exact: { width: 60, height: 60 }, mark: MARK })
    expect(finished).toMatchObject({ contentType: `image/${format}`, width: 60, height: 60 })
    const ideal = opaque.clone().extract({ left: 20, top: 0, width: 120, height: 120 }).resize(60, 60)
    expect(deltaE(await pixelsOf(finished.bytes), await pixelsOf(ideal)).mean).toBeLessThan(3)
    expect((await sharp(finished.bytes).metadata()).xmpAsString).toContain(SOURCE)
  })

  it('is brought to a larger size when that was asked for', async () => {
    const finished = await finishPicture(await see.clone().png().toBuffer(), { exact: { width: 300, height: 200 }, mark: MARK })
    expect(finished).toMatchObject({ width: 300, height: 200, hasAlpha: true })
  })

  it('comes as png when its own format cannot be marked', async () => {
    const finished = await finishPicture(await opaque.clone().gif().toBuffer(), { mark: MARK })
    expect(finished.contentType).toBe('image/png')
    expect((await sharp(finished.bytes).metadata()).xmpAsString).toContain(SOURCE)
  })

  it('is refused when it is no whole picture', async () => {
    const png = await opaque.clone().png().toBuffer()
    await expect(finishPicture(png.subarray(0, png.length / 2), { mark: MARK })).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(finishPicture(Buffer.from('{"error":"busy"}'), { mark: MARK })).rejects.toMatchObject({ code: 'unsupported_type' })
  })
})
