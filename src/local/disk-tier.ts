import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { assertBlobKey } from '#core/ports/blobs.ts'
import type { Derivative } from '#core/ports/derivatives.ts'
import { byteLru } from './byte-lru.ts'
import { isCode } from './disk-errors.ts'

export type Made = { bytes: Uint8Array; contentType: string }
type Label = { contentType: string; etag: string }

/**
 * Made files up to a budget, those used longest ago removed first. A file is a line of JSON and the bytes; it is drafted beside and
 * renamed, so a killed process leaves nothing half. Nothing is synced, since all of it can be made again: what a power cut truncated
 * does not match its own hash, and counts as absent.
 */
export function diskTier({ dir, maxBytes }: { dir: string; maxBytes: number }) {
  const root = join(dir, 'derivatives')
  const drafts = join(dir, 'derivative-drafts')
  const pathOf = (key: string) => {
    assertBlobKey(key)
    return join(root, key)
  }
  const index = byteLru<true>({ maxBytes, onEvict: (key) => void rm(pathOf(key), { force: true }).catch(() => undefined) })
  let isIndexed: Promise<void> | undefined
  const indexed = () => (isIndexed ??= readIndex())

  /** What earlier boots left, oldest first. Times of writing stand for times of use, which are not kept. */
  async function readIndex(): Promise<void> {
    await rm(drafts, { recursive: true, force: true })
    const files = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    const found = await Promise.all(paths.map(async (path) => ({ path, ...(await sizeAndTime(path)) })))
    for (const { path, bytes } of found.sort((a, b) => a.at - b.at)) index.set(relative(root, path), true, bytes)
  }

  const remove = async (key: string): Promise<void> => {
    index.remove(key)
    await rm(pathOf(key), { force: true })
  }

  return {
    remove,
    async find(key: string): Promise<Derivative | undefined> {
      const path = pathOf(key)
      await indexed()
      if (!index.get(key)) return undefined
      const file = await readFile(path).catch(absent)
      const found = file && unpacked(file)
      if (!found) await remove(key)
      return found
    },
    async put(key: string, made: Made): Promise<Derivative> {
      await indexed()
      const { file, label } = packed(made)
      const path = pathOf(key)
      const draft = join(drafts, randomUUID())
      await mkdir(drafts, { recursive: true })
      await mkdir(dirname(path), { recursive: true })
      try {
        await writeFile(draft, file, { flag: 'wx' })
        await rename(draft, path)
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined)
        throw error
      }
      index.set(key, true, file.byteLength)
      return { bytes: made.bytes, ...label }
    },
    /** Removes everything under a prefix that ends with a slash, also what another process put there. */
    async purge(prefix: string): Promise<void> {
      await indexed()
      index.removeUnder(prefix)
      await rm(pathOf(prefix.slice(0, -1)), { recursive: true, force: true })
    },
    bytes: () => index.bytes(),
  }
}

export const etagOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 22)

function packed({ bytes, contentType }: Made): { file: Uint8Array; label: Label } {
  const label = { contentType, etag: etagOf(bytes) }
  return { file: Buffer.concat([Buffer.from(`${JSON.stringify(label)}\n`), bytes]), label }
}

function unpacked(file: Buffer): Derivative | undefined {
  const end = file.indexOf(10)
  try {
    const { contentType, etag } = JSON.parse(file.toString('utf8', 0, Math.max(0, end))) as Label
    const bytes = new Uint8Array(file.buffer, file.byteOffset + end + 1, file.byteLength - end - 1)
    return etagOf(bytes) === etag ? { bytes, contentType, etag } : undefined
  } catch {
    return undefined
  }
}

const sizeAndTime = (path: string) =>
  stat(path).then(
    ({ size, mtimeMs }) => ({ bytes: size, at: mtimeMs }),
    () => ({ bytes: 0, at: 0 }),
  )

function absent(error: unknown): undefined {
  if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined
  throw error
}
