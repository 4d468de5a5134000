import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { StudioError } from '#core/errors.ts'
import { DATABASE_FILE } from './data-files.ts'
import { isCode, onDisk } from './disk-errors.ts'
import { syncFolder } from './fs-write.ts'

/** Written last: a folder without it is half a backup, and is refused. */
const MANIFEST = 'backup.json'
export type BackupManifest = { format: 1; at: number; databases: string[]; files: string[]; blobs: number }

/**
 * Copies a data folder to `to` while its server runs: the databases as of one moment each, the secrets and settings, and every blob (by
 * hard link where the disk allows: a blob never changes, so that costs nothing). Derivatives, drafts and unfinished multi-part uploads
 * are not kept. `to` must not exist or be empty; what a failure leaves there is no backup and is told apart by its lack of a manifest.
 */
export const backupData = ({ dir, to, now }: { dir: string; to: string; now: number }): Promise<BackupManifest> =>
  onDisk(async () => {
    await mustBeEmpty(to, 'the backup')
    await mkdir(to, { recursive: true, mode: 0o700 })
    const names = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name)
    const databases = names.filter((name) => name.endsWith('.sqlite'))
    const files = names.filter((name) => name.endsWith('.json') && name !== 'server.json')
    if (!databases.includes(DATABASE_FILE)) throw new StudioError('not_found', `there is no studio in ${dir}: it holds no ${DATABASE_FILE}`)

    // Blobs, databases, blobs again: the first pass keeps what is purged meanwhile, the second what came meanwhile, so every row of the
    // database has its files. A file too many is harmless: nothing refers to it.
    await linkTree(join(dir, 'blobs'), join(to, 'blobs'))
    for (const name of databases) await snapshot(join(dir, name), join(to, name))
    const blobs = await linkTree(join(dir, 'blobs'), join(to, 'blobs'))
    for (const name of files) await copyFile(join(dir, name), join(to, name))
    const manifest: BackupManifest = { format: 1, at: now, databases, files, blobs }
    await writeDurably(join(to, MANIFEST), JSON.stringify(manifest, null, 2))
    return manifest
  })

/**
 * Makes the data folder `dir` from a backup. Fails with `conflict` when a studio is there already: it never overwrites. The main database
 * comes last, so that a restore that was cut short is no studio yet and can be done again.
 */
export const restoreData = ({ from, dir }: { from: string; dir: string }): Promise<BackupManifest> =>
  onDisk(async () => {
    const manifest = await readManifest(from)
    for (const name of manifest.databases) {
      if (await exists(join(dir, name)))
        throw new StudioError('conflict', `there is a studio in ${dir}: restore into a new GENZO_DATA, or move it away`)
      checkDatabase(join(from, name))
    }
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await linkTree(join(from, 'blobs'), join(dir, 'blobs'))
    for (const name of manifest.files) await copyFile(join(from, name), join(dir, name))
    for (const name of [...manifest.databases].sort((a) => (a === DATABASE_FILE ? 1 : -1))) {
      const draft = join(dir, `${name}.restoring`)
      await copyFile(join(from, name), draft)
      await sync(draft)
      await rename(draft, join(dir, name))
    }
    await syncFolder(dir)
    return manifest
  })

/** A connection of its own reads one snapshot in the thread pool: neither the server nor its writers wait for it. */
async function snapshot(file: string, to: string): Promise<void> {
  const source = new DatabaseSync(file, { timeout: 5_000 })
  try {
    // All pages in one step: in several, each write of the server would start the copy over.
    await copyDatabase(source, to, { rate: 0x7fffffff })
  } finally {
    source.close()
  }
  await sync(to)
}

function checkDatabase(file: string): void {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    const answer = db.prepare('pragma quick_check').get()?.['quick_check']
    if (answer !== 'ok') throw new Error(String(answer))
  } catch (cause) {
    throw new StudioError('invalid_input', `the database ${file} in the backup is damaged: use another backup`, {}, { cause })
  } finally {
    db.close()
  }
}

/** Links or copies every file that is not there yet. Returns how many files the tree now holds. Files purged meanwhile are passed over. */
async function linkTree(from: string, to: string): Promise<number> {
  const entries = await readdir(from, { withFileTypes: true }).catch((error) => (isCode(error, 'ENOENT') ? [] : Promise.reject(error)))
  await mkdir(to, { recursive: true })
  let count = 0
  for (const { name, ...entry } of entries.map((found) => ({ name: found.name, isFolder: found.isDirectory() }))) {
    const [source, target] = [join(from, name), join(to, name)]
    count += entry.isFolder ? await linkTree(source, target) : await linkOrCopy(source, target)
  }
  return count
}

async function linkOrCopy(source: string, target: string): Promise<number> {
  try {
    await link(source, target)
  } catch (error) {
    if (isCode(error, 'EEXIST')) return 1
    if (isCode(error, 'ENOENT')) return 0
    // Another disk, or one without hard links.
    if (!isCode(error, 'EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK')) throw error
    return copyWhole(source, target)
  }
  return 1
}

/** A copy keeps the time of writing: it is part of a blob's etag. */
async function copyWhole(source: string, target: string): Promise<number> {
  const draft = `${target}@copying`
  try {
    const { atime, mtime } = await stat(source)
    await copyFile(source, draft, constants.COPYFILE_FICLONE)
    await utimes(draft, atime, mtime)
    await sync(draft)
    await rename(draft, target)
    return 1
  } catch (error) {
    await rm(draft, { force: true })
    if (isCode(error, 'ENOENT') && !(await exists(source))) return 0
    throw error
  }
}

async function readManifest(from: string): Promise<BackupManifest> {
  const text = await readFile(join(from, MANIFEST), 'utf8').catch((error) => (isCode(error, 'ENOENT') ? '' : Promise.reject(error)))
  const manifest = text === '' ? undefined : (JSON.parse(text) as BackupManifest)
  if (manifest?.format !== 1) throw new StudioError('invalid_input', `${from} is not a whole backup: it has no ${MANIFEST} of this format`)
  return manifest
}

async function mustBeEmpty(folder: string, what: string): Promise<void> {
  const names = await readdir(folder).catch((error) => (isCode(error, 'ENOENT') ? [] : Promise.reject(error)))
  if (names.length > 0) throw new StudioError('conflict', `${folder} is not empty: choose a new folder for ${what}`)
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
  await syncFolder(dirname(path))
}

async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r+')
  await file.sync()
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    (error) => (isCode(error, 'ENOENT') ? false : Promise.reject(error)),
  )
