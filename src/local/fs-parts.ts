import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { StudioError } from '#core/errors.ts'
import type { UploadPart } from '#core/ports/uploads.ts'
import { isCode } from './disk-errors.ts'
import { syncFolder } from './fs-write.ts'

/** S3's own bound (docs.aws.amazon.com, "Amazon S3 multipart upload limits"), so that a client never learns to pass it here. */
const MAX_PART_BYTES = 5 * 1024 ** 3
const fileOf = (number: number, etag: string) => `${String(number).padStart(5, '0')}-${etag}`

/** The whole parts in a session's folder, by number. A part's name carries its etag; drafts have names of another shape. */
export async function listParts(folder: string): Promise<UploadPart[]> {
  const names = await readdir(folder).catch((error) => (isCode(error, 'ENOENT') ? [] : Promise.reject(error)))
  const parts = await Promise.all(names.map((name) => partOf(folder, name)))
  return parts.flatMap((part) => part ?? []).sort((a, b) => a.number - b.number)
}

async function partOf(folder: string, name: string): Promise<UploadPart | undefined> {
  const [, number, etag] = /^(\d{5})-([0-9a-f]{32})$/.exec(name) ?? []
  if (!number || !etag) return undefined
  const { size } = await stat(join(folder, name))
  return { number: Number(number), etag, byteLength: size }
}

/**
 * Keeps one part, whole or not at all, in place of an earlier one of its number. Returns its etag. `gone` when the session has ended,
 * `invalid_input` when it has not the `length` that was signed.
 */
export async function keepPart(
  folder: string,
  { number, length }: { number: number; length: number | undefined },
  body: ReadableStream<Uint8Array>,
): Promise<string> {
  const draft = join(folder, `draft-${randomUUID()}`)
  try {
    const etag = await writePart(draft, body, length)
    await rename(draft, join(folder, fileOf(number, etag)))
    for (const name of await readdir(folder))
      if (name.startsWith(fileOf(number, '')) && name !== fileOf(number, etag)) await rm(join(folder, name), { force: true })
    await syncFolder(folder)
    return etag
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new StudioError('gone', 'this multi-part upload has ended: begin a new one', { what: 'upload' })
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function writePart(draft: string, body: ReadableStream<Uint8Array>, signed: number | undefined): Promise<string> {
  await using file = await open(draft, 'wx')
  const hash = createHash('sha256')
  const limit = signed ?? MAX_PART_BYTES
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > limit) throw new StudioError('too_large', `the part holds at most ${limit} bytes`, { limit, unit: 'bytes' })
    hash.update(chunk)
    await file.writeFile(chunk) // from where the last one ended, and all of it
  }
  if (signed !== undefined && length !== signed)
    throw new StudioError('invalid_input', `the URL is for a part of ${signed} bytes, and ${length} came`)
  await file.sync()
  return hash.digest('hex').slice(0, 32)
}

/** The parts to join, checked against those received. Fails with `invalid_input` naming the part that is missing or another. */
export function chosenParts(asked: readonly { number: number; etag: string }[], received: readonly UploadPart[]): UploadPart[] {
  if (asked.length === 0) throw new StudioError('invalid_input', 'name the parts to join, each with its number and etag')
  const byNumber = new Map(received.map((part) => [part.number, part]))
  return asked.map(({ number, etag }, at) => {
    if (at > 0 && number <= asked[at - 1]!.number)
      throw new StudioError('invalid_input', 'name each part once, in the order of the numbers')
    const part = byNumber.get(number)
    if (!part) throw new StudioError('invalid_input', `part ${number} was never received: send it, then complete again`)
    if (part.etag !== etag.replaceAll('"', ''))
      throw new StudioError('invalid_input', `part ${number} has another etag: list the parts received, then complete again`)
    return part
  })
}

/** The parts' bytes one after the other; one file is open at a time. */
export function joined(folder: string, parts: readonly UploadPart[]): ReadableStream<Uint8Array> {
  async function* bytes() {
    for (const { number, etag } of parts) yield* createReadStream(join(folder, fileOf(number, etag))) as AsyncIterable<Uint8Array>
  }
  return Readable.toWeb(Readable.from(bytes(), { objectMode: false })) as ReadableStream<Uint8Array>
}
