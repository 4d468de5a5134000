import { describe, expect, it } from 'vitest'
import { type Db, openDatabase } from './sqlite.ts'
import { sqliteDirectory } from './sqlite-directory.ts'
import { sqliteEvents } from './sqlite-events.ts'
import { sqliteGenerations } from './sqlite-generations.ts'
import { sqliteImages } from './sqlite-images.ts'
import { sqliteKeys } from './sqlite-keys.ts'
import { sqliteLedger } from './sqlite-ledger.ts'
import { sqliteLinks } from './sqlite-links.ts'
import { sqliteAudit, sqliteRates, sqliteSettings } from './sqlite-operations.ts'
import { sqliteQueue } from './sqlite-queue.ts'
import { sqliteSearch } from './sqlite-search.ts'
import { sqliteUploadRecords } from './sqlite-upload-records.ts'
import { inProcessWakes } from './wakes.ts'

/** Every statement that the adapters prepare, on a database that lists them. */
function statements(): { db: Db; sql: string[] } {
  const real = openDatabase(':memory:')
  const sql: string[] = []
  const prepare: Db['prepare'] = (text) => {
    sql.push(text)
    return real.prepare(text)
  }
  const db: Db = { ...real, prepare }
  const wakes = inProcessWakes()
  for (const make of [sqliteImages, sqliteGenerations, sqliteLedger, sqliteKeys, sqliteLinks, sqliteAudit, sqliteRates]) make({ db })
  for (const make of [sqliteSettings, sqliteSearch, sqliteUploadRecords]) make({ db })
  sqliteDirectory({ db, now: Date.now })
  sqliteEvents({ db, wakes })
  sqliteQueue({ db, name: 'generation', now: Date.now, wakes, bootId: 'b' })
  return { db, sql: [...new Set(sql)] }
}

/** Counts for the operators' page, and the one look at a boot's start: they may read a queue as a whole. */
const READS_A_QUEUE = /count\(\*\) filter|boot is not null/

describe('what a statement costs does not grow with the tables', () => {
  const { db, sql } = statements()
  const planOf = (text: string) =>
    db.raw
      .prepare(`explain query plan ${text}`)
      .all()
      .map(({ detail }) => String(detail))

  it('looks at every statement there is', () => {
    expect(sql.length).toBeGreaterThan(80)
  })

  it.each(sql.filter((text) => !READS_A_QUEUE.test(text)))('%s', (text) => {
    const plan = planOf(text)
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
    // A scan reads a whole table; by an index and with a limit it stops at the page's end, and of full text it follows the words.
    const scans = plan.filter((step) => /^SCAN/.test(step) && !/VIRTUAL TABLE INDEX|CONSTANT ROW|^SCAN w$/.test(step))
    expect(scans.filter((step) => !(/USING (COVERING )?INDEX/.test(step) && /\blimit\b/.test(text)))).toEqual([])
  })

  it("reads a gallery's page from the clustered key alone", () => {
    const pages = sql.filter((text) => text.includes('from image where owner_id'))
    expect(pages, 'the first and the next, of records and of what is told of them').toHaveLength(4)
    for (const page of pages)
      expect(planOf(page)).toEqual([expect.stringMatching(/^SEARCH image USING PRIMARY KEY \(owner_id=\? AND shelf=\?/)])
  })
})
