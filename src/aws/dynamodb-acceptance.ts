import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import { type Generation, SETTLED_STATES } from '#core/generation.ts'
import type { Acceptance, Generations } from '#core/ports/generations.ts'
import { ask, type Dynamo, dueShard, orderKey, queryAll, type Row, transact } from './dynamodb.ts'
import { newImageItem, totalsItem } from './dynamodb-images.ts'
import { refusalOf, reservationItems } from './dynamodb-ledger.ts'
import type { TableNames } from './tables.ts'

type Tables = Pick<TableNames, 'Generations' | 'ImageMetadata' | 'Ledger' | 'Studio'>
type Wish = Parameters<Generations['accept']>[0]

/** A generation as a row: its own fields, and beside them the keys of the indexes. */
const generationRow = ({ id, ...generation }: Generation): Row => ({
  ...generation,
  ...(SETTLED_STATES.some((state) => state === generation.state) && { dueAt: undefined }),
  generationId: id,
  orderKey: orderKey(generation.createdAt, id),
  dueShard: dueShard(id),
})

/** A row as a generation; who holds it is the adapter's own business. */
export function generationOf(row: Row | undefined): Generation | undefined {
  if (!row) return undefined
  const { generationId, orderKey: _, dueShard: __, holder: ___, leaseUntil: ____, ...generation } = row
  return { id: generationId, ...generation } as Generation
}

const keyOf = (ownerId: string, key: string) => ({ pk: `idempotency#${ownerId}`, sk: key })

/** The keys of an owner's idempotency rows, for erasure. */
export const keysOfOwner = async (dynamo: Dynamo, tables: Pick<Tables, 'Studio'>, ownerId: string): Promise<Row[]> => {
  const { pk } = keyOf(ownerId, '')
  const query = { TableName: tables.Studio, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
  return (await queryAll(dynamo, query)).map(({ pk, sk }) => ({ pk, sk }))
}

/**
 * Acceptance as one transaction: key, generation, images, the owner's total, periods and reservation. At most 10 images make at most 17
 * items (DynamoDB takes 100). Which condition failed is known by the item's name, since reasons come in the order of the items.
 */
export function generationAcceptance(on: {
  dynamo: Dynamo
  tables: Tables
  find: Generations['find']
}): Pick<Generations, 'accept' | 'findRepeat'> {
  const { dynamo, tables, find } = on

  /** The row of an idempotency key. It is free when its time is over; `gone` names a generation that was erased since. */
  const keyItem = ({ generation, idempotency }: Wish, gone: string) => {
    if (!idempotency) return []
    const { key, bodyHash, expiresAt } = idempotency
    const Item = {
      ...keyOf(generation.ownerId, key),
      bodyHash,
      expiresAt,
      generationId: generation.id,
      ttl: Math.ceil(expiresAt / 1000) + 3600,
    }
    const put = {
      TableName: tables.Studio,
      Item,
      ConditionExpression: 'attribute_not_exists(pk) or expiresAt <= :now or generationId = :gone',
      ExpressionAttributeValues: { ':now': generation.createdAt, ':gone': gone },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }
    return [{ name: 'key', item: { Put: put } }]
  }
  const itemsOf = (wish: Wish, gone: string) => {
    const { generation, images, reservation } = wish
    const { id, ownerId, createdAt } = generation
    const bytes = images.reduce((sum, image) => sum + image.byteLength, 0)
    const put = {
      TableName: tables.Generations,
      Item: generationRow(generation),
      ConditionExpression: 'attribute_not_exists(generationId)',
    }
    return [
      ...keyItem(wish, gone),
      { name: 'generation', item: { Put: put } },
      ...images.map((image) => ({ name: `image ${image.id}`, item: newImageItem(tables, image) })),
      ...(images.length > 0 ? [{ name: 'totals', item: totalsItem(tables, ownerId, { images: images.length, bytes }) }] : []),
      ...reservationItems(tables, { id, ownerId, createdAt, ...reservation }),
    ]
  }

  /** What a key that came before stands for; undefined when its generation was erased since. */
  const repeatOf = async (row: Row, bodyHash: string): Promise<Acceptance | undefined> => {
    if (row.bodyHash !== bodyHash) return { outcome: 'key_reused' }
    const generation = await find(row.generationId as string)
    return generation && { outcome: 'repeated', generation }
  }

  const accept = async (wish: Wish, gone = '-'): Promise<Acceptance> => {
    const { generation, idempotency, reservation } = wish
    const refused = await transact(dynamo, itemsOf(wish, gone))
    if (!refused) return { outcome: 'accepted', generation: JSON.parse(JSON.stringify(generation)) as Generation }
    // A key that came before is the answer, also when the limit has been reached since.
    const before = refused.get('key')
    if (before && idempotency) return (await repeatOf(before, idempotency.bodyHash)) ?? accept(wish, before.generationId as string)
    const limit = refusalOf(reservation, refused)
    if (limit) return { outcome: 'limit_reached', ...limit }
    throw new StudioError('conflict', `${[...refused.keys()].join(', ')} of generation ${generation.id} exists`)
  }

  return {
    accept: (wish) => accept(wish),
    async findRepeat(ownerId, { key, bodyHash, now }) {
      const request = new GetCommand({ TableName: tables.Studio, Key: keyOf(ownerId, key), ConsistentRead: true })
      const before = (await ask(() => dynamo.send(request))).Item
      return before && Number(before.expiresAt) > now ? repeatOf(before, bodyHash) : undefined
    },
  }
}
