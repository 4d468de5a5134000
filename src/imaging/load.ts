import { open } from 'node:fs/promises'
import { StudioError } from '#core/errors.ts'
import { giveBack } from './give-back.ts'

/** Where the bytes of a key come from: the bytes, a path to them, or undefined when nothing is there. */
export type ReadSource = (key: string, version?: string) => Promise<Uint8Array | string | undefined>
export type Source = { key: string; version?: string }

/**
 * What `work` makes of the whole file in memory, which is refused with `too_large` before it is read when it is longer than `maxBytes`.
 * What was read here is freed at the end, so nothing that `work` answers may be a view into it.
 */
export async function withFile<T>(
  { read, source, maxBytes = Number.POSITIVE_INFINITY }: { read: ReadSource; source: Source; maxBytes?: number },
  work: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  const found = await read(source.key, source.version)
  if (found === undefined) throw missing()
  if (typeof found !== 'string') return work(within(found, maxBytes))
  const bytes = await readWithin(found, maxBytes)
  try {
    return await work(within(bytes, maxBytes))
  } finally {
    giveBack(bytes)
  }
}

/** Asked again of what was read: a file may grow after it was looked at. */
function within(bytes: Uint8Array, maxBytes: number): Uint8Array {
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
