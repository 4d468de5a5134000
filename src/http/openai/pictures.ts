import { StudioError } from '#core/errors.ts'
import type { PictureFile } from '#core/use-cases/ingest-picture.ts'

type Kind = { contentType: string; extension: string; isIt: (head: string) => boolean }
/** By their first bytes: clients name every file `image.png`, or `application/octet-stream`. */
const KINDS: readonly Kind[] = [
  { contentType: 'image/png', extension: 'png', isIt: (head) => head.startsWith('\x89PNG\r\n') },
  { contentType: 'image/jpeg', extension: 'jpg', isIt: (head) => head.startsWith('\xff\xd8\xff') },
  { contentType: 'image/webp', extension: 'webp', isIt: (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP' },
]
/** What OpenAI takes in one file. Bytes. */
const MAX_BYTES = 50 * 1024 ** 2

/** A file of a form. The field is said in errors. */
export async function pictureOfFile(value: FormDataEntryValue, field: string): Promise<PictureFile> {
  if (typeof value === 'string') return pictureOfUrl(value, field)
  return picture(new Uint8Array(await value.arrayBuffer()), { field, name: value.name })
}

/** A picture inside JSON: `{image_url}` or a bare text, a data URL. Addresses are not fetched: whoever asks must not reach our network. */
export function pictureOfUrl(value: unknown, field: string): PictureFile {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { image_url: value }
  const url = given['image_url'] ?? given['url']
  if (given['file_id'] !== undefined && url === undefined)
    throw wrong(field, 'names a file_id, and this studio keeps no files; send a data URL')
  if (typeof url !== 'string') throw wrong(field, 'must be a file, or image_url with a data URL')
  if (/^https?:/i.test(url)) throw wrong(field, 'is an address, which this studio does not fetch; send the picture as a data URL')
  const [, data] = /^data:image\/[\w.+-]{1,40};base64,([A-Za-z0-9+/_=\s-]+)$/.exec(url) ?? []
  if (data === undefined) throw wrong(field, 'must be a data URL: data:image/png;base64,…')
  return picture(Uint8Array.from(Buffer.from(data, 'base64')), { field, name: 'picture' })
}

function picture(bytes: Uint8Array<ArrayBuffer>, { field, name }: { field: string; name: string }): PictureFile {
  if (bytes.byteLength === 0) throw wrong(field, 'is empty')
  if (bytes.byteLength > MAX_BYTES)
    throw new StudioError('too_large', `${field.replace(/\.0$/, '')} has ${bytes.byteLength} bytes; send at most ${MAX_BYTES}`, {
      limit: MAX_BYTES,
      unit: 'bytes',
    })
  const head = String.fromCharCode(...bytes.subarray(0, 12))
  const kind = KINDS.find(({ isIt }) => isIt(head))
  if (!kind)
    throw new StudioError('unsupported_type', `${field} is none of png, jpeg and webp`, {
      accepted: KINDS.map(({ contentType }) => contentType),
    })
  const stem = name.replace(/\.[^.]{1,5}$/, '').slice(0, 100) || 'picture'
  return { fileName: `${stem}.${kind.extension}`, contentType: kind.contentType, bytes }
}

const wrong = (path: string, problem: string) =>
  new StudioError('invalid_input', `${path.replace(/\.0$/, '')} ${problem}`, { fields: [{ path, problem }] })
