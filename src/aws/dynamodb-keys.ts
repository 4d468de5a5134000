import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { ApiKey, Keys } from '#core/ports/access.ts'
import { ask, batchGet, conditionally, type Dynamo, queryAll, type Row, transact } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/** A key's use is written at most this often, milliseconds. */
const TOUCH_EVERY_MS = 60_000

/** API keys in `Studio`: the key itself under its hash, which every request looks up, and two rows that lead there. */
export function dynamodbKeys({ dynamo, tables }: { dynamo: Dynamo; tables: Pick<TableNames, 'Studio'> }): Keys {
  const TableName = tables.Studio
  const byHash = (hash: string) => ({ pk: `key#${hash}`, sk: '-' })
  const byId = (id: string) => ({ pk: `keyid#${id}`, sk: '-' })
  const byOwner = (ownerId: string, id: string) => ({ pk: `keys#${ownerId}`, sk: id })
  const get = async (Key: Row) => (await ask(() => dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true })))).Item
  const ownRows = (ownerId: string) => {
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `keys#${ownerId}` }, ConsistentRead: true }
    return queryAll(dynamo, { TableName, ...query })
  }

  return {
    async insert(key) {
      const put = (Item: Row) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } })
      const refused = await transact(dynamo, [
        { name: 'hash', item: put({ ...key, ...byHash(key.hash) }) },
        { name: 'id', item: put({ ...byId(key.id), hash: key.hash }) },
        { name: 'owner', item: put({ ...byOwner(key.ownerId, key.id), hash: key.hash }) },
      ])
      if (refused) throw new StudioError('conflict', `key ${key.id} exists`)
    },
    findByHash: async (hash) => keyOf(await get(byHash(hash))),
    async listByOwner(ownerId) {
      const leads = await ownRows(ownerId)
      const keys = await batchGet(
        dynamo,
        TableName,
        leads.map(({ hash }) => byHash(String(hash))),
      )
      return keys.map((row) => keyOf(row)!).sort((a, b) => b.createdAt - a.createdAt || (b.id < a.id ? -1 : 1))
    },
    async revoke(ownerId, id, at) {
      const lead = await get(byOwner(ownerId, id))
      if (!lead) return undefined
      const request = new UpdateCommand({
        TableName,
        Key: byHash(String(lead.hash)),
        UpdateExpression: 'set revokedAt = if_not_exists(revokedAt, :at)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': at },
        ReturnValues: 'ALL_NEW',
      })
      const outcome = await conditionally(() => dynamo.send(request))
      return 'done' in outcome ? keyOf(outcome.done.Attributes) : undefined
    },
    async touch(id, at) {
      const lead = await get(byId(id))
      if (!lead) return
      const request = new UpdateCommand({
        TableName,
        Key: byHash(String(lead.hash)),
        UpdateExpression: 'set lastUsedAt = :at',
        ConditionExpression: 'attribute_exists(pk) and (attribute_not_exists(lastUsedAt) or lastUsedAt <= :stale)',
        ExpressionAttributeValues: { ':at': at, ':stale': at - TOUCH_EVERY_MS },
      })
      await conditionally(() => dynamo.send(request))
    },
    async removeByOwner(ownerId) {
      for (const { sk, hash } of await ownRows(ownerId)) {
        const keys = [byHash(String(hash)), byId(String(sk)), byOwner(ownerId, String(sk))]
        await transact(
          dynamo,
          keys.map((Key) => ({ name: Key.pk, item: { Delete: { TableName, Key } } })),
        )
      }
    },
  }
}

function keyOf(row: Row | undefined): ApiKey | undefined {
  if (!row) return undefined
  const { pk: _, sk: __, ...key } = row
  return key as ApiKey
}
