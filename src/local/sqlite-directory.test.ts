import { expect, it } from 'vitest'
import { directoryContract } from '#core/ports/directory.contract.ts'
import { everyItem } from '#core/ports/samples.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteDirectory } from './sqlite-directory.ts'

directoryContract(async (now) => sqliteDirectory({ db: openDatabase(':memory:'), now }))

const fresh = (at = 1_000) => sqliteDirectory({ db: openDatabase(':memory:'), now: () => at })

it('meets a person of an outside issuer on their first request, and follows their role and address', async () => {
  const directory = fresh()
  const met = await directory.seen({ id: 'u1', email: 'Ada@Example.com', role: 'user', at: 5 })
  expect(met).toEqual({ id: 'u1', email: 'ada@example.com', role: 'user', isDisabled: false, createdAt: 5, lastSeenAt: 5 })
  expect(await directory.findByEmail('ADA@example.com')).toEqual(met)
  expect(await directory.seen({ id: 'u1', email: 'ada@new.example', role: 'admin', at: 6 })).toMatchObject({
    email: 'ada@new.example',
    role: 'admin',
    lastSeenAt: 6,
  })
  expect(await directory.findByEmail('ada@example.com')).toBeUndefined()
})

it('writes a person who stays no more than once a minute', async () => {
  const directory = fresh()
  await directory.seen({ id: 'u1', role: 'user', at: 1_000 })
  expect(await directory.seen({ id: 'u1', role: 'user', at: 60_999 })).toMatchObject({ lastSeenAt: 1_000 })
  expect(await directory.seen({ id: 'u1', role: 'user', at: 61_000 })).toMatchObject({ lastSeenAt: 61_000 })
})

it('never gives one person the address of another', async () => {
  const directory = fresh()
  await directory.seen({ id: 'u1', email: 'a@example.com', role: 'user', at: 1 })
  expect(await directory.seen({ id: 'u2', email: 'a@example.com', role: 'user', at: 2 })).toMatchObject({ id: 'u2', email: '' })
  expect(await directory.findByEmail('a@example.com')).toMatchObject({ id: 'u1' })
  await expect(directory.create({ email: 'A@example.com', role: 'user' })).rejects.toMatchObject({ code: 'conflict' })
})

it('keeps no passwords', async () => {
  const directory = fresh()
  await expect(directory.create({ email: 'a@example.com', password: 'x', role: 'user' })).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await directory.findByEmail('a@example.com')).toBeUndefined()
})

it('disables, promotes, signs out and removes', async () => {
  const directory = fresh()
  const { id } = await directory.create({ email: 'a@example.com', role: 'user' })
  await directory.setDisabled(id, true)
  await directory.setRole(id, 'admin')
  await directory.revokeTokens(id, 77)
  expect(await directory.find(id)).toMatchObject({ isDisabled: true, role: 'admin', revokedBefore: 77 })
  await directory.remove(id)
  await directory.remove(id)
  expect(await directory.find(id)).toBeUndefined()
})

it('lists everybody once, page by page', async () => {
  const directory = fresh()
  const ids = ['u1', 'u2', 'u3', 'u4', 'u5']
  for (const id of ids) await directory.seen({ id, role: 'user', at: 1 })
  const people = await everyItem((cursor) => directory.list({ limit: 2, ...(cursor !== undefined && { cursor }) }))
  expect(people.map(({ id }) => id)).toEqual(ids)
})
