import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MAX_EMBEDDED_PROMPT } from './embedded-prompt.ts'
import { file, heic, quarters, scene } from './fixtures/pictures.ts'
import { pngChunk, pngWithText } from './fixtures/png-text.ts'
import { inspectPicture } from './inspect.ts'
import { makeSet } from './make-set.ts'

const LIMITS = { maxBytes: 1e7, maxPixels: 1e8, maxSide: 20_000, maxFrames: 100 }
const inspect = (bytes: Uint8Array, limits = LIMITS) => inspectPicture(bytes, limits)
const picture = file(scene(120, 80))
const withAlpha = file(scene(120, 80, 4))
const animation = async () =>
  sharp(await Promise.all([0, 90, 180].map((turn) => file(quarters(60, 60)).rotate(turn).png().toBuffer())), { join: { animated: true } })

describe('inspection', () => {
  it.each([
    ['jpeg', () => picture.clone().jpeg().toBuffer(), { format: 'jpeg', contentType: 'image/jpeg', hasAlpha: false, frames: 1 }],
    ['a progressive jpeg', () => picture.clone().jpeg({ progressive: true }).toBuffer(), { format: 'jpeg' }],
    ['a cmyk jpeg', () => picture.clone().toColourspace('cmyk').jpeg().toBuffer(), { format: 'jpeg', hasAlpha: false }],
    ['png', () => picture.clone().png().toBuffer(), { format: 'png', contentType: 'image/png', hasAlpha: false }],
    ['png with alpha', () => withAlpha.clone().png().toBuffer(), { format: 'png', hasAlpha: true }],
    ['png of 16 bits', () => picture.clone().toColourspace('rgb16').png().toBuffer(), { format: 'png', hasAlpha: false }],
    ['webp', () => picture.clone().webp().toBuffer(), { format: 'webp', contentType: 'image/webp', hasAlpha: false, frames: 1 }],
    ['webp with alpha', () => withAlpha.clone().webp({ lossless: true }).toBuffer(), { format: 'webp', hasAlpha: true }],
    ['avif', () => picture.clone().avif({ effort: 0 }).toBuffer(), { format: 'avif', contentType: 'image/avif', hasAlpha: false }],
    ['gif', () => picture.clone().gif().toBuffer(), { format: 'gif', contentType: 'image/gif', frames: 1 }],
    ['tiff', () => picture.clone().tiff({ compression: 'lzw' }).toBuffer(), { format: 'tiff', contentType: 'image/tiff', hasAlpha: false }],
  ] as const)('knows %s by its bytes', async (_, make, expected) => {
    const bytes = await make()
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(await inspect(bytes)).toMatchObject({ width: 120, height: 80, orientation: 1, byteLength: bytes.length, sha256, ...expected })
  })

  it('knows heic, turned as its container says, with what its camera wrote', async () => {
    expect(await inspect(heic())).toMatchObject({
      format: 'heic',
      contentType: 'image/heic',
      width: 64,
      height: 96,
      orientation: 1,
      hasAlpha: false,
      camera: { make: 'Acme', model: 'Phone 9', latitude: -33.85, longitude: 151.2 },
    })
  })

  it('notes the frames of an animation, whose size is that of one', async () => {
    expect(await inspect(await (await animation()).gif().toBuffer())).toMatchObject({ format: 'gif', frames: 3, width: 60, height: 60 })
    expect(await inspect(await (await animation()).webp().toBuffer())).toMatchObject({ format: 'webp', frames: 3, width: 60, height: 60 })
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('gives the size of the picture as seen under orientation %i', async (orientation) => {
    const bytes = await picture.clone().withMetadata({ orientation }).jpeg().toBuffer()
    const [width, height] = orientation < 5 ? [120, 80] : [80, 120]
    expect(await inspect(bytes)).toMatchObject({ width, height, orientation })
  })

  it('tells what the camera wrote', async () => {
    const bytes = await picture
      .clone()
      .withExif({
        IFD0: { Make: 'Acme ', Model: 'Phone 9' },
        IFD2: {
          LensModel: 'Wide 5.7mm',
          DateTimeOriginal: '2026:01:02 03:04:05',
          OffsetTimeOriginal: '+09:00',
          ExposureTime: '1/250',
          FNumber: '18/10',
          ISOSpeedRatings: '100',
          FocalLength: '57/10',
        },
        IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '33/1 51/1 3600/100', GPSLongitudeRef: 'W', GPSLongitude: '70/1 30/1 0/1' },
      })
      .jpeg()
      .toBuffer()
    expect((await inspect(bytes)).camera).toEqual({
      make: 'Acme',
      model: 'Phone 9',
      lens: 'Wide 5.7mm',
      takenAt: '2026-01-02T03:04:05+09:00',
      exposureSeconds: 0.004,
      fNumber: 1.8,
      iso: 100,
      focalLengthMm: 5.7,
      latitude: -33.86,
      longitude: -70.5,
    })
  })

  it('says nothing of a camera where there was none, and lets no broken tags stand in the way', async () => {
    expect((await inspect(await picture.clone().jpeg().toBuffer())).camera).toBeUndefined()
    const bytes = await picture
      .clone()
      .withExif({ IFD0: { Make: 'Acme' }, IFD3: { GPSLatitude: '512/1 0/1 0/1', GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer()
    expect((await inspect(bytes)).camera).toEqual({ make: 'Acme' })
    const at = bytes.indexOf('Exif\0\0', 0, 'latin1') + 6
    bytes.fill(0xee, at + 8, at + 60)
    expect(await inspect(bytes)).toMatchObject({ width: 120 })
  })

  it('finds the settings of the known tools in a png, and cuts what runs on', async () => {
    const png = await picture.clone().png().toBuffer()
    const settings = 'a lighthouse\nSteps: 20, Sampler: Euler a, Seed: 7'
    expect((await inspect(pngWithText(png, 'tEXt', 'parameters', settings))).embeddedPrompt).toBe(settings)
    expect((await inspect(pngWithText(png, 'iTXt', 'parameters', '灯台, 夜'))).embeddedPrompt).toBe('灯台, 夜')
    expect((await inspect(pngWithText(png, 'tEXt', 'prompt', '{"3": {}}'))).embeddedPrompt).toBe('{"3": {}}')
    expect((await inspect(pngWithText(png, 'tEXt', 'parameters', 'x'.repeat(100_000)))).embeddedPrompt).toHaveLength(MAX_EMBEDDED_PROMPT)
    expect((await inspect(pngWithText(png, 'tEXt', 'Comment', 'made with love'))).embeddedPrompt).toBeUndefined()
  })

  it.each([
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['svg', '\ufeff<?xml version="1.0"?>\n<!-- a drawing -->\n<svg/>'],
    ['html', '  <!DOCTYPE html><title>a page with <svg></svg></title>'],
    ['pdf', '%PDF-1.7\n'],
    ['bmp', 'BM\x36\0\0\0'],
    ['zip', 'PK\x03\x04'],
    ['psd', '8BPS\0\x01'],
    ['video', '\0\0\0\x18ftypisom\0\0\0\0isommp42'],
    ['camera raw', 'II*\0\x10\0\0\0CR\x02\0'],
  ])('refuses %s and says what to do', async (found, head) => {
    await expect(inspect(Buffer.from(head, 'utf8'))).rejects.toMatchObject({ code: 'unsupported_type', details: { found } })
  })

  it('refuses what is nothing at all', async () => {
    await expect(inspect(new Uint8Array())).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(inspect(Buffer.from('hello'))).rejects.toMatchObject({
      code: 'unsupported_type',
      details: { accepted: ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff', 'heic'] },
    })
  })

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('refuses a file that only begins like %s', async (format) => {
    const head = (await picture.clone().toFormat(format).toBuffer()).subarray(0, 12)
    await expect(inspect(Buffer.concat([head, Buffer.alloc(4000, 'garbage ')]))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff', 'heic'] as const)('never takes %s cut short for whole', async (format) => {
    const whole = format === 'heic' ? heic() : await picture.clone().toFormat(format).toBuffer()
    await inspect(whole)
    // A gif that lacks nothing but its end mark is whole, so the last cut is two bytes before it.
    const last = whole.length - (format === 'gif' ? 3 : 1)
    for (let cut = 1; cut <= last; cut += Math.max(1, Math.floor(last / 50))) {
      const rest = whole.subarray(0, cut)
      await expect(inspect(rest), `${cut} of ${whole.length}`).rejects.toMatchObject({
        code: expect.stringMatching(/invalid_input|unsupported_type/),
      })
    }
    await expect(inspect(whole.subarray(0, last))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
    'fails the set of %s whose pixels are damaged inside, or makes it whole',
    async (format) => {
      const whole = await picture.clone().toFormat(format).toBuffer()
      const hollow = Buffer.from(whole).fill(0, Math.floor(whole.length * 0.4), Math.floor(whole.length * 0.9))
      const made = await makeSet(hollow).then(
        () => 'made',
        (error) => error.code,
      )
      // Zeros are legal codes in lossy files: the picture is ugly, but as sent. Nothing else gets through, nor throws anything else.
      expect(format === 'jpeg' || format === 'webp' ? ['made', 'invalid_input'] : ['invalid_input']).toContain(made)
    },
  )

  it('judges a bomb by its header, before anything is decoded', async () => {
    // A png that claims 60,000 × 60,000: the claim alone must be enough.
    const png = await picture.clone().png().toBuffer()
    const bomb = pngWithSize(png, 60_000, 60_000)
    await expect(inspect(bomb)).rejects.toMatchObject({ code: 'too_large', details: { unit: 'pixels', limit: LIMITS.maxSide } })
    await expect(inspect(bomb, { ...LIMITS, maxSide: 1e6 })).rejects.toMatchObject({
      code: 'too_large',
      details: { limit: LIMITS.maxPixels },
    })
    await expect(makeSet(bomb)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('holds to each limit', async () => {
    const bytes = await picture.clone().png().toBuffer()
    await expect(inspect(bytes, { ...LIMITS, maxPixels: 120 * 80 - 1 })).rejects.toMatchObject({ code: 'too_large' })
    await expect(inspect(bytes, { ...LIMITS, maxSide: 119 })).rejects.toMatchObject({ code: 'too_large' })
    expect(await inspect(bytes, { ...LIMITS, maxPixels: 120 * 80, maxSide: 120 })).toMatchObject({ width: 120 })
    const moving = await (await animation()).gif().toBuffer()
    await expect(inspect(moving, { ...LIMITS, maxFrames: 2 })).rejects.toMatchObject({ code: 'too_large' })
  })

  it('takes a picture with a page hidden behind its end for the picture that it is', async () => {
    const polyglot = Buffer.concat([await picture.clone().jpeg().toBuffer(), Buffer.from('<!doctype html><script>alert(1)</script>')])
    expect(await inspect(polyglot)).toMatchObject({ format: 'jpeg', contentType: 'image/jpeg' })
    for (const { bytes } of (await makeSet(polyglot)).renditions) expect(Buffer.from(bytes).includes('<script>')).toBe(false)
  })
})

/** The same file with another size in its IHDR, and the CRC that goes with it. */
function pngWithSize(png: Buffer, width: number, height: number): Buffer {
  const header = Buffer.from(png.subarray(16, 29))
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([png.subarray(0, 8), pngChunk('IHDR', header), png.subarray(33)])
}
