import { StudioError } from '#core/errors.ts'
import type { Picture, Preparation } from '#core/ports/pixels.ts'
import { decoding } from './errors.ts'
import { prepareMask } from './mask.ts'
import { decodeRaw, fromRaw, type Opened, openPicture, shrinkRaw } from './picture.ts'
import { sizeWithin } from './size.ts'
import { CONTENT_TYPES } from './sniff.ts'
import type { Raw } from './tiff-with-profile.ts'

type Target = Preparation['formats'][number]
/** Tried in turn until the bytes fit; below this quality a smaller picture tells a model more than a coarser one. */
const QUALITIES = [95, 85, 75]
const SHRINK = 0.75

/**
 * A source as a model takes it: oriented, sRGB, without any of its metadata (a provider has no business with a place), scaled down in its
 * aspect to the limits, in one of the formats, within `maxBytes`. Never enlarged but by `exact`. `invalid_input` when it cannot be done.
 */
export async function preparePicture(bytes: Uint8Array, to: Preparation): Promise<Picture> {
  const opened = await openPicture(bytes)
  if (to.mask) return prepareMask(opened, to, to.mask)
  const size = to.exact ?? sizeWithin(opened, to)
  const decoded = await decodeRaw(opened, { width: size.width, height: size.height, fit: to.exact?.fit ?? 'fill' })
  const canKeepAlpha = to.formats.some((format) => format !== 'jpeg')
  const raw = decoded.channels === 4 && (to.flatten || !canKeepAlpha) ? await flatten(decoded) : decoded
  return withinBytes(raw, targets(raw, opened, to.formats), to)
}

/** Which formats to try, best first: lossless for what came lossless or has alpha, JPEG for photographs. */
function targets(raw: Raw, opened: Opened, formats: readonly Target[]): Target[] {
  const isLossless = raw.channels === 4 || opened.format === 'png'
  const order: Target[] = isLossless ? ['png', 'webp', 'jpeg'] : ['jpeg', 'webp', 'png']
  const possible = order.filter((format) => formats.includes(format) && !(format === 'jpeg' && raw.channels === 4))
  if (possible.length === 0) throw new StudioError('invalid_input', `none of the formats ${formats.join(', ')} can hold this picture`)
  return possible
}

async function withinBytes(raw: Raw, formats: Target[], to: Preparation): Promise<Picture> {
  const limit = to.maxBytes ?? Infinity
  for (let now = raw; ; now = await shrinkRaw(now, Math.ceil(now.width * SHRINK), Math.ceil(now.height * SHRINK))) {
    for (const format of formats) {
      for (const quality of format === 'png' ? [100] : QUALITIES) {
        const bytes = await decoding(() => encode(now, format, quality).toBuffer())
        if (bytes.length > limit) continue
        return { bytes, contentType: CONTENT_TYPES[format], width: now.width, height: now.height, hasAlpha: now.channels === 4 }
      }
    }
    if (to.exact || Math.max(now.width, now.height) <= 64)
      throw new StudioError('invalid_input', `the picture does not fit into ${limit} bytes at ${now.width} × ${now.height}`)
  }
}

function encode(raw: Raw, format: Target, quality: number) {
  const pipeline = fromRaw(raw)
  if (format === 'png') return pipeline.png()
  return format === 'jpeg' ? pipeline.jpeg({ quality, chromaSubsampling: '4:4:4' }) : pipeline.webp({ quality, effort: 2 })
}

async function flatten(raw: Raw): Promise<Raw> {
  const { data, info } = await fromRaw(raw).flatten({ background: '#ffffff' }).raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels as Raw['channels'] }
}
