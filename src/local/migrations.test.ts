import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { imageOf } from '#core/ports/samples.contract.ts'
import { MIGRATIONS, migrate } from './migrations.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'

const freshFile = () => join(mkdtempSync(join(tmpdir(), 'genzo-migrations-')), 'genzo.sqlite')
const versionOf = (db: DatabaseSync) => db.prepare('pragma user_version').get()!['user_version']
/** A next version, as it may come. */
const NEXT = [...MIGRATIONS, 'alter table setting add column written_at integer']

it('makes a new database at the newest version, without a backup of nothing', () => {
  const file = freshFile()
  const db = openDatabase(file)
  expect(versionOf(db.raw)).toBe(MIGRATIONS.length)
  db.close()
  expect(readdirSync(join(file, '..')).filter((name) => name.includes('backup'))).toEqual([])
})

it('keeps what version 1 held, and a whole copy of it beside', async () => {
  const file = freshFile()
  const first = openDatabase(file)
  const image = imageOf({ ownerId: 'ada', title: 'of version 1' })
  await sqliteImages({ db: first }).insert(image)
  first.close()

  const raw = new DatabaseSync(file)
  migrate(raw, file, NEXT)
  migrate(raw, file, NEXT)
  expect(versionOf(raw)).toBe(NEXT.length)
  raw.exec("insert into setting values ('a', '1', 5)")
  expect(raw.prepare('select doc from image').all()).toEqual([{ doc: JSON.stringify(image) }])
  raw.close()

  const copy = openDatabase(`${file}.v${MIGRATIONS.length}.backup`)
  expect(versionOf(copy.raw)).toBe(MIGRATIONS.length)
  expect(await sqliteImages({ db: copy }).find(image.id)).toEqual(image)
  copy.close()
})

it('takes a step that fails back as a whole, and can be started again', () => {
  const file = freshFile()
  openDatabase(file).close()
  const raw = new DatabaseSync(file)
  const broken = [...MIGRATIONS, 'create table half (id text) strict; insert into nowhere values (1)']
  expect(() => migrate(raw, file, broken)).toThrow(/nowhere/)
  expect(versionOf(raw)).toBe(MIGRATIONS.length)
  expect(raw.prepare("select name from sqlite_schema where name = 'half'").all()).toEqual([])
  migrate(raw, file, NEXT)
  expect(versionOf(raw)).toBe(NEXT.length)
  raw.close()
})

it('does not start on the database of a newer Genzo, and changes nothing in it', () => {
  const file = freshFile()
  openDatabase(file).close()
  const raw = new DatabaseSync(file)
  migrate(raw, file, NEXT)
  raw.close()
  expect(() => openDatabase(file)).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('newer Genzo') }),
  )
  const again = new DatabaseSync(file)
  expect(versionOf(again)).toBe(NEXT.length)
  again.close()
})
