import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Events, EventType, StudioEvent } from '#core/ports/news.ts'
import { ask, batchWrite, type Dynamo, queryAll, transact } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

const KEPT_MS = 24 * 3_600_000
/** How often `wait` looks while nothing comes. DynamoDB cannot call back; a strong read of nothing costs half a unit. Milliseconds. */
const LOOK_AGAIN_MS = 1_000
/** Writers of one owner meet rarely: a dozen steps in parallel at most. */
const ATTEMPTS = 20

/** One owner's news in the table `Feed`. Counter and event are one transaction, so that no reader passes a number that comes later. */
export function dynamodbEvents({ dynamo, tables, now }: { dynamo: Dynamo; tables: Pick<TableNames, 'Feed'>; now: () => number }): Events {
  const TableName = tables.Feed
  const counter = (ownerId: string) => ({ ownerId, seq: 0 })
  const lastSeq = async (ownerId: string) => {
    const { Item } = await ask(() => dynamo.send(new GetCommand({ TableName, Key: counter(ownerId), ConsistentRead: true })))
    return Number(Item?.last ?? 0)
  }
  const tryAppend = (ownerId: string, seq: number, event: Omit<StudioEvent, 'seq' | 'v'>) =>
    transact(dynamo, [
      {
        name: 'counter',
        item: {
          Update: {
            TableName,
            Key: counter(ownerId),
            UpdateExpression: 'set #last = :seq',
            ConditionExpression: seq === 1 ? 'attribute_not_exists(#last)' : '#last = :before',
            ExpressionAttributeNames: { '#last': 'last' },
            ExpressionAttributeValues: { ':seq': seq, ...(seq > 1 && { ':before': seq - 1 }) },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      },
      {
        name: 'event',
        item: { Put: { TableName, Item: { ownerId, seq, ...event, ttl: Math.ceil((event.at + KEPT_MS) / 1000) } } },
      },
    ])
  const after = async (ownerId: string, cursor: number, limit: number) => {
    // The clock decides what is kept; TTL only cleans up behind it, within days.
    const query = {
      TableName,
      KeyConditionExpression: 'ownerId = :owner and seq > :cursor',
      FilterExpression: '#at > :kept',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':owner': ownerId, ':cursor': Math.max(0, cursor), ':kept': now() - KEPT_MS },
      ConsistentRead: true,
    }
    const items = (await queryAll(dynamo, query, limit)).map(
      ({ seq, type, at, subjectId }): StudioEvent => ({
        seq: Number(seq),
        v: 1,
        type: type as EventType,
        at: Number(at),
        subjectId: String(subjectId),
      }),
    )
    return { items, cursor: items.at(-1)?.seq ?? cursor }
  }

  return {
    async append(ownerId, { type, subjectId, at }) {
      let last = await lastSeq(ownerId)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const refused = await tryAppend(ownerId, last + 1, { type, subjectId, at })
        if (!refused) return
        last = Number(refused.get('counter')?.last ?? 0)
        await pause(Math.random() * 10 * attempt)
      }
      throw new StudioError('throttled', 'too many events of one owner at once; try again in a moment', { retryAfterSeconds: 1 })
    },
    after,
    async wait(ownerId, cursor, timeoutMs, signal) {
      const end = now() + timeoutMs
      while (!signal?.aborted) {
        const last = await lastSeq(ownerId).catch(() => cursor)
        const left = end - now()
        if (last > cursor || left <= 0) return
        await pause(Math.min(LOOK_AGAIN_MS, left), signal)
      }
    },
    async removeByOwner(ownerId) {
      const query = { TableName, KeyConditionExpression: 'ownerId = :owner', ExpressionAttributeValues: { ':owner': ownerId } }
      const rows = await queryAll(dynamo, { ...query, ConsistentRead: true })
      await batchWrite(dynamo, TableName, { remove: rows.map(({ seq }) => ({ ownerId, seq })) })
    },
  }
}

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
