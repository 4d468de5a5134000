import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { PageRequest } from '#core/page.ts'
import type { Album, Albums } from '#core/ports/albums.ts'
import { ask, batchGet, conditionally, type Dynamo, orderKey, queryAll, type Row, transact } from './dynamodb.ts'
import { newestRows } from './dynamodb-pages.ts'
import { updateWords } from './image-rows.ts'
import type { TableNames } from './tables.ts'

/** New images a transaction: two rows each and the album's own stay below DynamoDB's hundred. */
const AT_ONCE = 45
/** How often an addition that another one overtook is looked at again before its caller hears `throttled`. */
const ATTEMPTS = 8

/**
 * Albums in `Studio`: the album under its id, a row that its owner's list is made of, and for each image two: one in the album's order,
 * and one under the image, which says where the first stands and that it is in only once.
 */
export function dynamodbAlbums({ dynamo, tables }: { dynamo: Dynamo; tables: Pick<TableNames, 'Studio'> }): Albums {
  const TableName = tables.Studio
  const album = (id: string) => ({ pk: `album#${id}`, sk: '-' })
  const owned = ({ ownerId, createdAt, id }: Pick<Album, 'ownerId' | 'createdAt' | 'id'>) => ({
    pk: `albums#${ownerId}`,
    sk: orderKey(createdAt, id),
  })
  const placed = (id: string, place: string) => ({ pk: `albumimages#${id}`, sk: place })
  const member = (imageId: string, id: string) => ({ pk: `imagealbums#${imageId}`, sk: id })
  const get = async (Key: Row) => (await ask(() => dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true })))).Item
  const find = async (id: string) => albumOf(await get(album(id)))
  const putNew = (Item: Row) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } })

  const page = (pk: string, request: PageRequest) =>
    newestRows(dynamo, { TableName, ConsistentRead: true, partition: ['pk', pk], order: 'sk' }, request)

  /** Takes one image out with its part of the count, together, so that doing it twice counts once. */
  const takeOut = async (id: string, imageId: string) => {
    const row = await get(member(imageId, id))
    if (!row) return
    const refused = await transact(dynamo, [
      { name: 'member', item: { Delete: { TableName, Key: member(imageId, id), ConditionExpression: 'attribute_exists(pk)' } } },
      { name: 'place', item: { Delete: { TableName, Key: placed(id, row.place as string) } } },
      {
        name: 'album',
        item: {
          Update: {
            TableName,
            Key: album(id),
            UpdateExpression: 'add images :less',
            // An album that is being removed has no row any more, and must not get one of a count alone.
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':less': -1 },
          },
        },
      },
    ])
    if (!refused) return
    if (refused.has('album')) await dropMember(id, imageId, row.place as string)
  }
  const dropMember = (id: string, imageId: string, place: string) =>
    transact(dynamo, [
      { name: 'member', item: { Delete: { TableName, Key: member(imageId, id) } } },
      { name: 'place', item: { Delete: { TableName, Key: placed(id, place) } } },
    ])

  /** Adds what is not in yet of at most `AT_ONCE` images; undefined when another addition came between. */
  const addSome = async (id: string, { imageIds, at, most }: { imageIds: readonly string[]; at: number; most: number }) => {
    const known = await batchGet(
      dynamo,
      TableName,
      imageIds.map((imageId) => member(imageId, id)),
    )
    const inside = new Set(known.map(({ pk }) => pk))
    const fresh = imageIds.filter((imageId) => !inside.has(member(imageId, id).pk))
    if (fresh.length === 0) return 0
    const refused = await transact(dynamo, [
      {
        name: 'album',
        item: {
          Update: {
            TableName,
            Key: album(id),
            UpdateExpression: 'set updatedAt = :at add images :more',
            ConditionExpression: 'attribute_exists(pk) and images <= :room',
            ExpressionAttributeValues: { ':at': at, ':more': fresh.length, ':room': most - fresh.length },
          },
        },
      },
      ...fresh.flatMap((imageId) => [
        { name: `member ${imageId}`, item: putNew({ ...member(imageId, id), place: orderKey(at, imageId) }) },
        { name: `place ${imageId}`, item: { Put: { TableName, Item: { ...placed(id, orderKey(at, imageId)), imageId } } } },
      ]),
    ])
    if (!refused) return fresh.length
    // Some may have come in by another request meanwhile, and then there may be room: only a refusal by the album alone is one.
    const isFull = refused.has('album') && refused.size === 1 && (await find(id)) !== undefined
    if (isFull) throw new StudioError('conflict', `an album holds at most ${most} images`, { reason: 'album_full' })
    return undefined
  }

  return {
    async insert(made) {
      const { id, ...fields } = made
      const refused = await transact(dynamo, [
        { name: 'album', item: putNew({ ...album(id), ...fields, albumId: id, images: 0 }) },
        { name: 'owned', item: { Put: { TableName, Item: { ...owned(made), albumId: id } } } },
      ])
      if (refused) throw new StudioError('conflict', `album ${id} exists`)
    },
    find,
    async listByOwner(ownerId, request) {
      const { items: rows, nextCursor } = await page(`albums#${ownerId}`, request)
      const found = await batchGet(
        dynamo,
        TableName,
        rows.map(({ albumId }) => album(albumId as string)),
      )
      const byId = new Map(found.map((row) => [row.albumId, albumOf(row)!]))
      return { items: rows.flatMap(({ albumId }) => byId.get(albumId) ?? []), ...(nextCursor !== undefined && { nextCursor }) }
    },
    async update(id, change) {
      const words = updateWords(change)
      const request = new UpdateCommand({
        TableName,
        Key: album(id),
        UpdateExpression: words.UpdateExpression,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: words.names,
        ExpressionAttributeValues: words.values,
        ReturnValues: 'ALL_NEW',
      })
      const outcome = await conditionally(() => dynamo.send(request))
      return 'done' in outcome ? albumOf(outcome.done.Attributes) : undefined
    },
    async remove(id) {
      const seen = await find(id)
      // The album goes first: nothing can be added any more. What names its images is found by the album's own id, now or by a repeat.
      if (seen) {
        await transact(dynamo, [
          { name: 'album', item: { Delete: { TableName, Key: album(id) } } },
          { name: 'owned', item: { Delete: { TableName, Key: owned(seen) } } },
        ])
      }
      const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `albumimages#${id}` }, ConsistentRead: true }
      for (const { imageId, sk } of await queryAll(dynamo, { TableName, ...query })) await dropMember(id, imageId as string, sk as string)
    },
    async addImages(id, { imageIds, at, most }) {
      if (!(await find(id))) return undefined
      const unique = [...new Set(imageIds)]
      let added = 0
      for (let from = 0; from < unique.length; from += AT_ONCE) {
        const some = unique.slice(from, from + AT_ONCE)
        for (let attempt = 1; ; attempt++) {
          const count = await addSome(id, { imageIds: some, at, most })
          if (count === undefined && !(await find(id))) return undefined
          if (count === undefined && attempt === ATTEMPTS)
            throw new StudioError('throttled', 'too many writes meet on one album; try again in a moment', { retryAfterSeconds: 1 })
          added += count ?? 0
          if (count !== undefined) break
        }
      }
      return added
    },
    async removeImage(id, imageId) {
      await takeOut(id, imageId)
      const request = new UpdateCommand({
        TableName,
        Key: album(id),
        UpdateExpression: 'remove coverId',
        ConditionExpression: 'coverId = :id',
        ExpressionAttributeValues: { ':id': imageId },
      })
      await conditionally(() => dynamo.send(request))
    },
    async listImages(id, request) {
      const { items, nextCursor } = await page(`albumimages#${id}`, request)
      return { items: items.map(({ imageId }) => imageId as string), ...(nextCursor !== undefined && { nextCursor }) }
    },
    async listByImage(imageId) {
      const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `imagealbums#${imageId}` } }
      return (await queryAll(dynamo, { TableName, ...query, ConsistentRead: true })).map(({ sk }) => sk as string)
    },
  }
}

function albumOf(row: Row | undefined): Album | undefined {
  if (!row) return undefined
  const { pk: _, sk: __, albumId: id, ...album } = row
  return { id, ...album } as Album
}
