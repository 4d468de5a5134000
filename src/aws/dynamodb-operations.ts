import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Audit, AuditEntry, Rates, Settings } from '#core/ports/operations.ts'
import { ask, conditionally, type Dynamo, orderKey, queryAll } from './dynamodb.ts'
import type { TableNames } from './tables.ts'

type Options = { dynamo: Dynamo; tables: Pick<TableNames, 'Studio'> }
/** Processes that meet on one bucket try again this often before the caller hears `throttled`. */
const ATTEMPTS = 20
/** Buckets whose state a process remembers. */
const REMEMBERED = 1_000

type Bucket = { fullAt: number; at: number }

/**
 * Token buckets as one number each: the time at which the bucket would be full again (GCRA). A request takes 60,000 / perMinute ms of it,
 * and may when it is not further ahead than the burst allows. One conditional update: on the state that this process saw last, or on an
 * idle bucket; when another process took meanwhile, the refusal carries the state for the next try.
 */
export function dynamodbRates({ dynamo, tables }: Options): Rates {
  const remembered = new Map<string, Bucket>()
  const remember = (key: string, bucket: Bucket) => {
    remembered.delete(key)
    remembered.set(key, bucket)
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!)
  }

  return {
    async take(key, { perMinute, burst, now }) {
      const each = 60_000 / perMinute
      // A bucket only gets emptier by what others took, so a remembered one that is too empty is reason enough to wait.
      let seen = remembered.get(key)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        // A clock that went back earns nothing, and takes nothing away.
        const at = Math.max(now, seen?.at ?? now)
        const fullAt = Math.max(at, seen?.fullAt ?? at)
        const waitMs = Math.ceil(fullAt - at - (burst - 1) * each)
        if (waitMs > 0) return { taken: false, waitMs }
        const next = fullAt + each
        const request = new UpdateCommand({
          TableName: tables.Studio,
          Key: { pk: `rate#${key}`, sk: '-' },
          UpdateExpression: 'set fullAt = :next, #at = :at, #ttl = :ttl',
          ConditionExpression: seen
            ? 'fullAt = :seenFullAt and #at = :seenAt'
            : 'attribute_not_exists(fullAt) or (fullAt <= :at and #at <= :at)',
          ExpressionAttributeNames: { '#at': 'at', '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':next': next,
            ':at': at,
            ':ttl': Math.ceil(next / 1000) + 3600,
            ...(seen && { ':seenFullAt': seen.fullAt, ':seenAt': seen.at }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        })
        const outcome = await conditionally(() => dynamo.send(request))
        if ('done' in outcome) {
          remember(key, { fullAt: next, at })
          return { taken: true }
        }
        seen = outcome.refused && { fullAt: Number(outcome.refused.fullAt), at: Number(outcome.refused.at) }
      }
      throw new StudioError('throttled', 'too many requests meet on one rate; try again in a moment', { retryAfterSeconds: 1 })
    },
  }
}

/** Named values as JSON text, so that what is read is exactly what was written. */
export function dynamodbSettings({ dynamo, tables }: Options): Settings {
  const keyOf = (name: string) => ({ pk: `setting#${name}`, sk: '-' })
  return {
    async get<T>(name: string) {
      const request = new GetCommand({ TableName: tables.Studio, Key: keyOf(name), ConsistentRead: true })
      const { Item } = await ask(() => dynamo.send(request))
      return Item && (JSON.parse(Item.value as string) as T)
    },
    async set(name, value) {
      const Item = { ...keyOf(name), value: JSON.stringify(value ?? null) }
      await ask(() => dynamo.send(new PutCommand({ TableName: tables.Studio, Item })))
    },
  }
}

/** The audit trail, in the order of its times. `newId` keeps entries of one millisecond in their order. */
export function dynamodbAudit({ dynamo, tables, newId }: Options & { newId: () => string }): Audit {
  return {
    async append(entry) {
      const Item = { pk: 'audit', sk: orderKey(entry.at, newId()), entry }
      await ask(() => dynamo.send(new PutCommand({ TableName: tables.Studio, Item })))
    },
    async list({ limit, before }) {
      const query = {
        TableName: tables.Studio,
        KeyConditionExpression: 'pk = :pk and sk < :before',
        ExpressionAttributeValues: { ':pk': 'audit', ':before': before === undefined ? ':' : orderKey(before, '') },
        ScanIndexForward: false,
        ConsistentRead: true,
      }
      return (await queryAll(dynamo, query, limit)).map(({ entry }) => entry as AuditEntry)
    },
  }
}
