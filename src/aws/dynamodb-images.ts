import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Activity, Image, ImageState } from '#core/image.ts'
import type { ImageChange, Images } from '#core/ports/images.ts'
import { toldLines } from '#core/told-image.ts'
import { ask, batchGet, batchWrite, conditionally, type Dynamo, queryAll, queryDue, type Row, transact } from './dynamodb.ts'
import { newestRows } from './dynamodb-pages.ts'
import { imageOf, imageRow, libraryKey, shelfOf, updateWords } from './image-rows.ts'
import type { TableNames } from './tables.ts'

const YEAR_SECONDS = 365 * 86_400
/** How often an update that another one overtook is built again before its caller hears `throttled`. */
const ATTEMPTS = 8

type When = { from: readonly ImageState[]; revision?: number }
type Tables = Pick<TableNames, 'ImageMetadata' | 'Studio'>

/** Adds to what an owner has. In the transaction of the write that it counts, so that the sum is always of rows that are there. */
export const totalsItem = (tables: Tables, ownerId: string, add: { images: number; bytes: number }) => ({
  Update: {
    TableName: tables.Studio,
    Key: { pk: `totals#${ownerId}`, sk: '-' },
    UpdateExpression: 'add images :images, bytes :bytes',
    ExpressionAttributeValues: { ':images': add.images, ':bytes': add.bytes },
  },
})

/** Writes a new image's row if the id is free: for `insert`, and for the transaction in which a generation is accepted. */
export const newImageItem = (tables: Tables, image: Image) => ({
  Put: { TableName: tables.ImageMetadata, Item: imageRow(image), ConditionExpression: 'attribute_not_exists(imageId)' },
})

/** The same with its part of the owner's total: what `insert` writes, alone or with what the image is for. */
export const newImageItems = (tables: Tables, image: Image) => [
  { name: 'image', item: newImageItem(tables, image) },
  { name: 'totals', item: totalsItem(tables, image.ownerId, { images: 1, bytes: image.byteLength }) },
]

