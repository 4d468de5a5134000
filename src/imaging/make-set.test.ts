import sharp, { type Color } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { MadeRendition } from '#core/ports/pixels.ts'
import { carriedBy, file, heic, pixelsOf, quarters, scene, ssim, turnOf } from './fixtures/pictures.ts'
import { makeSet } from './make-set.ts'

const LADDER_OF_A_LARGE_PICTURE = [
  'v1/mezzanine.jpeg 1600x1067',
  'v1/w1280.webp 1280x853',
  'v1/w160.webp 160x107',
  'v1/w2048.webp 2048x1365',
  'v1/w320.jpeg 320x213',
  'v1/w320.webp 320x213',
  'v1/w640.webp 640x427',
]
const plain = (width: number, height: number, background: Color = '#3366cc') =>
  sharp({ create: { width, height, channels: 3, background } })
const namesAndSizes = async (bytes: Uint8Array) =>
  (await makeSet(bytes)).renditions.map(({ canonical, width, height }) => `${canonical} ${width}x${height}`).sort()
const named = (renditions: MadeRendition[], canonical: string) => renditions.find((one) => one.canonical === canonical)!

describe('the set of a picture', () => {
  it('has every rung of the ladder, the small jpeg and the mezzanine', async () => {
    expect(await namesAndSizes(await plain(3000, 2000).jpeg().toBuffer())).toEqual(LADDER_OF_A_LARGE_PICTURE)
  })

  it('says of each file what it is', async () => {
    for (const made of (await makeSet(await file(scene(900, 600)).jpeg().toBuffer())).renditions) {
      const { format, width, height } = await sharp(made.bytes).metadata()
      expect({ format, width, height }).toEqual({ format: made.format, width: made.width, height: made.height })
      expect(made.contentType).toBe(`image/${format}`)
    }
  })

  it('ends with the first rung that holds a small picture, at its own width', async () => {
    expect(await namesAndSizes(await plain(700, 500).png().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 700x500',
      'v1/w1280.webp 700x500',
      'v1/w160.webp 160x114',
      'v1/w320.jpeg 320x229',
      'v1/w320.webp 320x229',
      'v1/w640.webp 640x457',
    ])
    expect(await namesAndSizes(await plain(320, 200).png().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 320x200',
      'v1/w160.webp 160x100',
      'v1/w320.jpeg 320x200',
      'v1/w320.webp 320x200',
    ])
    expect(await namesAndSizes(await plain(1, 1).png().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 1x1',
      'v1/w160.webp 1x1',
      'v1/w320.jpeg 1x1',
    ])
  })

  it('holds very tall and very wide pictures within what webp can', async () => {
    const tall = await makeSet(await plain(20, 18_000).png({ compressionLevel: 1 }).toBuffer())
    expect(Math.max(...tall.renditions.map(({ height }) => height))).toBeLessThanOrEqual(16_383)
    expect(await namesAndSizes(await plain(18_000, 3).png().toBuffer())).toContain('v1/w2048.webp 2048x1')
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright whatever orientation %i says', async (orientation) => {
    const stored = await undoOrientation(orientation)
    const { renditions } = await makeSet(stored)
    for (const { bytes, width, height } of renditions) {
      expect(await turnOf(bytes)).toBe('rgbw')
      expect(width / height).toBeCloseTo(1.5, 1)
    }
  })

  it('stands a heic upright too, once', async () => {
    for (const { bytes } of (await makeSet(heic())).renditions) expect(await turnOf(bytes)).toBe('brwg')
  })

  it.each(['jpeg', 'webp', 'avif', 'gif', 'tiff', 'png'] as const)('is made of %s', async (format) => {
    const original = scene(400, 300)
    const { renditions } = await makeSet(await file(original).toFormat(format).toBuffer())
    const widest = await pixelsOf(named(renditions, 'v1/w640.webp').bytes)
    expect(ssim(widest, original)).toBeGreaterThan(format === 'gif' ? 0.6 : 0.8)
  })

  it('shows the first frame of an animation', async () => {
    const frames = await Promise.all([0, 180].map((turn) => file(quarters(90, 60)).rotate(turn).png().toBuffer()))
    for (const moving of [sharp(frames, { join: { animated: true } }).gif(), sharp(frames, { join: { animated: true } }).webp()])
      for (const made of (await makeSet(await moving.toBuffer())).renditions) {
        expect(await turnOf(made.bytes)).toBe('rgbw')
        expect(made.height).toBe(60)
      }
  })

  it('keeps what is transparent, but in the jpeg, where it is white', async () => {
    const { renditions } = await makeSet(
      await file(scene(400, 300, 4))
        .png()
        .toBuffer(),
    )
    expect(named(renditions, 'v1/mezzanine.webp').format).toBe('webp')
    for (const { bytes, format } of renditions) {
      const { data, channels } = await pixelsOf(bytes)
      if (format === 'webp') expect(channels).toBe(4)
      // The upper right corner was transparent.
      const corner = (Math.sqrt(data.length / channels / 12) * 4 - 2) | 0
      if (format === 'jpeg') expect(Math.min(...data.subarray(corner * channels, corner * channels + 3))).toBeGreaterThan(230)
    }
  })

  it('carries nothing of the original but its pixels', async () => {
    const bytes = await file(scene(800, 600))
      .withExif({ IFD0: { Make: 'Acme' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer()
    for (const made of (await makeSet(bytes)).renditions) expect(await carriedBy(made.bytes)).toEqual([])
  })

  it('carries the mark of what a model made in every file', async () => {
    const mark = { digitalSourceType: 'trainedAlgorithmicMedia', creatorTool: 'Genzo' } as const
    for (const { bytes } of (await makeSet(await file(scene(400, 300)).png().toBuffer(), mark)).renditions)
      expect((await sharp(bytes).metadata()).xmpAsString).toContain('digitalsourcetype/trainedAlgorithmicMedia')
  })

  it('loses nothing against resizing each size from the original', async () => {
    const bytes = await file(scene(2600, 1800)).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
    const { renditions } = await makeSet(bytes)
    for (const width of [160, 320, 640, 1280]) {
      const made = await pixelsOf(named(renditions, `v1/w${width}.webp`).bytes)
      const ideal = await pixelsOf(sharp(bytes).resize(made.width, made.height, { fit: 'fill', fastShrinkOnLoad: false }))
      const direct = await pixelsOf(await sharp(bytes).resize(made.width, made.height, { fit: 'fill' }).webp({ quality: 80 }).toBuffer())
      expect(ssim(made, ideal), `${width}`).toBeGreaterThan(ssim(direct, ideal) - 0.01)
    }
  })

  it('gives a hash and the colours that the picture shows, most of it first', async () => {
    const bytes = await plain(300, 200, '#204080')
      .composite([{ input: await plain(60, 200, '#f0c030').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer()
    const { placeholder, palette } = await makeSet(bytes)
    expect(Buffer.from(placeholder, 'base64').length).toBeLessThan(40)
    expect(palette.length).toBeLessThanOrEqual(6)
    expect(palette[0]).toMatch(/^#[12][0-9a-f][34][0-9a-f][78][0-9a-f]$/)
    expect(palette[1]).toMatch(/^#[ef][0-9a-f][bc][0-9a-f][23][0-9a-f]$/)
    expect((await makeSet(await file(scene(600, 400)).png().toBuffer())).palette).toHaveLength(6)
  })

  it('finds no colours in what cannot be seen', async () => {
    const invisible = sharp({ create: { width: 40, height: 30, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } })
    expect((await makeSet(await invisible.png().toBuffer())).palette).toEqual([])
  })
})

/** The upright quarters (96 × 64) as a camera in that orientation stores them (EXIF 2.32, table 6). */
async function undoOrientation(orientation: number): Promise<Buffer> {
  const turn = [0, 0, 180, 180, 90, 270, 270, 90][orientation - 1]!
  // Mirrored in a second pass, since sharp mirrors before it turns.
  const turned = sharp(await file(quarters()).rotate(turn).png().toBuffer())
  const png = await ([2, 4, 5, 7].includes(orientation) ? turned.flop() : turned).png().toBuffer()
  return sharp(png).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer()
}
