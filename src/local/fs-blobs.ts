import { createHash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, readFile, rm, rmdir, stat as statFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey, assertBlobPrefix, type BlobStat, type Blobs } from '#core/ports/blobs.ts'
import { contentTypeOf, HEAD_BYTES } from './content-type.ts'
import { isCode, onDisk } from './disk-errors.ts'
import { blobFilesUnder } from './fs-walk.ts'
import { makeFolder, syncFolder } from './fs-write.ts'

/** `@` is in no key, so a note never takes a key's name. */
const noteOf = (path: string) => `${path}@type`

const NO_LINKS = 'GENZO_DATA lies on a disk without hard links (exFAT, some network drives): move it to another disk, then start again'

export type FsBlobs = Blobs & {
  put(key: string, bytes: Uint8Array | ReadableStream<Uint8Array>, about: PutAbout): Promise<BlobStat>
  /** Where a blob's bytes lie, for those who read files themselves: the pixel pool's children. */
  pathOf(key: string): string
}

/** What `put` may ask besides the port: bytes with another hash leave nothing and fail with `invalid_input`. */
export type PutAbout = { contentType: string; byteLength?: number; sha256?: string }

/** Blobs as files under `dir/blobs`, each whole or absent: drafted and synced in `dir/drafts`, then given its name by a hard link. */
export function fsBlobs({ dir }: { dir: string }): FsBlobs {
  const root = join(dir, 'blobs')
  const drafts = join(dir, 'drafts')
  const pathOf = (key: string) => {
    assertBlobKey(key)
    return join(root, key)
  }

  return {
    pathOf,
    put: (key, bytes, about) =>
      onDisk(async () => {
        const path = pathOf(key)
        const draft = join(drafts, randomUUID())
        await mkdir(drafts, { recursive: true })
        try {
          const head = await writeDraft(draft, bytes, about)
          await giveName(draft, path)
          if (contentTypeOf(key, head) !== about.contentType) await writeFile(noteOf(path), about.contentType, { flush: true })
          await syncFolder(dirname(path))
          const stat = await orAbsent(() => statOf(key, path))
          if (!stat) throw new StudioError('gone', `blob ${key} was purged while it was stored`, { what: 'blob' })
          return stat
        } catch (error) {
          if (isCode(error, 'EEXIST')) throw new StudioError('conflict', `blob ${key} exists`, {}, { cause: error })
          throw error
        } finally {
          await rm(draft, { force: true })
        }
      }),
    open: (key, { range } = {}) =>
      onDisk(async () => {
        const file = await openOrAbsent(pathOf(key))
        if (!file) return undefined
        const stat = await statOf(key, pathOf(key), file)
        const stream = file.createReadStream(range ? { start: range.start, end: range.end } : {})
        return { stat, body: Readable.toWeb(stream) as ReadableStream<Uint8Array> }
      }),
    read: (key) => onDisk(async () => orAbsent(async () => new Uint8Array(await readFile(pathOf(key))))),
    stat: (key) => onDisk(async () => orAbsent(() => statOf(key, pathOf(key)))),
    list: (prefix, { cursor, limit }) =>
      onDisk(async () => {
        assertBlobPrefix(prefix)
        const items: BlobStat[] = []
        for await (const key of blobFilesUnder(root, prefix, cursor)) {
          if (items.length === limit) return { items, nextCursor: items.at(-1)!.key }
          const stat = await orAbsent(() => statOf(key, pathOf(key)))
          if (stat) items.push(stat)
        }
        return { items }
      }),
    purge: (prefix) =>
      onDisk(async () => {
        assertBlobPrefix(prefix)
        let gone = 0
        for await (const key of blobFilesUnder(root, prefix)) {
          await rm(pathOf(key), { force: true })
          await rm(noteOf(pathOf(key)), { force: true })
          gone += 1
        }
        await removeEmpty(join(root, prefix), root)
        return gone
      }),
  }
}

/** Drops drafts of an earlier boot: nobody can finish them. Only for the one server of the folder. */
export const dropDrafts = (dir: string): void => rmSync(join(dir, 'drafts'), { recursive: true, force: true })

/** Atomic, and fails if the name exists: readers never see half a file, and of two writers one wins. */
async function giveName(draft: string, path: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await makeFolder(dirname(path))
    try {
      return await link(draft, path)
    } catch (error) {
      if (isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'))
        throw new StudioError('unavailable', NO_LINKS, { service: 'disk' }, { cause: error })
      // A purge beside it may have removed the folder while it was empty.
      if (!isCode(error, 'ENOENT') || tries === 5) throw error
    }
  }
}

/** Writes and syncs the draft, checking what was promised of it. Returns its first bytes. */
async function writeDraft(draft: string, bytes: Uint8Array | ReadableStream<Uint8Array>, about: PutAbout): Promise<Uint8Array> {
  await using file = await open(draft, 'wx')
  const hash = about.sha256 === undefined ? undefined : createHash('sha256')
  let head: Uint8Array = new Uint8Array()
  let length = 0
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
    length += chunk.length
    // Checked while it streams: a client that sends without end fills no disk.
    if (about.byteLength !== undefined && length > about.byteLength) break
    hash?.update(chunk)
    await file.writeFile(chunk) // from where the last one ended, and all of it
  }
  if (about.byteLength !== undefined && length !== about.byteLength)
    throw new StudioError(
      'invalid_input',
      `the body is ${length > about.byteLength ? 'longer' : 'shorter'} than the ${about.byteLength} bytes announced`,
    )
  if (hash && hash.digest('hex') !== about.sha256) throw new StudioError('invalid_input', 'the bytes do not have the sha256 announced')
  await file.sync() // a name must never outlive a crash that its bytes did not
  return head
}

async function statOf(key: string, path: string, opened?: FileHandle): Promise<BlobStat> {
  const facts = await (opened ? opened.stat({ bigint: true }) : statFile(path, { bigint: true }))
  if (!facts.isFile()) throw Object.assign(new Error(`${key} is a folder`), { code: 'ENOENT' })
  return {
    key,
    byteLength: Number(facts.size),
    contentType: await typeOf(key, path),
    // A blob never changes, so when it was written and how long it is name its bytes, and no file is hashed to be told apart.
    etag: `${facts.mtimeNs.toString(16)}-${facts.size.toString(16)}`,
    writtenAt: Number(facts.mtimeMs),
  }
}

async function typeOf(key: string, path: string): Promise<string> {
  const note = await orAbsent(() => readFile(noteOf(path), 'utf8'))
  if (note) return note
  await using file = await openOrAbsent(path)
  if (!file) return contentTypeOf(key, new Uint8Array())
  const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return contentTypeOf(key, buffer.subarray(0, bytesRead))
}

/** Removes the folder with its empty subfolders, then its empty parents below `root`. A folder that holds something stays. */
async function removeEmpty(path: string, root: string): Promise<void> {
  for (const entry of (await orAbsent(() => readdir(path, { withFileTypes: true }))) ?? [])
    if (entry.isDirectory()) await removeEmpty(join(path, entry.name), join(path, entry.name))
  for (let at = join(path); at.length > root.length; at = dirname(at)) {
    const isGone = await rmdir(at).then(
      () => true,
      (error) => isCode(error, 'ENOENT'),
    )
    if (!isGone) return
  }
  if (path === root) await rmdir(path).catch(() => undefined)
}

const openOrAbsent = (path: string) => orAbsent(() => open(path, 'r'))

async function orAbsent<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined
    throw error
  }
}
