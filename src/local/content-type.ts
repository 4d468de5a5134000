const BY_EXTENSION: Record<string, string> = {
  webp: 'image/webp',
  avif: 'image/avif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  json: 'application/json',
  zip: 'application/zip',
}
const UNKNOWN = 'application/octet-stream'
/** How many first bytes `contentTypeOf` wants to see. */
export const HEAD_BYTES = 16

/**
 * The type that a key's extension or, without one, the first bytes tell. Only a blob stored under another type needs a note beside it:
 * that saves a file for every one of millions of pictures.
 */
export function contentTypeOf(key: string, head: Uint8Array): string {
  const extension = /\.([a-z0-9]+)$/.exec(key)?.[1]
  return (extension && BY_EXTENSION[extension]) ?? sniffed(Buffer.from(head).toString('latin1')) ?? UNKNOWN
}

/** Magic numbers: the signature of each format's own specification. */
function sniffed(head: string): string | undefined {
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'image/tiff'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp'
  if (head.slice(4, 8) !== 'ftyp') return undefined
  const brand = head.slice(8, 12)
  if (brand === 'avif' || brand === 'avis') return 'image/avif'
  return /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand) ? 'image/heic' : undefined
}
