import { get, post, request } from '../api/client.ts'
import { ApiError, problemOf } from '../api/problem.ts'
import type { UploadItem } from './queue.ts'

type Signed = { uploadUrl: string; method: string; headers: Record<string, string> }
type Offer = { id?: string; state?: string; imageId?: string; uploadId?: string; partSize?: number; partCount?: number } & Partial<Signed>
type Session = NonNullable<UploadItem['session']>

export type TransferNews = {
  onOffered: (offer: { imageId: string; session?: Session }) => void
  onProgress: (sent: number) => void
}
export type TransferOutcome = { outcome: 'arrived' | 'existing'; imageId: string }

/**
 * Sends one file: the studio is asked where to, the bytes go to the store itself, in parts where they are many. With a session from
 * before, only the parts that had not come are sent. Rejects with an ApiError (`offline` when the network is gone) or an AbortError.
 */
export async function transfer(
  file: File,
  before: Session | undefined,
  { onOffered, onProgress }: TransferNews,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  if (before) {
    await putParts(file, before, onProgress, signal)
    return { outcome: 'arrived', imageId: before.id }
  }
  const sha256 = await digestOf(file)
  signal.throwIfAborted()
  const offer = await post<Offer>('/api/uploads', {
    fileName: file.name || 'pasted.png',
    contentType: file.type || typeByName(file.name),
    byteLength: file.size,
    ...(sha256 && { sha256 }),
  })
  // An image in place of an offer: the library has these bytes.
  if (offer.state && offer.id) return { outcome: 'existing', imageId: offer.id }
  const imageId = offer.imageId
  if (!imageId) throw new ApiError('internal', 200, {}, 'the answer names no image')
  if (offer.partSize && offer.partCount) {
    const session = { id: imageId, partSize: offer.partSize, partCount: offer.partCount }
    onOffered({ imageId, session })
    await putParts(file, session, onProgress, signal)
  } else {
    onOffered({ imageId })
    await putBytes(offer as Signed, file, onProgress, signal)
  }
  return { outcome: 'arrived', imageId }
}

const PARTS_SIGNED_AT_ONCE = 10

async function putParts(file: File, { id, partSize, partCount }: Session, onProgress: (sent: number) => void, signal: AbortSignal) {
  const known = await get<{ state: string; parts: { number: number; etag: string; byteLength: number }[] }>(
    `/api/uploads/${id}`,
    undefined,
    signal,
  )
  if (known.state === 'arrived') return
  const done = new Map(known.parts.map(({ number, etag }) => [number, etag]))
  let sent = known.parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  onProgress(sent)
  const missing = Array.from({ length: partCount }, (_, at) => at + 1).filter((number) => !done.has(number))
  for (let at = 0; at < missing.length; at += PARTS_SIGNED_AT_ONCE) {
    const numbers = missing.slice(at, at + PARTS_SIGNED_AT_ONCE)
    const { parts } = await request<{ parts: (Signed & { number: number })[] }>('POST', `/api/uploads/${id}/parts`, {
      body: { numbers },
      signal,
    })
    for (const part of parts) {
      const bytes = file.slice((part.number - 1) * partSize, part.number * partSize)
      const before = sent
      done.set(part.number, await putBytes(part, bytes, (some) => onProgress(before + some), signal))
      sent = before + bytes.size
    }
  }
  const parts = [...done].map(([number, etag]) => ({ number, etag })).sort((a, b) => a.number - b.number)
  await request('POST', `/api/uploads/${id}/complete`, { body: { parts }, signal })
}

/** PUTs bytes where the store said, telling how many went. XMLHttpRequest, since fetch cannot say. Resolves with the ETag. */
function putBytes(
  { uploadUrl, method, headers }: Signed,
  bytes: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const put = new XMLHttpRequest()
    const abort = () => put.abort()
    put.open(method, uploadUrl)
    // The browser writes these two itself and refuses to have them written.
    for (const [name, value] of Object.entries(headers)) if (!/^(content-length|host)$/i.test(name)) put.setRequestHeader(name, value)
    put.upload.onprogress = ({ loaded }) => onSent(loaded)
    put.onload = () => {
      if (put.status >= 200 && put.status < 300) resolve((put.getResponseHeader('etag') ?? '').replaceAll('"', ''))
      else void problemOf(new Response(put.responseText, { status: put.status })).then(reject)
    }
    put.onerror = () => reject(new ApiError('offline', 0, {}, 'the upload was cut'))
    put.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    put.onloadend = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    put.send(bytes)
  })
}

const MOST_HASHED_BYTES = 256 * 1024 * 1024
/** Lets the studio notice a picture it has; left out for very large files and where the browser offers no hashing (plain http). */
async function digestOf(file: Blob): Promise<string | undefined> {
  if (!crypto.subtle || file.size > MOST_HASHED_BYTES) return undefined
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Browsers know no type for some phone pictures. */
function typeByName(name: string): string {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const types: Record<string, string> = {
    heic: 'image/heic',
    heif: 'image/heif',
    avif: 'image/avif',
    tif: 'image/tiff',
    tiff: 'image/tiff',
  }
  return types[ending] ?? 'application/octet-stream'
}

/** Uploads one picture and resolves with its image id, at once when the library has it. `onProgress` is told 0–1. */
export async function uploadOne(file: File, onProgress: (done: number) => void): Promise<string> {
  const news = { onOffered: () => {}, onProgress: (sent: number) => onProgress(sent / Math.max(1, file.size)) }
  const { imageId } = await transfer(file, undefined, news, new AbortController().signal)
  return imageId
}
