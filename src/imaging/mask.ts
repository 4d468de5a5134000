import { StudioError } from '#core/errors.ts'
import type { Picture, Preparation } from '#core/ports/pixels.ts'
import { decoding } from './errors.ts'
import { decodeRaw, fromRaw, type Opened } from './picture.ts'
import { sizeWithin } from './size.ts'
import { CONTENT_TYPES } from './sniff.ts'

/**
 * A mask as one 8-bit channel, white = change, always lossless. What is transparent counts as black: nothing was painted there.
 * `binary` comes after feathering, since a model that takes only black and white takes no soft edge either.
 */
export async function prepareMask(opened: Opened, to: Preparation, mask: NonNullable<Preparation['mask']>): Promise<Picture> {
  const format = to.formats.find((one) => one === 'png') ?? to.formats.find((one) => one === 'webp') ?? 'jpeg'
  const size = to.exact ?? sizeWithin(opened, to)
  const raw = await decodeRaw(opened, { width: size.width, height: size.height, fit: to.exact?.fit ?? 'fill' })
  return decoding(async () => {
    let grey = fromRaw(raw).flatten({ background: '#000000' }).toColourspace('b-w')
    // The radius of a Gaussian is about twice its sigma; below 0.3 libvips has no kernel.
    if (mask.featherPixels) grey = grey.blur(Math.max(0.3, mask.featherPixels / 2))
    if (mask.binary) grey = grey.threshold(128)
    if (mask.invert) grey = grey.negate({ alpha: false })
    const encoded = format === 'png' ? grey.png() : format === 'webp' ? grey.webp({ lossless: true }) : grey.jpeg({ quality: 100 })
    const bytes = await encoded.toBuffer()
    if (bytes.length > (to.maxBytes ?? Infinity))
      throw new StudioError('invalid_input', `the mask has ${bytes.length} bytes; the model takes ${to.maxBytes}`)
    return { bytes, contentType: CONTENT_TYPES[format], width: raw.width, height: raw.height, hasAlpha: false }
  })
}
