import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Page, PageRequest } from '#core/page.ts'
import { cursorOf, ORDER_KEY, placeOf } from './cursor.ts'
import { ask, type Dynamo, type Row } from './dynamodb.ts'

type List = Pick<QueryCommandInput, 'TableName' | 'IndexName' | 'ConsistentRead'> & {
  /** Name and value of the key that all rows of the list share. */
  partition: readonly [string, string]
  /** Name of the key that orders them, by an `orderKey`. */
  order: string
}

/** One page of a list, last first, beginning before the row that the page before ended with. */
export async function newestRows(dynamo: Dynamo, { partition, order, ...from }: List, { cursor, limit }: PageRequest): Promise<Page<Row>> {
  const [name, value] = partition
  const before = cursor === undefined ? undefined : placeOf(cursor, ORDER_KEY)
  const query = new QueryCommand({
    ...from,
    KeyConditionExpression: before ? `${name} = :partition and ${order} < :before` : `${name} = :partition`,
    ExpressionAttributeValues: { ':partition': value, ...(before && { ':before': before }) },
    ScanIndexForward: false,
    Limit: limit + 1,
  })
  const found = await ask(() => dynamo.send(query))
  const rows = found.Items ?? []
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  // One row more than asked for, or the megabyte of a page was full: either way there is more.
  const isMore = rows.length > limit || found.LastEvaluatedKey !== undefined
  return isMore && last ? { items, nextCursor: cursorOf(last[order] as string) } : { items }
}
