import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Links, ShareLink } from '#core/ports/links.ts'
import { ask, type Dynamo, orderKey, queryAll, type Row, transact } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/** Links in `Studio`, three rows each, written and removed together: by id, by the id of the key (with the secret), and by image. */
export function dynamodbLinks({ dynamo, tables }: { dynamo: Dynamo; tables: Pick<TableNames, 'Studio'> }): Links {
  const TableName = tables.Studio
  const keysOf = ({ id, kid, imageId, createdAt }: Pick<ShareLink, 'id' | 'kid' | 'imageId' | 'createdAt'>) => ({
    byId: { pk: `link#${id}`, sk: '-' },
    byKid: { pk: `kid#${kid}`, sk: '-' },
    byImage: { pk: `links#${imageId}`, sk: orderKey(createdAt, id) },
  })
  const get = async (Key: Row) => (await ask(() => dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true })))).Item
  const find = async (id: string) => (await get({ pk: `link#${id}`, sk: '-' }))?.link as ShareLink | undefined
  const drop = async (link: ShareLink) => {
    await transact(
      dynamo,
      Object.entries(keysOf(link)).map(([name, Key]) => ({ name, item: { Delete: { TableName, Key } } })),
    )
  }
  const listByImage = async (imageId: string) => {
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': `links#${imageId}` }, ScanIndexForward: false }
    return (await queryAll(dynamo, { TableName, ...query, ConsistentRead: true })).map(({ link }) => link as ShareLink)
  }

  return {
    async insert({ secret, ...link }) {
      const { byId, byKid, byImage } = keysOf(link)
      const put = (Item: Row) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } })
      const refused = await transact(dynamo, [
        { name: 'id', item: put({ ...byId, link }) },
        { name: 'kid', item: put({ ...byKid, secret }) },
        { name: 'image', item: put({ ...byImage, link }) },
      ])
      if (refused) throw new StudioError('conflict', `link ${link.id} or its key id exists`)
    },
    find,
    secretOf: async (kid) => (await get({ pk: `kid#${kid}`, sk: '-' }))?.secret as string | undefined,
    listByImage,
    async revoke(id) {
      const link = await find(id)
      if (link) await drop(link)
    },
    // The edge in front has its keys elsewhere (edge-links.ts).
    setShown: async () => {},
    async removeByImage(imageId) {
      for (const link of await listByImage(imageId)) await drop(link)
    },
  }
}
