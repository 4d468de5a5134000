import { post, request } from '../api/client.ts'
import { ApiError, problemOf } from '../api/problem.ts'

type Signed = { uploadUrl: string; method: string; headers: Record<string, string> }
type Parts = { uploadId: string; partSize: number; partCount: number }
type Answer = { imageId?: string; id?: string } & Partial<Signed> & Partial<Parts>

/**
 * Uploads one picture and resolves with its image id, at once when the library has these bytes already. `onProgress` is told 0–1.
 * For the queue of many files with pause and resume see the upload screen.
 */
export async function uploadOne(file: File, onProgress: (done: number) => void): Promise<string> {
  const sha256 = await digestOf(file)
  const answer = await post<Answer>('/api/uploads', {
    fileName: file.name || 'pasted.png',
    contentType: file.type || 'application/octet-stream',
    byteLength: file.size,
    ...(sha256 && { sha256 }),
  })
  const imageId = answer.imageId ?? answer.id
  if (!imageId) throw new ApiError('internal', 200, {}, 'the answer names no image')
  if (answer.partSize && answer.uploadId) await putParts(file, answer as Parts, onProgress)
  else if (answer.uploadUrl) await putBytes(answer as Signed, file, (sent) => onProgress(sent / file.size))
  return imageId
}

async function putParts(file: File, { uploadId, partSize, partCount }: Parts, onProgress: (done: number) => void) {
  const parts: { number: number; etag: string }[] = []
  for (let number = 1; number <= partCount; number++) {
    const bytes = file.slice((number - 1) * partSize, number * partSize)
    const { items } = await post<{ items: (Signed & { number: number })[] }>(`/api/uploads/${uploadId}/parts`, { numbers: [number] })
    const etag = await putBytes(items[0]!, bytes, (sent) => onProgress(((number - 1) * partSize + sent) / file.size))
    parts.push({ number, etag })
  }
  await request('POST', `/api/uploads/${uploadId}/complete`, { body: { parts } })
}

/** PUTs bytes where the store said, telling how many went. XMLHttpRequest, since fetch cannot say. Resolves with the ETag. */
export function putBytes(
  { uploadUrl, method, headers }: Signed,
  bytes: Blob,
  onSent: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const put = new XMLHttpRequest()
    put.open(method ?? 'PUT', uploadUrl)
    for (const [name, value] of Object.entries(headers ?? {})) if (!/^(content-length|host)$/i.test(name)) put.setRequestHeader(name, value)
    put.upload.onprogress = ({ loaded }) => onSent(loaded)
    put.onload = () => {
      if (put.status >= 200 && put.status < 300) return resolve((put.getResponseHeader('etag') ?? '').replaceAll('"', ''))
      void problemOf(new Response(put.responseText, { status: put.status })).then(reject)
    }
    put.onerror = () => reject(new ApiError('offline', 0, {}, 'the upload was cut'))
    put.onabort = () => reject(new DOMException('aborted', 'AbortError'))
    signal?.addEventListener('abort', () => put.abort(), { once: true })
    put.send(bytes)
  })
}

const MOST_HASHED_BYTES = 256 * 1024 * 1024
/** Lets the server notice a picture it has; left out for very large files and where the browser offers no hashing (plain http). */
export async function digestOf(file: Blob): Promise<string | undefined> {
  if (!crypto.subtle || file.size > MOST_HASHED_BYTES) return undefined
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
