import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type DataLock = { release(): void }
/** Who holds a data folder, as it said itself. */
export type Holder = { pid: number; url: string; startedAt: string }

/** The folder is another server's. */
export class DataHeldError extends Error {
  constructor(dir: string, holder: Holder | undefined) {
    const who = holder ? `the server of process ${holder.pid} at ${holder.url}` : 'another server'
    super(`${dir} is in use by ${who}. Stop it first, or set GENZO_DATA to another folder`)
  }
}

/**
 * Takes the folder for this server alone. The lock is SQLite's on an empty file of its own: the operating system drops it when the
 * process ends in whatever way, so there is nothing stale to clean up after a crash.
 */
export function lockData(dir: string, about: Holder): DataLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(dir, 'server.lock'))
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === 5) throw new DataHeldError(dir, readHolder(dir))
    throw error
  }
  writeFileSync(join(dir, 'server.json'), JSON.stringify(about), { mode: 0o600 })
  return {
    release() {
      rmSync(join(dir, 'server.json'), { force: true })
      database.close()
    },
  }
}

/** True while a server holds the folder. */
export function isHeld(dir: string): boolean {
  try {
    const database = new DatabaseSync(join(dir, 'server.lock'), { readOnly: true })
    try {
      database.exec('begin; select count(*) from sqlite_schema; rollback')
      return false
    } catch {
      return true
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

/** What the holder said of itself; undefined when nothing is there or it is unreadable. */
export function readHolder(dir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'server.json'), 'utf8')) as Holder
  } catch {
    return undefined
  }
}
