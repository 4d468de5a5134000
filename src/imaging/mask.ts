import type { Sharp } from 'sharp'
import { StudioError } from '#core/errors.ts'
import type { Picture, Preparation } from '#core/ports/pixels.ts'
import { decoding } from './errors.ts'
import { decodeRaw, fromRaw, type Opened } from './picture.ts'
import { sizeWithin } from './size.ts'
import { CONTENT_TYPES } from './sniff.ts'
import type { Raw } from './tiff-with-profile.ts'

/**
 * A mask as one 8-bit channel, white = change, always lossless. What is transparent counts as black: nothing was painted there.
 * `binary` comes after feathering, since a model that takes only black and white takes no soft edge either.
 */
export async function prepareMask(opened: Opened, to: Preparation, mask: NonNullable<Preparation['mask']>): Promise<Picture> {
  const format = to.formats.find((one) => one === 'png') ?? to.formats.find((one) => one === 'webp') ?? 'jpeg'
  const size = to.exact ?? sizeWithin(opened, to)
  const raw = await decodeRaw(opened, { width: size.width, height: size.height, fit: to.exact?.fit ?? 'fill' })
  return decoding(async () => {
    const alpha = fromRaw(raw).ensureAlpha().extractChannel('alpha').negate()
    let grey = await toGrey(mask.fromAlpha ? alpha : fromRaw(raw).flatten({ background: '#000000' }))
    // The radius of a Gaussian is about twice its sigma; below 0.3 libvips has no kernel.
    if (mask.featherPixels) grey = await toGrey(fromRaw(grey).blur(Math.max(0.3, mask.featherPixels / 2)))
    if (mask.binary) grey = await toGrey(fromRaw(grey).threshold(128))
    const final = (mask.invert ? fromRaw(grey).negate() : fromRaw(grey)).toColourspace('b-w')
    const encoded = format === 'png' ? final.png() : format === 'webp' ? final.webp({ lossless: true }) : final.jpeg({ quality: 100 })
    const bytes = await encoded.toBuffer()
    if (bytes.length > (to.maxBytes ?? Infinity))
      throw new StudioError('invalid_input', `the mask has ${bytes.length} bytes; the model takes ${to.maxBytes}`)
    return { bytes, contentType: CONTENT_TYPES[format], width: raw.width, height: raw.height, hasAlpha: false }
  })
}

/** Pixels between the steps, since sharp runs what is in one pipeline in its own order: it would take the threshold before the blur. */
async function toGrey(pipeline: Sharp): Promise<Raw> {
  const { data, info } = await pipeline.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: 1 }
}
