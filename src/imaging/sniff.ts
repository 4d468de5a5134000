import { StudioError } from '#core/errors.ts'
import type { Inspection } from '#core/ports/pixels.ts'

export type Format = Inspection['format']

/** Every format that the studio takes, with the type it is served as. */
export const CONTENT_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
  heic: 'image/heic',
} as const satisfies Record<Format, string>

const ACCEPTED = Object.keys(CONTENT_TYPES)
const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs'])
const AVIF_BRANDS = new Set(['avif', 'avis'])

/** What the first bytes of known foreigners look like, and why each is refused. */
const REFUSED: readonly { found: string; looks: (head: string) => boolean; because: string }[] = [
  { found: 'html', looks: (head) => /<!doctype html|<html[\s>]/i.test(head), because: 'it is a web page, not a picture' },
  { found: 'svg', looks: (head) => /<svg[\s>/]/i.test(head), because: 'svg files can carry scripts; export the drawing as png' },
  { found: 'pdf', looks: (head) => head.includes('%PDF-'), because: 'export the page as png or jpeg' },
  { found: 'xml', looks: (head) => head.startsWith('<?xml'), because: 'it is a document, not a picture' },
  { found: 'camera raw', looks: isCameraRaw, because: 'develop it first and export it as jpeg or tiff' },
  { found: 'psd', looks: (head) => head.startsWith('8BPS'), because: 'export it as png or tiff' },
  { found: 'bmp', looks: (head) => head.startsWith('BM'), because: 'save it as png' },
  { found: 'ico', looks: (head) => head.startsWith('\0\0\x01\0'), because: 'save it as png' },
  { found: 'jxl', looks: (head) => head.startsWith('\xff\x0a') || head.startsWith('\0\0\0\x0cJXL '), because: 'save it as jpeg or avif' },
  { found: 'jpeg 2000', looks: (head) => head.startsWith('\0\0\0\x0cjP  '), because: 'save it as jpeg' },
  { found: 'zip', looks: (head) => head.startsWith('PK\x03\x04'), because: 'upload the pictures in it one by one' },
  { found: 'video', looks: (head) => head.slice(4, 8) === 'ftyp' || head.startsWith('\x1aE\xdf\xa3'), because: 'videos are not taken' },
]

/** Canon's CR2 is a TIFF that says so; what other makers' raw files show as a TIFF is their preview, and that is taken. */
function isCameraRaw(head: string): boolean {
  return head.slice(8, 10) === 'CR' && head.startsWith('II*')
}

/**
 * The format that the bytes themselves say, whatever name or type came with them. Only the first 4 KiB are looked at.
 * Fails with `unsupported_type` and the reason for everything that the studio does not take.
 */
export function sniff(bytes: Uint8Array): Format {
  if (bytes.length === 0) throw new StudioError('invalid_input', 'the file is empty')
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
  const format = accepted(head)
  if (format) return format
  const known = REFUSED.find(({ looks }) => looks(head.replace(/^\xef\xbb\xbf/, '').trimStart()) || looks(head))
  throw new StudioError(
    'unsupported_type',
    known ? `${known.found} is not taken: ${known.because}` : `the file is none of ${ACCEPTED.join(', ')}`,
    { ...(known && { found: known.found }), accepted: ACCEPTED },
  )
}

function accepted(head: string): Format | undefined {
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp'
  if (/^GIF8[79]a/.test(head)) return 'gif'
  // Classic TIFF and BigTIFF, either byte order.
  if (/^(II[*+]\0|MM\0[*+])/.test(head) && !isCameraRaw(head)) return 'tiff'
  return head.slice(4, 8) === 'ftyp' ? isoFormat(head) : undefined
}

/** HEIC and AVIF share a container; the brands say which. `mif1` alone says neither, so the compatible brands are asked too. */
function isoFormat(head: string): Format | undefined {
  const size = (head.charCodeAt(2) << 8) | head.charCodeAt(3)
  const brands = head.slice(8, Math.min(size, 512)).match(/.{4}/gs) ?? []
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return 'avif'
  return brands.some((brand) => HEIC_BRANDS.has(brand)) ? 'heic' : undefined
}
