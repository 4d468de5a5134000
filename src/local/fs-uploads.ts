import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey } from '#core/ports/blobs.ts'
import { partLength, type SignedRequest, type Uploads } from '#core/ports/uploads.ts'
import { onDisk } from './disk-errors.ts'
import type { FsBlobs } from './fs-blobs.ts'
import { chosenParts, joined, keepPart, listParts } from './fs-parts.ts'
import type { UploadRecords } from './sqlite-upload-records.ts'

/** S3's own bound (docs.aws.amazon.com, "Amazon S3 multipart upload limits"). */
const MAX_PARTS = 10_000

/** A client's PUT, as the HTTP route saw it. Header names are lower case. */
export type ReceivedPut = {
  query: URLSearchParams
  headers: Headers
  body: ReadableStream<Uint8Array> | null
}
/** What arrived. `uploadId` is the id to admit; a part is only kept. `etag` has no quotes. */
export type Receipt = { key: string; uploadId: string; etag: string; part?: number }

/** The uploads port with its other side: on one machine the studio's own HTTP server is the store that clients send to. */
export type LocalUploads = Uploads & {
  /**
   * Takes a PUT that `sign` or `signParts` signed, whole or not at all. Fails with `forbidden` on a wrong signature, `gone` past its end,
   * `invalid_input` on another length, type or hash than signed, `conflict` when the key is taken.
   */
  receive(put: ReceivedPut): Promise<Receipt>
}

type Options = { dir: string; blobs: FsBlobs; records: UploadRecords; secret: string; baseUrl: string; now: () => number }
type Signed = { key: string; type?: string; length?: number; sha256?: string; session?: string; part?: number; expires: number }

export function fsUploads({ dir, blobs, records, secret, baseUrl, now }: Options): LocalUploads {
  const folderOf = (session: string) => join(dir, 'parts', assertSession(session))
  const signature = (query: URLSearchParams) => {
    const signed = [...query].filter(([name]) => name !== 'sig').sort(([a], [b]) => (a < b ? -1 : 1))
    return createHmac('sha256', secret).update(JSON.stringify(signed)).digest('base64url')
  }
  const signedUrl = (put: Signed) => {
    assertBlobKey(put.key)
    const query = new URLSearchParams(Object.entries(put).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
    query.set('sig', signature(query))
    return `${baseUrl}/uploads/${idOf(put.key)}?${query}`
  }
  const verified = (query: URLSearchParams): Signed => {
    const given = Buffer.from(query.get('sig') ?? '')
    const right = Buffer.from(signature(query))
    if (given.length !== right.length || !timingSafeEqual(given, right))
      throw new StudioError('forbidden', 'the upload URL was not signed by this studio: ask for a new one')
    const put = signedOf(query)
    if (put.expires <= now()) throw new StudioError('gone', 'the upload URL has ended: ask for a new one', { what: 'upload' })
    return put
  }
  return {
    ...records,
    async sign({ key, contentType, byteLength, sha256, expiresAt }): Promise<SignedRequest> {
      const url = signedUrl({ key, type: contentType, length: byteLength, expires: expiresAt, ...(sha256 !== undefined && { sha256 }) })
      return { method: 'PUT', url, headers: { 'content-type': contentType, 'if-none-match': '*' }, expiresAt }
    },
    async begin({ key }) {
      assertBlobKey(key)
      const session = randomUUID()
      await onDisk(() => mkdir(folderOf(session), { recursive: true }))
      return { session }
    },
    signParts: async ({ key, session, numbers, expiresAt, file }) =>
      numbers.map((number) => {
        if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
          throw new StudioError('invalid_input', `part number ${number} is not within 1–${MAX_PARTS}`)
        const length = file && { length: partLength(number, file) }
        const url = signedUrl({ key, session: assertSession(session), part: number, expires: expiresAt, ...length })
        return { number, method: 'PUT' as const, url, headers: {}, expiresAt }
      }),
    parts: async ({ session }) => onDisk(() => listParts(folderOf(session))),
    complete: ({ key, session, contentType, parts }) =>
      onDisk(async () => {
        const received = await listParts(folderOf(session))
        if (received.length === 0) {
          // Nothing left of the session: it was completed before, or never was.
          if (await blobs.stat(key)) return
          throw new StudioError('gone', 'this multi-part upload has ended: begin a new one', { what: 'upload' })
        }
        const chosen = chosenParts(parts, received)
        const byteLength = chosen.reduce((sum, part) => sum + part.byteLength, 0)
        try {
          await blobs.put(key, joined(folderOf(session), chosen), { contentType, byteLength })
        } catch (error) {
          // A crash after the join left the parts behind: the blob is the same one.
          const there = error instanceof StudioError && error.code === 'conflict' ? await blobs.stat(key) : undefined
          if (there?.byteLength !== byteLength) throw error
        }
        await rm(folderOf(session), { recursive: true, force: true })
      }),
    abort: ({ session }) => onDisk(() => rm(folderOf(session), { recursive: true, force: true })),
    receive: ({ query, headers, body }) =>
      onDisk(async () => {
        const put = verified(query)
        if (!body) throw new StudioError('invalid_input', 'the PUT has no body: send the bytes of the file')
        const uploadId = idOf(put.key)
        const announced = headers.get('content-length')
        if (announced !== null && put.length !== undefined && Number(announced) !== put.length)
          throw new StudioError('invalid_input', `the URL is for ${put.length} bytes, and content-length says ${announced}`)
        if (put.session !== undefined && put.part !== undefined) {
          const etag = await keepPart(folderOf(put.session), { number: put.part, length: put.length }, body)
          return { key: put.key, uploadId, etag, part: put.part }
        }
        const contentType = put.type ?? ''
        if (headers.get('content-type') !== contentType)
          throw new StudioError('invalid_input', `send the header content-type: ${contentType}, as the answer with the URL said`)
        const about = { contentType, byteLength: put.length ?? 0, ...(put.sha256 !== undefined && { sha256: put.sha256 }) }
        const { etag } = await blobs.put(put.key, body, about)
        return { key: put.key, uploadId, etag }
      }),
  }
}

/** The last folder of an upload's key is its id: `originals/{owner}/{id}/upload`. */
const idOf = (key: string) => basename(dirname(key))

function signedOf(query: URLSearchParams): Signed {
  const text = (name: string) => query.get(name) ?? undefined
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined)
  const some = { type: text('type'), length: number('length'), sha256: text('sha256'), session: text('session'), part: number('part') }
  const given = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined))
  return { key: query.get('key') ?? '', expires: Number(query.get('expires')), ...given }
}

/** A session is a folder's name, so its shape is a security boundary. */
function assertSession(session: string): string {
  if (!/^[0-9a-f-]{36}$/.test(session)) throw new StudioError('invalid_input', 'the upload session is malformed')
  return session
}
