import { randomUUID } from 'node:crypto'
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Directory, User } from '#core/ports/access.ts'
import { DEPARTED_MS } from '#core/times.ts'
import { cursorOf, ORDER_KEY, placeOf } from './cursor.ts'
import { ask, batchGet, conditionally, type Dynamo, orderKey, queryAll, type Row, transact } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/** A person who stays signed in is written again this seldom, so that reading pictures does not write. Milliseconds. */
const SEEN_EVERY_MS = 60_000

type Options = { dynamo: Dynamo; tables: Pick<TableNames, 'Studio'>; now: () => number }
/** The directory, and the writing of a person whose id another issuer gave. `conflict` when the address is taken. */
export type People = Directory & { insert(user: User): Promise<void> }

/**
 * The people this studio has met, in `Studio`: a row by id, which every request reads, one that claims their address, one in the list
 * of all. Passwords are the issuer's business: giving one is refused.
 */
export function dynamodbDirectory({ dynamo, tables, now }: Options): People {
  const TableName = tables.Studio
  const byId = (id: string) => ({ pk: `person#${id}`, sk: '-' })
  const byEmail = (email: string) => ({ pk: `email#${email.toLowerCase()}`, sk: '-' })
  const departed = (id: string) => ({ pk: `departed#${id}`, sk: '-' })
  const inList = ({ id, createdAt }: Pick<User, 'id' | 'createdAt'>) => ({ pk: 'people', sk: orderKey(createdAt, id) })
  const get = async (Key: Row) => (await ask(() => dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true })))).Item
  const find = async (id: string) => userOf(await get(byId(id)))

  /** Writes a new person; tells which row was in the way, if any. */
  const insert = (user: User, conditions: Parameters<typeof transact>[1] = []) => {
    const put = (Item: Row) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } })
    return transact(dynamo, [
      ...conditions,
      { name: 'person', item: put({ ...user, ...byId(user.id) }) },
      { name: 'list', item: put({ ...inList(user), id: user.id }) },
      ...(user.email ? [{ name: 'email', item: put({ ...byEmail(user.email), id: user.id }) }] : []),
    ])
  }
  /** The same for who comes by themselves, unless they were removed a short while ago. The clock decides; TTL only cleans up. */
  const meet = async (user: User) => {
    const isGone = {
      ConditionCheck: {
        TableName,
        Key: departed(user.id),
        ConditionExpression: 'attribute_not_exists(pk) or #until <= :at',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':at': user.createdAt },
      },
    }
    const inTheWay = await insert(user, [{ name: 'departed', item: isGone }])
    if (inTheWay?.has('departed')) throw new StudioError('unauthenticated', 'this account was removed', { reason: 'revoked' })
    return inTheWay
  }
  const insertOrThrow = async (user: User) => {
    if (await insert(user)) throw new StudioError('conflict', 'this e-mail address belongs to an account')
  }
  /** Sets fields of a person that is known; nothing where there is none. */
  const set = async (id: string, fields: Partial<User>) => {
    const names = Object.keys(fields)
    const request = new UpdateCommand({
      TableName,
      Key: byId(id),
      UpdateExpression: `set ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ReturnValues: 'ALL_NEW',
    })
    const outcome = await conditionally(() => dynamo.send(request))
    return 'done' in outcome ? userOf(outcome.done.Attributes) : undefined
  }
  /** Moves a person to a new address, unless it is somebody else's: then they keep the one they had. */
  const changeEmail = async (user: User, email: string) => {
    const claim = { Put: { TableName, Item: { ...byEmail(email), id: user.id }, ConditionExpression: 'attribute_not_exists(pk)' } }
    const leave = user.email ? [{ name: 'old', item: { Delete: { TableName, Key: byEmail(user.email) } } }] : []
    const isTaken = await transact(dynamo, [{ name: 'new', item: claim }, ...leave])
    if (!isTaken) await set(user.id, { email: email.toLowerCase() })
  }

  return {
    insert: insertOrThrow,
    async create({ email, password, role }) {
      if (password !== undefined)
        throw new StudioError('invalid_input', 'passwords are kept by the outside issuer: make the account there, without a password here')
      const user: User = { id: randomUUID(), email: email.toLowerCase(), role, isDisabled: false, createdAt: now() }
      await insertOrThrow(user)
      return user
    },
    find,
    async findByEmail(email) {
      const lead = await get(byEmail(email))
      return lead && find(String(lead.id))
    },
    async list({ cursor, limit }) {
      const after = cursor === undefined ? undefined : placeOf(cursor, ORDER_KEY)
      const query = {
        TableName,
        KeyConditionExpression: after ? 'pk = :pk and sk > :after' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'people', ...(after && { ':after': after }) },
        ConsistentRead: true,
      }
      const rows = await queryAll(dynamo, query, limit + 1)
      const page = rows.slice(0, limit)
      const found = await batchGet(
        dynamo,
        TableName,
        page.map(({ id }) => byId(String(id))),
      )
      const users = new Map(found.map((row) => [row.id, userOf(row)!]))
      const items = page.flatMap(({ id }) => users.get(id) ?? [])
      return rows.length > limit ? { items, nextCursor: cursorOf(String(page.at(-1)!.sk)) } : { items }
    },
    setDisabled: async (id, isDisabled) => void (await set(id, { isDisabled })),
    setRole: async (id, role) => void (await set(id, { role })),
    revokeTokens: async (id, at) => void (await set(id, { revokedBefore: at })),
    async remove(id) {
      const user = await find(id)
      const until = now() + DEPARTED_MS
      const Item = { ...departed(id), until, ttl: Math.ceil(until / 1000) + 3600 }
      const keys = user ? [byId(id), inList(user), ...(user.email ? [byEmail(user.email)] : [])] : []
      await transact(dynamo, [
        { name: 'departed', item: { Put: { TableName, Item } } },
        ...keys.map((Key) => ({ name: Key.pk, item: { Delete: { TableName, Key } } })),
      ])
    },
    async seen({ id, email, role, at }) {
      const known = await find(id)
      if (!known) {
        const user: User = { id, email: email?.toLowerCase() ?? '', role, isDisabled: false, createdAt: at, lastSeenAt: at }
        // The address of somebody else stays theirs: this person is kept without one.
        if (await meet(user)) await meet({ ...user, email: '' })
        return (await find(id))!
      }
      const isOther = email !== undefined && known.email !== email.toLowerCase()
      if (isOther) await changeEmail(known, email)
      if (!isOther && at - (known.lastSeenAt ?? 0) < SEEN_EVERY_MS && known.role === role) return known
      return (await set(id, { role, lastSeenAt: at })) ?? known
    },
  }
}

function userOf(row: Row | undefined): User | undefined {
  if (!row) return undefined
  const { pk: _, sk: __, ...user } = row
  return user as User
}