/** Images in the table `ImageMetadata`; history, claims and totals in `Studio`. `newId` orders history lines of one millisecond. */
export function dynamodbImages({ dynamo, tables, newId }: { dynamo: Dynamo; tables: Tables; newId: () => string }): Images {
  const own = (imageId: string) => `image#${imageId}`
  const claimKey = (ownerId: string, sha256: string) => ({ pk: `bytes#${ownerId}`, sk: sha256 })
  const find = async (imageId: string) => {
    const request = new GetCommand({ TableName: tables.ImageMetadata, Key: { imageId }, ConsistentRead: true })
    return imageOf((await ask(() => dynamo.send(request))).Item)
  }

  /** The update as one conditional write. `libraryKey` follows the state, `revision` rises by one. */
  const updateItem = (imageId: string, { from, revision }: When, change: ImageChange) => {
    const shelf = change.state && shelfOf(change.state)
    const words = updateWords(change, {
      set: ['revision = revision + :one', ...(shelf ? [`libraryKey = ${shelf}`] : [])],
      remove: change.state && !shelf ? ['libraryKey'] : [],
    })
    const states = from.map((_, at) => `:from${at}`)
    return {
      TableName: tables.ImageMetadata,
      Key: { imageId },
      UpdateExpression: words.UpdateExpression,
      ConditionExpression: `#state in (${states.join(', ')})${revision === undefined ? '' : ' and revision = :revision'}`,
      ExpressionAttributeNames: { ...words.names, '#state': 'state' },
      ExpressionAttributeValues: {
        ...words.values,
        ...Object.fromEntries(from.map((state, at) => [`:from${at}`, state])),
        ':one': 1,
        ...(revision !== undefined && { ':revision': revision }),
      },
    }
  }

  /** A change of length also changes the owner's total, by as much as the row says at that moment. */
  const resize = async (imageId: string, when: When, change: ImageChange): Promise<Image | undefined> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const seen = await find(imageId)
      if (!seen || !when.from.includes(seen.state) || (when.revision ?? seen.revision) !== seen.revision) return undefined
      const refused = await transact(dynamo, [
        { name: 'image', item: { Update: updateItem(imageId, { ...when, revision: seen.revision }, change) } },
        { name: 'totals', item: totalsItem(tables, seen.ownerId, { images: 0, bytes: (change.byteLength ?? 0) - seen.byteLength }) },
      ])
      if (!refused) return JSON.parse(JSON.stringify({ ...seen, ...change, revision: seen.revision + 1 })) as Image
    }
    throw new StudioError('throttled', 'too many writes meet on one image; try again in a moment', { retryAfterSeconds: 1 })
  }

  /** Drops the row and its part of the total together, so that doing it twice counts once. */
  const removeRow = async (imageId: string): Promise<void> => {
    for (let seen = await find(imageId); seen; seen = await find(imageId)) {
      const { ownerId, byteLength, revision } = seen
      const gone = {
        Delete: {
          TableName: tables.ImageMetadata,
          Key: { imageId },
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeValues: { ':revision': revision },
        },
      }
      const refused = await transact(dynamo, [
        { name: 'image', item: gone },
        { name: 'totals', item: totalsItem(tables, ownerId, { images: -1, bytes: -byteLength }) },
      ])
      if (!refused) return
    }
  }

  const releaseHash = async (ownerId: string, sha256: string, imageId: string) => {
    await transact(dynamo, [
      {
        name: 'claim',
        item: {
          Delete: {
            TableName: tables.Studio,
            Key: claimKey(ownerId, sha256),
            ConditionExpression: 'imageId = :id',
            ExpressionAttributeValues: { ':id': imageId },
          },
        },
      },
      { name: 'own', item: { Delete: { TableName: tables.Studio, Key: { pk: own(imageId), sk: `claim#${sha256}` } } } },
    ])
  }
  const ownRows = (imageId: string, begins: string, limit?: number) =>
    queryAll(
      dynamo,
      {
        TableName: tables.Studio,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :begins)',
        ExpressionAttributeValues: { ':pk': own(imageId), ':begins': begins },
        ConsistentRead: true,
      },
      limit,
    )

  const listByOwner: Images['listByOwner'] = async (ownerId, { trash = false, ...request }) => {
    const shelf = {
      TableName: tables.ImageMetadata,
      IndexName: 'library',
      partition: ['libraryKey', libraryKey(ownerId, { trash })],
    } as const
    const { items, ...rest } = await newestRows(dynamo, { ...shelf, order: 'orderKey' }, request)
    return { items: items.map((row) => imageOf(row)!), ...rest }
  }

  return {
    async insert(image) {
      if (await transact(dynamo, newImageItems(tables, image))) throw new StudioError('conflict', `image ${image.id} exists`)
    },
    find,
    async findMany(ids) {
      const unique = [...new Set(ids.slice(0, 100))]
      const rows = await batchGet(
        dynamo,
        tables.ImageMetadata,
        unique.map((imageId) => ({ imageId })),
      )
      const byId = new Map(rows.map((row) => [row.imageId, imageOf(row)!]))
      return ids.slice(0, 100).flatMap((id) => byId.get(id) ?? [])
    },
    async update(id, when, change) {
      if (change.byteLength !== undefined) return resize(id, when, change)
      const request = new UpdateCommand({ ...updateItem(id, when, change), ReturnValues: 'ALL_NEW' })
      const outcome = await conditionally(() => dynamo.send(request))
      return 'done' in outcome ? imageOf(outcome.done.Attributes) : undefined
    },
    listByOwner,
    listTold: async (ownerId, page) => toldLines(await listByOwner(ownerId, page)),
    async listChildren(imageId) {
      const query = {
        TableName: tables.ImageMetadata,
        IndexName: 'children',
        KeyConditionExpression: 'parentId = :id',
        ExpressionAttributeValues: { ':id': imageId },
      }
      return (await queryAll(dynamo, query, 200)).map((row) => imageOf(row)!)
    },
    async claimHash(ownerId, sha256, imageId) {
      const refused = await transact(dynamo, [
        {
          name: 'claim',
          item: {
            Put: {
              TableName: tables.Studio,
              Item: { ...claimKey(ownerId, sha256), imageId },
              ConditionExpression: 'attribute_not_exists(pk) or imageId = :id',
              ExpressionAttributeValues: { ':id': imageId },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        },
        // The same claim beside the image's history, so that `remove` finds it without knowing the bytes.
        { name: 'own', item: { Put: { TableName: tables.Studio, Item: { pk: own(imageId), sk: `claim#${sha256}`, ownerId } } } },
      ])
      return refused ? (refused.get('claim')!.imageId as string) : imageId
    },
    async findByHash(ownerId, sha256) {
      const request = new GetCommand({ TableName: tables.Studio, Key: claimKey(ownerId, sha256), ConsistentRead: true })
      return (await ask(() => dynamo.send(request))).Item?.imageId as string | undefined
    },
    releaseHash,
    async listDue(now, limit) {
      return (await queryDue(dynamo, tables.ImageMetadata, { now, limit })).map((row) => imageOf(row)!)
    },
    async remove(id) {
      // The row last: a crash before it leaves something to purge again, never a claim that nobody owns.
      for (const { sk, ownerId } of await ownRows(id, 'claim#')) await releaseHash(String(ownerId), String(sk).slice('claim#'.length), id)
      const notes = await ownRows(id, 'note#')
      await batchWrite(dynamo, tables.Studio, { remove: notes.map(({ pk, sk }) => ({ pk, sk })) })
      await removeRow(id)
    },
    async totals(ownerId) {
      const { Item } = await ask(() => dynamo.send(new GetCommand({ TableName: tables.Studio, Key: { pk: `totals#${ownerId}`, sk: '-' } })))
      return { images: Number(Item?.images ?? 0), bytes: Number(Item?.bytes ?? 0) }
    },
    async note(imageId, activity) {
      const row: Row = { pk: own(imageId), sk: `note#${newId()}`, activity, ttl: Math.ceil(activity.at / 1000) + YEAR_SECONDS }
      await ask(() => dynamo.send(new PutCommand({ TableName: tables.Studio, Item: row })))
    },
    async activity(imageId) {
      return (await ownRows(imageId, 'note#', 500)).map(({ activity }) => activity as Activity)
    },
  }
}
