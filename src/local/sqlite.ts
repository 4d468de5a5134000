import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { StudioError } from '#core/errors.ts'
import { migrate } from './migrations.ts'

export type Row = Record<string, string | number | null | Uint8Array>
type Value = string | number | bigint | null | undefined | Uint8Array

/** One statement, prepared once and run often. */
export type Statement = {
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): Row[]
  run(...values: Value[]): { changes: number }
}

/** The one database of a studio on one machine. Everything is synchronous: a statement takes microseconds, a thread hop more. */
export type Db = {
  prepare(sql: string): Statement
  /** All of `work` or nothing, under the write lock from the start; inside another transaction it is part of that one. */
  transaction<T>(work: () => T): T
  readonly raw: DatabaseSync
  close(): void
}

/** Result codes (sqlite.org/rescode.html) that mean "not now" rather than "a bug", and what a person can do about them. */
const TROUBLE: Record<number, string> = {
  5: 'the database is busy: another process holds it; try again in a moment',
  8: 'the database cannot be written: make GENZO_DATA and the files in it writable for this user',
  10: 'the database cannot be read or written: check the disk under GENZO_DATA',
  13: 'the disk under GENZO_DATA is full: free some space, then try again',
  14: 'the database cannot be opened: check that GENZO_DATA exists and is writable for this user',
}

/** Opens (makes, migrates) the database at `file`; `:memory:` is one of its own. Fails with a sentence when a newer Genzo wrote it. */
export function openDatabase(file: string): Db {
  return translated(() => {
    const raw = new DatabaseSync(file, { timeout: 5_000 })
    try {
      // 8 KiB pages hold an image's whole record beside its key: a clustered row past a quarter of the page spills into a page of its own.
      // FULL, not NORMAL: in WAL mode NORMAL survives kill -9 but may lose the newest commits in a power cut, and a 202 is a promise.
      // Mapped as far as SQLite can (2 GiB), since copying a page of the file cost as much as all else that is done with it.
      raw.exec(`pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma mmap_size = 2147418112;
                pragma foreign_keys = off; pragma cache_size = -32000; pragma temp_store = memory; pragma trusted_schema = off`)
      migrate(raw, file)
    } catch (error) {
      raw.close()
      throw error
    }
    return dbOf(raw)
  })
}

function dbOf(raw: DatabaseSync): Db {
  const begin = raw.prepare('begin immediate')
  const commit = raw.prepare('commit')
  const rollback = raw.prepare('rollback')
  return {
    raw,
    prepare(sql) {
      const statement = raw.prepare(sql)
      const bound = (values: Value[]) => values.map((value) => value ?? null) as SQLInputValue[]
      return {
        get: (...values) => translated(() => statement.get(...bound(values))) as Row | undefined,
        all: (...values) => translated(() => statement.all(...bound(values))) as Row[],
        run: (...values) => ({ changes: Number(translated(() => statement.run(...bound(values))).changes) }),
      }
    },
    transaction(work) {
      if (raw.isTransaction) return work()
      return translated(() => {
        begin.run()
        try {
          const result = work()
          commit.run()
          return result
        } catch (error) {
          // A full disk has already rolled it back.
          if (raw.isTransaction) rollback.run()
          throw error
        }
      })
    },
    close: () => raw.close(),
  }
}

/** What the machine, not the code, is to blame for, as `unavailable` with what to do; undefined for anything else. */
export function databaseTrouble(error: unknown): StudioError | undefined {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  const sentence = TROUBLE[code]
  return sentence ? new StudioError('unavailable', sentence, { service: 'database', retryAfterSeconds: 5 }, { cause: error }) : undefined
}

/** Runs `work` with the database's errors as sentences. */
function translated<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw databaseTrouble(error) ?? error
  }
}

/** The value of a JSON column. */
export const parsed = <T>(row: Row | undefined, column = 'doc'): T | undefined =>
  row === undefined ? undefined : (JSON.parse(row[column] as string) as T)

/** The records of a page. One parse for all of them costs a fifth less than one each. */
export const parsedAll = <T>(rows: Row[]): T[] => JSON.parse(`[${rows.map(({ doc }) => doc).join(',')}]`) as T[]
