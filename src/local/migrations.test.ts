import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { imageOf, newId } from '#core/ports/samples.contract.ts'
import { toldLine } from '#core/told-image.ts'
import { recordIn } from './image-rows.ts'
import { isOlder, MIGRATIONS, migrate } from './migrations.ts'
import { WHOLE_RECORDS } from './schema-5.ts'
import { openDatabase, type Row } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
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

it('keeps what a version before held, and a whole copy of it beside', async () => {
  const file = freshFile()
  const first = openDatabase(file)
  const image = imageOf({ ownerId: 'ada', title: 'of a version before' })
  await sqliteImages({ db: first }).insert(image)
  first.close()

  const raw = new DatabaseSync(file)
  migrate(raw, file, NEXT)
  migrate(raw, file, NEXT)
  expect(versionOf(raw)).toBe(NEXT.length)
  raw.exec("insert into setting values ('a', '1', 5)")
  expect(recordIn(raw.prepare('select doc, rest from image').get() as Row)).toEqual(image)
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
  const parentId = newId()
  const old = imageOf({ ownerId: 'ada', title: 'old', createdAt: 1, renditions, dueAt: NOON, parentId })
  const other = imageOf({ ownerId: 'ada', title: '"灯台\u{1f680}', createdAt: 2, renditions })
  const insert = raw.prepare('insert into image values (?, 0, ?, ?, 0, ?, ?, ?, ?, ?)')
  for (const one of [old, other])
    insert.run('ada', one.createdAt, one.id, one.state, one.parentId ?? null, one.dueAt ?? null, one.byteLength, JSON.stringify(one))
  raw.close()

  const db = openDatabase(file)
  const images = sqliteImages({ db })
  expect(await images.find(old.id)).toEqual(old)
  const changed = (await images.update(other.id, { from: ['ready'] }, { title: 'new' }))!
  expect(changed).toEqual({ ...other, title: 'new', revision: 1 })
  expect((await images.listByOwner('ada', { limit: 9 })).items).toEqual([changed, old])
  expect((await images.listTold('ada', { limit: 9 })).items).toEqual([changed, old].map(toldLine))
  expect([await images.listDue(NOON, 9), await images.listChildren(parentId)]).toEqual([[old], [old]])

  // As a schema of the future will have to, once.
  db.raw.exec(WHOLE_RECORDS)
  expect(db.raw.prepare('select doc from image where id = ?').get(other.id)).toEqual({ doc: expect.stringContaining('renditions') })
  expect((await images.listByOwner('ada', { limit: 9 })).items).toEqual([changed, old])
  expect((await images.listTold('ada', { limit: 9 })).items).toEqual([changed, old].map(toldLine))
  db.close()
})

it('brings a database up whichever of two processes comes first, and knows before whether one is needed', async () => {
  const file = freshFile()
  const raw = new DatabaseSync(file)
  migrate(raw, file, MIGRATIONS.slice(0, 4))
  const insert = raw.prepare("insert into setting values (?, 'x')")
  raw.exec('begin')
  for (let at = 0; at < 50_000; at++) insert.run(`a setting ${at}`)
  raw.exec('commit')
  raw.close()
  expect([isOlder(file), isOlder(`${file}.absent`)]).toEqual([true, false])
  const opening = `import { openDatabase } from '${new URL('./sqlite.ts', import.meta.url).href}'
    openDatabase(process.argv[1]).close()`
  const both = [1, 2].map(async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', opening, file], { stdio: ['ignore', 'ignore', 'pipe'] })
    return [(await child.stderr.toArray()).join(''), child.exitCode ?? (await once(child, 'exit'))[0]]
  })
  expect(await Promise.all(both)).toEqual([
    ['', 0],
    ['', 0],
  ])
  expect(isOlder(file)).toBe(false)
  const beside = readdirSync(join(file, '..')).filter((name) => /backup|draft/.test(name))
  expect(beside).toEqual(['genzo.sqlite.v4.backup'])
  expect(versionOf(new DatabaseSync(join(file, '..', beside[0]!)))).toBe(4)
})
