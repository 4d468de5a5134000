import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Derivatives } from '#core/ports/derivatives.ts'
import { DAY } from '#core/times.ts'
import { ask, type Dynamo, queryAll } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

/** Images whose copies at the edge must go. Kept as rows, so that a crash or a refusal of CloudFront forgets none. */
export type EdgeCopies = {
  note(imageId: string): Promise<void>
  list(limit: number): Promise<string[]>
  done(imageIds: readonly string[]): Promise<void>
}

/** What a purged picture was kept under is out of date anywhere by then, and a stack without an edge piles nothing up. */
const KEPT_MS = 30 * DAY

export function dynamodbEdgeCopies({
  dynamo,
  tables,
  now,
}: {
  dynamo: Dynamo
  tables: Pick<TableNames, 'Studio'>
  now: () => number
}): EdgeCopies {
  const TableName = tables.Studio
  const keyOf = (imageId: string) => ({ pk: 'edge-copies', sk: imageId })
  return {
    async note(imageId) {
      const Item = { ...keyOf(imageId), ttl: Math.ceil((now() + KEPT_MS) / 1000) }
      await ask(() => dynamo.send(new PutCommand({ TableName, Item })))
    },
    async list(limit) {
      const query = {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'edge-copies' },
        ConsistentRead: true,
      }
      return (await queryAll(dynamo, query, limit)).map(({ sk }) => String(sk))
    },
    async done(imageIds) {
      for (const id of imageIds) await ask(() => dynamo.send(new DeleteCommand({ TableName, Key: keyOf(id) })))
    },
  }
}

/** Derivatives whose copies at the edge go too. Noted when the store has none any more: else the edge could fetch what it had forgotten. */
export const withEdgeCopies = (derivatives: Derivatives, copies: Pick<EdgeCopies, 'note'>): Derivatives => ({
  ...derivatives,
  async purge(imageId) {
    await derivatives.purge(imageId)
    await copies.note(imageId)
  },
})
