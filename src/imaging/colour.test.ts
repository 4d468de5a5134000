import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { deltaE, deltaOf, encodedOf, file, heic, pixelsOf, type Rgb, scene } from './fixtures/pictures.ts'
import { ADOBE_RGB, greyProfile, type Primaries, rgbProfile, SRGB } from './fixtures/profiles.ts'
import { decodeRaw, openPicture } from './picture.ts'
import { type Raw, tiffWithProfile } from './tiff-with-profile.ts'

/**
 * Resizing before converting may differ from the reverse by less than an eye can tell, on average; single pixels on a hard edge between
 * colours far apart by a little more.
 */
const MEAN_TOLERANCE = 0.35
const PIXEL_TOLERANCE = 6
/** Rounding to 8 bits on the way in and out. */
const GOLDEN_TOLERANCE = 1

const flat = (values: number[], width = 64, height = 48): Raw => ({
  data: Buffer.from(Array.from({ length: width * height }, () => values).flat()),
  width,
  height,
  channels: values.length as Raw['channels'],
})
const middleOf = (raw: Raw) => {
  const at = (Math.floor(raw.height / 2) * raw.width + Math.floor(raw.width / 2)) * raw.channels
  return [...raw.data.subarray(at, at + 3)] as Rgb
}
const decoded = async (bytes: Uint8Array, width = 32) => decodeRaw(await openPicture(bytes), { width })

/** What a value of another space is in sRGB, by the definition of both and no codec's help. */
function expectedSrgb(values: Rgb, primaries: Primaries, gamma: number): Rgb {
  const linear = values.map((value) => (value / 255) ** gamma)
  const xyz = [0, 1, 2].map((axis) => linear.reduce((sum, value, index) => sum + value * primaries[index]![axis]!, 0)) as Rgb
  return solve(SRGB, xyz).map(encodedOf) as Rgb
}

/** The x for which Σ x[i] · rows[i] = target, by Cramer's rule. */
function solve(rows: Primaries, target: Rgb): Rgb {
  const determinant = ([a, b, c]: readonly (readonly number[])[]) =>
    a![0]! * (b![1]! * c![2]! - b![2]! * c![1]!) -
    a![1]! * (b![0]! * c![2]! - b![2]! * c![0]!) +
    a![2]! * (b![0]! * c![1]! - b![1]! * c![0]!)
  return rows.map((_, index) => determinant(rows.map((row, at) => (at === index ? target : row))) / determinant(rows)) as Rgb
}

describe('colour', () => {
  it.each([[[100, 150, 200]], [[180, 90, 60]], [[128, 128, 128]], [[60, 140, 70]]] as [Rgb][])(
    'takes Adobe RGB %j for what it is',
    async (values) => {
      const tiff = tiffWithProfile(flat(values), rgbProfile(ADOBE_RGB, 563 / 256))
      const expected = expectedSrgb(values, ADOBE_RGB, 563 / 256)
      expect(deltaOf(middleOf(await decoded(tiff)), expected)).toBeLessThan(GOLDEN_TOLERANCE)
      // The test can fail: read as sRGB, the same numbers are visibly another colour, but for grey.
      if (values[0] !== values[1]) expect(deltaOf(values, expected)).toBeGreaterThan(4)
    },
  )

  it.each([8, 16])('turns Display P3 of %i bits back into the sRGB it was made from', async (bits) => {
    const original = scene(320, 240)
    const p3 = file(original).withIccProfile('p3')
    const bytes = await (bits === 16 ? p3.toColourspace('rgb16').png() : p3.png()).toBuffer()
    expect((await sharp(bytes).metadata()).depth).toBe(bits === 16 ? 'ushort' : 'uchar')
    expect(deltaE(await decoded(bytes, 320), original).mean).toBeLessThan(GOLDEN_TOLERANCE)
  })

  it('keeps sRGB as it is, with a profile or without', async () => {
    const original = scene(320, 240)
    for (const bytes of [await file(original).png().toBuffer(), await file(original).withIccProfile('srgb').png().toBuffer()])
      expect(deltaE(await decoded(bytes, 320), original).mean).toBeLessThan(0.2)
  })

  it('reads ink as ink', async () => {
    const bytes = await file(flat([150, 110, 90]))
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer()
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'cmyk', channels: 4, hasProfile: true })
    // The way to ink goes by a press's own tables; read wrongly (inverted, or as light) it would be off by 50 and more.
    expect(deltaOf(middleOf(await decoded(bytes)), [150, 110, 90])).toBeLessThan(12)
  })

  it.each([1.8, 2.2])('follows a grey profile of gamma %d', async (gamma) => {
    const raw = await decoded(tiffWithProfile(flat([90]), greyProfile(gamma)))
    expect(raw.channels).toBe(3)
    const grey = encodedOf((90 / 255) ** gamma)
    expect(deltaOf(middleOf(raw), [grey, grey, grey])).toBeLessThan(GOLDEN_TOLERANCE)
  })

  it('brings grey, palettes and 16 bits without a profile to 8-bit sRGB', async () => {
    const original = scene(64, 48)
    const grey = await decoded(await file(original).greyscale().toColourspace('b-w').png().toBuffer(), 64)
    expect(grey.channels).toBe(3)
    expect(middleOf(grey)[0]).toBe(middleOf(grey)[2])
    const deep = await decoded(await file(original).toColourspace('rgb16').png().toBuffer(), 64)
    expect(deltaE(deep, original).mean).toBeLessThan(0.2)
    const few = await decoded(await file(original).png({ palette: true }).toBuffer(), 64)
    expect(deltaE(few, original).mean).toBeLessThan(6)
  })

  it('takes the profile of a heic, whose pixels come without it', async () => {
    // Green of sRGB, stored as Display P3 (117, 251, 76): the profile ignored would show that.
    const raw = await decodeRaw(await openPicture(heic()))
    const at = (80 * raw.width + 50) * 3
    expect(deltaOf([...raw.data.subarray(at, at + 3)] as Rgb, [0, 255, 0])).toBeLessThan(5)
  })

  it('survives a broken profile: the picture counts more than its colours', async () => {
    const raw = await decoded(tiffWithProfile(flat([200, 60, 50]), Buffer.from('this is no profile at all, only bytes')))
    expect(deltaOf(middleOf(raw), [200, 60, 50])).toBeLessThan(GOLDEN_TOLERANCE)
  })

  it.each(['p3', 'adobe rgb', 'srgb', 'cmyk'])('gives the same picture whether %s is converted before resizing or after', async (space) => {
    const original = scene(1200, 900)
    const bytes =
      space === 'adobe rgb'
        ? tiffWithProfile(original, rgbProfile(ADOBE_RGB, 563 / 256))
        : await (space === 'cmyk' ? file(original).toColourspace('cmyk') : file(original))
            .withIccProfile(space)
            .tiff({ compression: 'none' })
            .toBuffer()
    const convertedFirst = await pixelsOf(sharp(bytes).resize({ width: 320 }))
    const difference = deltaE(await decoded(bytes, 320), convertedFirst)
    expect(difference.mean).toBeLessThan(MEAN_TOLERANCE)
    expect(difference.max).toBeLessThan(PIXEL_TOLERANCE)
  })
})
