import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { WireImage } from '#http/schemas/image.ts'
import { type Client, persistently, Refusal } from './client.ts'
import type { UploadMemory } from './upload-memory.ts'
import { CliError } from './world.ts'

const TYPES: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.jfif': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.heic': 'image/heic',
  '.heif': 'image/heif',
}
/** What an upload is declared as, by the file's name; the studio looks at the bytes. */
export const typeOf = (path: string): string | undefined => TYPES[extname(path).toLowerCase()]

/** Parts of one file on their way at once. */
const PARTS_AT_ONCE = 3
/** Parts signed at once: their URLs last 15 minutes, which a slow line may need for few of them. */
const SIGNED_AT_ONCE = 12

type Offer = {
  imageId?: string
  uploadId?: string
  uploadUrl?: string
  headers?: Record<string, string>
  partSize?: number
  partCount?: number
}
type Known = { partSize?: number; partCount?: number; state: string; parts: { number: number; etag: string; byteLength: number }[] }
type Session = { id: string; partSize: number; partCount: number; received: Map<number, string> }
export type Uploaded = { path: string; imageId: string; isNew: boolean }

/**
 * Sends one file, whole or in parts, resuming what an earlier run began. Bytes that the owner already has are not sent. `onBytes` is
 * told of progress.
 */
export async function uploadFile(
  { client, memory }: { client: Client; memory: UploadMemory },
  path: string,
  onBytes: (bytes: number) => void,
): Promise<Uploaded> {
  const contentType = typeOf(path)
  if (!contentType)
    throw new CliError(`${extname(path) || 'no extension'}: not a picture this studio takes (${Object.keys(TYPES).join(' ')})`)
  const { size: byteLength } = await stat(path)
  if (byteLength === 0) throw new CliError('the file is empty')
  const sha256 = await hashOf(path)
  const blob = await openAsBlob(path)
  const begun = await findBegun(client, memory, sha256)
  if (begun) return sendParts({ client, memory, sha256 }, { path, blob, session: begun }, onBytes)

  const body = { fileName: basename(path).slice(-255), contentType, byteLength, sha256 }
  const { status, body: offer } = await client.json<Offer & WireImage>('POST', '/api/uploads', { body })
  if (status === 200) {
    onBytes(byteLength)
    return { path, imageId: offer.id, isNew: false }
  }
  const { uploadUrl, headers = {}, uploadId, partSize, partCount } = offer as Offer
  if (uploadUrl) {
    await put(uploadUrl, headers, blob)
    onBytes(byteLength)
    return { path, imageId: (offer as Offer).imageId!, isNew: true }
  }
  await memory.keep(sha256, uploadId!)
  const session = { id: uploadId!, partSize: partSize!, partCount: partCount!, received: new Map<number, string>() }
  return sendParts({ client, memory, sha256 }, { path, blob, session }, onBytes)
}

type Tools = { client: Client; memory: UploadMemory; sha256: string }
async function sendParts(
  { client, memory, sha256 }: Tools,
  { path, blob, session }: { path: string; blob: Blob; session: Session },
  onBytes: (bytes: number) => void,
): Promise<Uploaded> {
  const { id, partSize, partCount, received } = session
  const slice = (number: number) => blob.slice((number - 1) * partSize, number * partSize)
  const missing: number[] = []
  for (let number = 1; number <= partCount; number++) {
    if (received.has(number)) onBytes(slice(number).size)
    else missing.push(number)
  }
  for (let at = 0; at < missing.length; at += SIGNED_AT_ONCE) {
    const numbers = missing.slice(at, at + SIGNED_AT_ONCE)
    type Signed = { parts: { number: number; uploadUrl: string; headers: Record<string, string> }[] }
    const { body } = await client.json<Signed>('POST', `/api/uploads/${id}/parts`, { body: { numbers } })
    await atOnce(PARTS_AT_ONCE, body.parts, async ({ number, uploadUrl, headers }) => {
      const part = slice(number)
      const etag = await put(uploadUrl, headers, part)
      received.set(number, etag)
      onBytes(part.size)
    })
  }
  const parts = [...received].map(([number, etag]) => ({ number, etag })).toSorted((a, b) => a.number - b.number)
  await client.json('POST', `/api/uploads/${id}/complete`, { body: { parts } })
  await memory.forget(sha256)
  return { path, imageId: id, isNew: true }
}

/** Sends bytes to a signed URL; returns the store's etag, without quotes. */
async function put(url: string, headers: Record<string, string>, body: Blob): Promise<string> {
  const response = await persistently(new URL(url).origin, () => fetch(url, { method: 'PUT', headers, body }))
  await response.body?.cancel()
  return (response.headers.get('etag') ?? '').replaceAll('"', '')
}

/** The session of an earlier run that can go on, if there is one. */
async function findBegun(client: Client, memory: UploadMemory, sha256: string): Promise<Session | undefined> {
  const id = await memory.find(sha256)
  if (!id) return undefined
  try {
    const { body } = await client.json<Known>('GET', `/api/uploads/${id}`)
    if (body.state === 'open' && body.partSize && body.partCount)
      return {
        id,
        partSize: body.partSize,
        partCount: body.partCount,
        received: new Map(body.parts.map(({ number, etag }) => [number, etag])),
      }
  } catch (error) {
    if (!(error instanceof Refusal && (error.code === 'not_found' || error.code === 'gone'))) throw error
  }
  await memory.forget(sha256)
  return undefined
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Runs `work` on every item, `limit` at a time. The first failure ends it once those under way have ended. */
export async function atOnce<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const failures: unknown[] = []
  const one = async () => {
    while (failures.length === 0 && waiting.length > 0) await work(waiting.shift()!).catch((error) => void failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, one))
  if (failures.length > 0) throw failures[0]
}
