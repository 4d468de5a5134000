import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { StudioError } from '#core/errors.ts'
import { asking } from './errors.ts'
import { DUE_SHARDS } from './tables.ts'

export type Row = Record<string, unknown>
export type Dynamo = DynamoDBDocumentClient
type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** The document client as every adapter here expects it: absent fields stay absent, numbers are plain. */
export const documentClient = (client: DynamoDBClient): Dynamo =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })

/** Runs one request; throttles and outages are translated. */
export const ask = <T>(call: () => Promise<T>): Promise<T> => asking('dynamodb', call)

/** The outcome of a conditional write: what it returned, or the row that stood in its way (absent when there was none). */
export async function conditionally<T>(call: () => Promise<T>): Promise<{ done: T } | { refused: Row | undefined }> {
  try {
    return { done: await ask(call) }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { refused: rowOf(error.Item) }
  }
}

/** The document client reads answers; the rows that an exception carries are still as they came. */
const rowOf = (item: Record<string, AttributeValue> | undefined): Row | undefined => item && unmarshall(item)

/** How many times a transaction that met another one is tried again before the caller hears `throttled`. */
const CONFLICT_ATTEMPTS = 8

/**
 * Writes all or nothing. Every item has a name; the answer is undefined when all was written, else the rows that stood in the way by
 * name (only those whose condition failed). Two transactions that meet on one row are retried here, with full jitter from 20 ms.
 */
export async function transact(
  dynamo: Dynamo,
  items: readonly { name: string; item: TransactItem }[],
): Promise<Map<string, Row | undefined> | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask(() => dynamo.send(new TransactWriteCommand({ TransactItems: items.map(({ item }) => item) })))
      return undefined
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      const failed = reasons.flatMap(({ Code, Item }, at) =>
        Code === 'ConditionalCheckFailed' ? [[items[at]!.name, rowOf(Item)] as const] : [],
      )
      if (failed.length > 0) return new Map(failed)
      if (!reasons.some(({ Code }) => Code === 'TransactionConflict' || Code === 'ThrottlingError')) throw error
      if (attempt === CONFLICT_ATTEMPTS)
        throw new StudioError(
          'throttled',
          'too many writes meet on one row; try again in a moment',
          { retryAfterSeconds: 1 },
          { cause: error },
        )
      await pause(Math.random() * 20 * 2 ** attempt)
    }
  }
}

/** Rows by key, strong, in any order, without those that are missing. DynamoDB answers at most 100 keys and 16 MB at a time. */
export async function batchGet(dynamo: Dynamo, table: string, keys: readonly Row[]): Promise<Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < keys.length; at += 100) {
    let wanted: Row[] | undefined = keys.slice(at, at + 100)
    for (let attempt = 0; wanted?.length; attempt++) {
      if (attempt > 0) await pause(Math.min(2000, 20 * 2 ** attempt))
      const request = { [table]: { Keys: wanted, ConsistentRead: true } }
      const answer: BatchGetCommandOutput = await ask(() => dynamo.send(new BatchGetCommand({ RequestItems: request })))
      rows.push(...(answer.Responses?.[table] ?? []))
      wanted = answer.UnprocessedKeys?.[table]?.Keys
    }
  }
  return rows
}

/** Puts and deletes without conditions, 25 at a time; what DynamoDB did not get to is sent again. */
export async function batchWrite(dynamo: Dynamo, table: string, writes: { put?: readonly Row[]; remove?: readonly Row[] }): Promise<void> {
  const requests = [
    ...(writes.put ?? []).map((Item) => ({ PutRequest: { Item } })),
    ...(writes.remove ?? []).map((Key) => ({ DeleteRequest: { Key } })),
  ]
  for (let at = 0; at < requests.length; at += 25) {
    let left: typeof requests | undefined = requests.slice(at, at + 25)
    for (let attempt = 0; left?.length; attempt++) {
      if (attempt > 0) await pause(Math.min(2000, 20 * 2 ** attempt))
      const batch: typeof requests = left
      const answer = await ask(() => dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: batch } })))
      left = answer.UnprocessedItems?.[table] as typeof requests | undefined
    }
  }
}

/** Every row that a query finds, page after page, at most `limit`. */
export async function queryAll(dynamo: Dynamo, query: Omit<QueryCommandInput, 'Limit'>, limit = Number.POSITIVE_INFINITY): Promise<Row[]> {
  const rows: Row[] = []
  let ExclusiveStartKey: Row | undefined
  do {
    const wanted = limit - rows.length
    const from = ExclusiveStartKey
    const page = await ask(() =>
      dynamo.send(
        new QueryCommand({ ...query, ...(from && { ExclusiveStartKey: from }), ...(Number.isFinite(wanted) && { Limit: wanted }) }),
      ),
    )
    rows.push(...(page.Items ?? []))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey && rows.length < limit)
  return rows.slice(0, limit)
}

/** Which partition of a due index a row lies in. FNV-1a over the id: any even spread will do, as long as it stays the same. */
export function dueShard(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % DUE_SHARDS
}

/** Rows whose `dueAt` is at or before `now`, oldest first, at most `limit`. Eventually consistent: a sweep looks again. */
export async function queryDue(dynamo: Dynamo, table: string, { now, limit }: { now: number; limit: number }): Promise<Row[]> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) =>
    queryAll(
      dynamo,
      {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard and dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': now },
      },
      limit,
    ),
  )
  const rows = (await Promise.all(shards)).flat()
  return rows.sort((a, b) => Number(a.dueAt) - Number(b.dueAt)).slice(0, limit)
}

/** Sorts as text the way creation time and then id sort. 15 digits reach the year 33658. */
export const orderKey = (createdAt: number, id: string): string => `${String(createdAt).padStart(15, '0')}#${id}`

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
