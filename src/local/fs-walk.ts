import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isCode } from './disk-errors.ts'

/**
 * Keys of the files under `root` that begin with `prefix` (a folder, ending with a slash), in the order of their bytes, after `cursor`.
 * Reads one folder at a time and skips folders that lie wholly before the cursor, so a page costs what it shows.
 */
export async function* blobFilesUnder(root: string, prefix: string, cursor = ''): AsyncGenerator<string> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch((error) => {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  })
  // A folder sorts as its name with the slash: `a-b` comes before `a/`, as it does in S3.
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).filter((name) => !name.includes('@'))
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const key = prefix + name
    if (!name.endsWith('/')) {
      if (key > cursor) yield key
      continue
    }
    const mayHoldLater = key > cursor || cursor.startsWith(key)
    if (mayHoldLater) yield* blobFilesUnder(root, key, cursor)
  }
}
