import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { MOST_VECTORS, type Vectors } from '#core/ports/vectors.ts'
import { cosine, nearestOf, type PackedVector } from '#core/vector.ts'
import { ask, type Dynamo, type Row } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/**
 * Vectors in `Search`, the owner's in one partition. A search reads them in pages of 1 MB, about a thousand pictures and 128 read units
 * each: right for libraries of thousands; a person of a hundred thousand is served by the newest `MOST_VECTORS`.
 */
export function dynamodbVectors({ dynamo, tables }: { dynamo: Dynamo; tables: Pick<TableNames, 'Search'> }): Vectors {
  const TableName = tables.Search
  const keyOf = ({ ownerId, imageId }: { ownerId: string; imageId: string }) => ({ pk: `vectors#${ownerId}`, sk: imageId })

  return {
    async put({ ownerId, imageId, space, vector }) {
      await ask(() => dynamo.send(new PutCommand({ TableName, Item: { ...keyOf({ ownerId, imageId }), space, vector } })))
    },
    async find({ space, ...of }) {
      const { Item } = await ask(() => dynamo.send(new GetCommand({ TableName, Key: keyOf(of), ConsistentRead: true })))
      return Item?.space === space ? (Item?.vector as PackedVector) : undefined
    },
    async nearest({ ownerId, space }, to, limit) {
      const found = nearestOf(limit)
      let from: Row | undefined
      for (let read = 0; read < MOST_VECTORS; ) {
        const request = new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: '#space = :space',
          ExpressionAttributeNames: { '#space': 'space' },
          ExpressionAttributeValues: { ':pk': `vectors#${ownerId}`, ':space': space },
          ScanIndexForward: false,
          ...(from && { ExclusiveStartKey: from }),
        })
        const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await ask(() => dynamo.send(request))
        for (const { sk, vector } of Items) found.add({ imageId: String(sk), score: cosine(to, vector as PackedVector) })
        if (!LastEvaluatedKey) break
        from = LastEvaluatedKey
        read += ScannedCount
      }
      return found.best
    },
    async remove(of) {
      await ask(() => dynamo.send(new DeleteCommand({ TableName, Key: keyOf(of) })))
    },
  }
}
