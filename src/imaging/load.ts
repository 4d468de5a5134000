import { open } from 'node:fs/promises'
import { StudioError } from '#core/errors.ts'

/** Where the bytes of a key come from: the bytes, a path to them, or undefined when nothing is there. */
export type ReadSource = (key: string, version?: string) => Promise<Uint8Array | string | undefined>
export type Source = { key: string; version?: string }

/** The whole file in memory, refused with `too_large` before it is read when it is longer than `maxBytes`. */
export async function load(read: ReadSource, source: Source, maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const found = await read(source.key, source.version)
  if (found === undefined) throw missing()
  const bytes = typeof found === 'string' ? await readWithin(found, maxBytes) : found
  if (bytes.length > maxBytes) throw tooLong(bytes.length, maxBytes)
  return bytes
}

async function readWithin(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > maxBytes) throw tooLong(size, maxBytes)
    return await file.readFile()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw missing()
    throw error
  }
}

const missing = () => new StudioError('not_found', 'the file is not in the store', { what: 'file' })
const tooLong = (length: number, limit: number) =>
  new StudioError('too_large', `the file has ${length} bytes; at most ${limit} are taken`, { limit, unit: 'bytes' })
