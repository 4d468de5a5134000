import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import type { Image } from '#core/image.ts'
import { imageOf } from '#core/ports/samples.contract.ts'
import { toldLine } from '#core/told-image.ts'
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
  expect(raw.prepare('select id from image').all()).toEqual([{ id: image.id }])
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

it('tells of images that an older version wrote as of its own, and takes changes of them', async () => {
  const file = freshFile()
  const raw = new DatabaseSync(file)
  migrate(raw, file, MIGRATIONS.slice(0, 4))
  const renditions = [{ canonical: 'v1/w160.webp', format: 'webp', width: 160, height: 120, byteLength: 9 }]
  const [old, other] = [1, 2].map((at) => imageOf({ ownerId: 'ada', title: `old ${at}`, createdAt: at, renditions })) as [Image, Image]
  const insert = raw.prepare('insert into image values (?, 0, ?, ?, 0, ?, null, null, ?, ?)')
  for (const one of [old, other]) insert.run('ada', one.createdAt, one.id, one.state, one.byteLength, JSON.stringify(one))
  raw.close()

  const db = openDatabase(file)
  const images = sqliteImages({ db })
  expect(await images.find(old.id)).toEqual(old)
  const changed = (await images.update(other.id, { from: ['ready'] }, { title: 'new' }))!
  expect(changed).toEqual({ ...other, title: 'new', revision: 1 })
  expect((await images.listByOwner('ada', { limit: 9 })).items).toEqual([changed, old])
  expect((await images.listTold('ada', { limit: 9 })).items).toEqual([changed, old].map(toldLine))
  db.close()
})
