import type { Picture, ProvenanceMark } from '#core/ports/pixels.ts'
import { assertWhole } from './completeness.ts'
import { decoding } from './errors.ts'
import { decodeRaw, fromRaw, openPicture, orientedSize, readHeader } from './picture.ts'
import { insertMark, type Markable, xmpOf } from './provenance.ts'
import { CONTENT_TYPES, type Format, sniff } from './sniff.ts'
import type { Raw } from './tiff-with-profile.ts'

type Size = { width: number; height: number }

/**
 * What a model answered, marked. When its size is not `exact`, it is cropped around its middle to that aspect and resized; otherwise the
 * mark is inserted into the file and no pixel changes. Other formats than PNG, JPEG and WebP come back as PNG.
 */
export async function finishPicture(bytes: Uint8Array, how: { exact?: Size; mark: ProvenanceMark }): Promise<Picture> {
  const format = sniff(bytes)
  const metadata = await readHeader(bytes)
  assertWhole(bytes, format)
  const size = orientedSize(metadata)
  const isExact = !how.exact || (how.exact.width === size.width && how.exact.height === size.height)
  if (isExact && isMarkable(format)) {
    const marked = insertMark(bytes, format, how.mark)
    return { bytes: marked, contentType: CONTENT_TYPES[format], ...size, hasAlpha: metadata.hasAlpha ?? false }
  }
  const wanted = how.exact ?? size
  const raw = await decodeRaw(await openPicture(bytes), { ...wanted, fit: 'cover', kernel: 'lanczos3' })
  const target = isMarkable(format) ? format : 'png'
  const made = await decoding(() => encode(raw, target).withXmp(xmpOf(how.mark)).toBuffer())
  return { bytes: made, contentType: CONTENT_TYPES[target], width: raw.width, height: raw.height, hasAlpha: raw.channels === 4 }
}

const isMarkable = (format: Format): format is Markable => format === 'png' || format === 'jpeg' || format === 'webp'

/** An original is being written, so quality comes before size. */
function encode(raw: Raw, format: Markable) {
  const pipeline = fromRaw(raw)
  if (format === 'png') return pipeline.png()
  return format === 'jpeg' ? pipeline.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }) : pipeline.webp({ quality: 95 })
}
