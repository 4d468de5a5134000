import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Unfinished uploads in parts, by the hash of their bytes, so that the next run of the command goes on with them. */
export type UploadMemory = {
  find(sha256: string): Promise<string | undefined>
  keep(sha256: string, uploadId: string): Promise<void>
  forget(sha256: string): Promise<void>
}

/** Kept in a file of the caller's, apart for each studio. A damaged file is as none: it only saves time. */
export function uploadMemory({ dir, url }: { dir: string; url: string }): UploadMemory {
  const path = join(dir, 'uploads.json')
  const nameOf = (sha256: string) => `${url} ${sha256}`
  const read = async () => JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Record<string, string>
  const readAny = () => read().catch(() => ({}) as Record<string, string>)
  // One change after the other: several files are sent at once.
  let last: Promise<void> = Promise.resolve()
  const change = (edit: (all: Record<string, string>) => void) => {
    last = last.then(async () => {
      const all = await readAny()
      edit(all)
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await writeFile(`${path}.draft`, JSON.stringify(all), { mode: 0o600 })
      await rename(`${path}.draft`, path)
    })
    return last
  }
  return {
    find: async (sha256) => (await readAny())[nameOf(sha256)],
    keep: (sha256, uploadId) => change((all) => void (all[nameOf(sha256)] = uploadId)),
    forget: (sha256) => change((all) => void delete all[nameOf(sha256)]),
  }
}
