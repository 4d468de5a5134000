import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isCode } from './disk-errors.ts'

/** Makes a folder that survives a power cut: each new name is synced in the folder that holds it. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
}

/** Makes the names in a folder survive a power cut. A folder that a purge took away meanwhile has none. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; there the file system's journal keeps names by itself.
  if (process.platform === 'win32') return
  try {
    await using folder = await open(path, 'r')
    await folder.sync()
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
}
