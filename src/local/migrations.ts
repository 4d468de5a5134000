import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StudioError } from '#core/errors.ts'
import { SCHEMA_1 } from './schema-1.ts'
import { SCHEMA_2 } from './schema-2.ts'
import { SCHEMA_3 } from './schema-3.ts'
import { SCHEMA_4 } from './schema-4.ts'
import { SCHEMA_5 } from './schema-5.ts'

/** Forward only, never edited once released: a change of mind is the next number. The database keeps its number in `user_version`. */
export const MIGRATIONS: readonly string[] = [SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_4, SCHEMA_5]

/**
 * Brings the database to the newest schema, each step whole or not at all. A database that holds something is first copied to
 * `{file}.v{n}.backup`, once per version. A schema newer than this program refuses with a sentence.
 */
export function migrate(raw: DatabaseSync, file: string, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(raw)
  if (version > migrations.length)
    throw new StudioError(
      'unavailable',
      `the database ${file} has schema ${version}, and this Genzo knows up to ${migrations.length}: ` +
        'start the newer Genzo that wrote it, or restore a backup',
      { service: 'database' },
    )
  if (version === migrations.length) return
  if (version > 0) copyBefore(raw, file, version)
  for (let next = version; next < migrations.length; next += 1) {
    raw.exec('begin immediate')
    try {
      // Two processes may start at once: the second finds the work done under the lock.
      if (versionOf(raw) === next) raw.exec(`${migrations[next]}; pragma user_version = ${next + 1}`)
      raw.exec('commit')
    } catch (error) {
      if (raw.isTransaction) raw.exec('rollback')
      throw error
    }
  }
}

/** True for a database of an older version, which opening would change. */
export function isOlder(file: string): boolean {
  if (!existsSync(file)) return false
  const raw = new DatabaseSync(file, { readOnly: true })
  try {
    return versionOf(raw) < MIGRATIONS.length
  } finally {
    raw.close()
  }
}

const versionOf = (raw: DatabaseSync) => Number(raw.prepare('pragma user_version').get()!['user_version'])

/**
 * `vacuum into` reads one consistent snapshot. Under a name of its own first, so that a copy that was cut short counts for nothing and two
 * processes that start at once do not write into one.
 */
function copyBefore(raw: DatabaseSync, file: string, version: number): void {
  if (file === ':memory:') return
  const copy = `${file}.v${version}.backup`
  if (existsSync(copy) && isWhole(copy, version)) return
  const draft = `${copy}.${process.pid}.draft`
  rmSync(draft, { force: true })
  raw.prepare('vacuum into ?').run(draft)
  const handle = openSync(draft, 'r')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(draft, copy)
}

function isWhole(copy: string, version: number): boolean {
  const db = new DatabaseSync(copy, { readOnly: true })
  try {
    return versionOf(db) === version && db.prepare('pragma quick_check').get()!['quick_check'] === 'ok'
  } catch {
    return false
  } finally {
    db.close()
  }
}
