import { StudioError } from '#core/errors.ts'

const TROUBLE: Record<string, string> = {
  ENOSPC: 'the disk under GENZO_DATA is full: free some space, then try again',
  EDQUOT: 'the disk quota under GENZO_DATA is used up: free some space, then try again',
  EROFS: 'GENZO_DATA is on a read-only file system: mount it writable, then try again',
  EACCES: 'a file in GENZO_DATA may not be touched: make GENZO_DATA and all in it writable for this user',
  EPERM: 'a file in GENZO_DATA may not be touched: make GENZO_DATA and all in it writable for this user',
  EMFILE: 'too many files are open: raise the limit of open files (ulimit -n), then start again',
  EIO: 'the disk under GENZO_DATA failed to read or write: check the disk',
}

export const isCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

/** What the disk, not the code, is to blame for, as `unavailable` with what to do; undefined for anything else. */
export function diskTrouble(error: unknown): StudioError | undefined {
  const sentence = error instanceof Error && 'code' in error ? TROUBLE[String(error.code)] : undefined
  return sentence ? new StudioError('unavailable', sentence, { service: 'disk', retryAfterSeconds: 30 }, { cause: error }) : undefined
}

/** Runs `work` with the disk's errors as sentences. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw diskTrouble(error) ?? error
  }
}
