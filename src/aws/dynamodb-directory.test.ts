import { describe, expect, it } from 'vitest'
import { directoryContract } from '#core/ports/directory.contract.ts'
import { newId } from '#core/ports/samples.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newTables } from '../../e2e/aws/stores.ts'
import { dynamodbDirectory } from './dynamodb-directory.ts'

directoryContract(async (now) => dynamodbDirectory({ ...(await newTables(SERVER_FOR.dynamodb)), now }))

const fresh = async () => dynamodbDirectory({ ...(await newTables(SERVER_FOR.dynamodb)), now: () => 1_000 })

describe('people of an outside issuer, in DynamoDB', () => {
  it('appear with their first request, and are written again once a minute', async () => {
    const directory = await fresh()
    const ada = { id: newId(), email: 'Ada@example.com', role: 'user' as const }
    const first = await directory.seen({ ...ada, at: 10_000 })
    expect(first).toEqual({ ...ada, email: 'ada@example.com', isDisabled: false, createdAt: 10_000, lastSeenAt: 10_000 })
    expect(await directory.seen({ ...ada, at: 69_999 })).toMatchObject({ lastSeenAt: 10_000 })
    expect(await directory.seen({ ...ada, at: 70_000 })).toMatchObject({ lastSeenAt: 70_000, createdAt: 10_000 })
  })

  it('take the role and the address that their issuer says', async () => {
    const directory = await fresh()
    const id = newId()
    await directory.seen({ id, email: 'old@example.com', role: 'user', at: 1 })
    await directory.seen({ id, email: 'new@example.com', role: 'admin', at: 2 })
    expect(await directory.find(id)).toMatchObject({ email: 'new@example.com', role: 'admin' })
    expect(await directory.findByEmail('new@example.com')).toMatchObject({ id })
    expect(await directory.findByEmail('old@example.com')).toBeUndefined()
  })

  it('never take the address of somebody else', async () => {
    const directory = await fresh()
    const [ada, eve] = [newId(), newId()]
    await directory.seen({ id: ada, email: 'ada@example.com', role: 'user', at: 1 })
    expect(await directory.seen({ id: eve, email: 'ada@example.com', role: 'user', at: 2 })).toMatchObject({ id: eve, email: '' })
    expect(await directory.findByEmail('ada@example.com')).toMatchObject({ id: ada })
  })

  it('are listed oldest first, a page at a time', async () => {
    const directory = await fresh()
    const ids = [1, 2, 3].map(() => newId())
    for (const [at, id] of ids.entries()) await directory.seen({ id, role: 'user', at: at + 1 })
    const first = await directory.list({ limit: 2 })
    const rest = await directory.list({ limit: 2, cursor: first.nextCursor! })
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids)
    expect(rest.nextCursor).toBeUndefined()
    await expect(directory.list({ limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('have no password here', async () => {
    const directory = await fresh()
    const made = directory.create({ email: 'a@example.com', password: 'secret', role: 'user' })
    await expect(made).rejects.toMatchObject({ code: 'invalid_input' })
    await directory.create({ email: 'a@example.com', role: 'user' })
    await expect(directory.create({ email: 'A@example.com', role: 'user' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('are forgotten whole, and their address is free', async () => {
    const directory = await fresh()
    const ada = await directory.create({ email: 'ada@example.com', role: 'user' })
    await directory.remove(ada.id)
    await directory.remove(ada.id)
    expect(await directory.find(ada.id)).toBeUndefined()
    expect((await directory.list({ limit: 5 })).items).toEqual([])
    await directory.create({ email: 'ada@example.com', role: 'user' })
  })
})
