import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '#core/errors.ts'
import { onDisk } from './disk-errors.ts'

/** Less than this and a photograph with its sizes, or the database's own journal, no longer fits. Bytes. */
export const LEAST_FREE = 128 * 1024 ** 2
/** Probes of many watchers are answered by one look at the disk. Milliseconds. */
const FRESH_MS = 5_000

type ProbeOptions = { dir: string; leastFree?: number; now?: () => number }

/**
 * A question to the disk under `GENZO_DATA`: rejects with `unavailable` and what to do when a file cannot be written there, or less than
 * `leastFree` is left. An answer stands for five seconds.
 */
export function diskProbe({ dir, leastFree = LEAST_FREE, now = Date.now }: ProbeOptions): () => Promise<void> {
  let last: { at: number; answer: Promise<void> } | undefined
  return () => {
    // A clock that jumped back makes no answer last.
    if (!last || Math.abs(now() - last.at) >= FRESH_MS) last = { at: now(), answer: look(dir, leastFree) }
    return last.answer
  }
}

const look = (dir: string, leastFree: number): Promise<void> =>
  onDisk(async () => {
    // Space that is there is not always space that may be used (quotas, read-only, other owners), so one block is really written.
    const file = join(dir, '.probe')
    try {
      await writeFile(file, new Uint8Array(4096), { mode: 0o600 })
    } finally {
      await rm(file, { force: true })
    }
    const { bavail, bsize } = await statfs(dir)
    if (bavail * bsize >= leastFree) return
    const [free, least] = [bavail * bsize, leastFree].map((bytes) => Math.round(bytes / 1024 ** 2))
    const message = `the disk under GENZO_DATA has ${free} MiB left, and the studio wants ${least} MiB: free some space`
    throw new StudioError('unavailable', message, { service: 'disk', retryAfterSeconds: 30 })
  })
