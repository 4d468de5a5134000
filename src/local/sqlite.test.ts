import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from './sqlite.ts'

const freshFile = () => join(mkdtempSync(join(tmpdir(), 'genzo-sqlite-')), 'genzo.sqlite')
const INSERT = 'insert into setting values (?, ?)'
const COUNT = 'select count(*) as n from setting'

it('takes everything back when a transaction throws, and the next one works', () => {
  const db = openDatabase(':memory:')
  const work = () =>
    db.transaction(() => {
      db.prepare(INSERT).run('a', '1')
      throw new Error('no')
    })
  expect(work).toThrow('no')
  expect(db.prepare(COUNT).get()).toEqual({ n: 0 })
  db.transaction(() => db.prepare(INSERT).run('a', '1'))
  expect(db.prepare(COUNT).get()).toEqual({ n: 1 })
})

it('makes a transaction inside another part of it', () => {
  const db = openDatabase(':memory:')
  const outer = () =>
    db.transaction(() => {
      db.transaction(() => db.prepare(INSERT).run('inner', '1'))
      throw new Error('outer')
    })
  expect(outer).toThrow('outer')
  expect(db.prepare(COUNT).get()).toEqual({ n: 0 })
})

it('lets two processes read and write one file, each seeing what the other committed', () => {
  const file = freshFile()
  const [server, operator] = [openDatabase(file), openDatabase(file)]
  server.prepare(INSERT).run('a', '1')
  operator.prepare(INSERT).run('b', '2')
  expect([server, operator].map((db) => db.prepare(COUNT).get())).toEqual([{ n: 2 }, { n: 2 }])
  server.close()
  operator.close()
})

it('says that the database is busy when another holds it too long', () => {
  const file = freshFile()
  const [server, operator] = [openDatabase(file), openDatabase(file)]
  operator.raw.exec('pragma busy_timeout = 1')
  server.transaction(() => {
    expect(() => operator.prepare(INSERT).run('a', '1')).toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('busy') }),
    )
  })
  operator.prepare(INSERT).run('a', '1')
  server.close()
  operator.close()
})

it('keeps what it committed through a power cut: every commit is synced', () => {
  const db = openDatabase(freshFile())
  expect(db.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 })
  expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' })
  expect(db.prepare('pragma page_size').get()).toEqual({ page_size: 8192 })
  db.close()
})
