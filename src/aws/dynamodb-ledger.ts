import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { StudioError } from '#core/errors.ts'
import type { Ledger, OwnerLimits, PeriodLimit, Reservation, Usage } from '#core/ports/ledger.ts'
import { ask, batchGet, type Dynamo, dueShard, type Row, transact } from './dynamodb.ts'
import { DUE_SHARDS, type TableNames } from './tables.ts'

type Tables = Pick<TableNames, 'Ledger'>
/** What an operator sets for one owner holds in every process this soon; until then a warm process does not ask again. */
const LIMITS_KEPT_MS = 10_000
const LIMITS_KEPT = 1_000

type Wish = { id: string; ownerId: string; createdAt: number; microUsd: number; images: number; periods: readonly PeriodLimit[] }
export type Refusal = { limit: PeriodLimit; remaining: number; unit: 'microUsd' | 'images' }

const periodKey = (ownerId: string, period: string) => ({ pk: ownerId, sk: `period#${period}` })
const reservationKey = (id: string) => ({ pk: `reservation#${id}`, sk: '-' })
/** One period's usage of everybody is spread over a few partitions of its index, since every reservation of the day passes through it. */
const topShard = (period: string, shard: number) => `${period}#${shard}`

/** Adds to what an owner used in a period; negative gives back. */
const periodItem = (tables: Tables, ownerId: string, { period, microUsd, images }: Usage) => ({
  TableName: tables.Ledger,
  Key: periodKey(ownerId, period),
  UpdateExpression: 'set ownerId = :owner, #period = :period, topShard = :shard add microUsd :microUsd, images :images',
  ExpressionAttributeNames: { '#period': 'period' },
  ExpressionAttributeValues: {
    ':owner': ownerId,
    ':period': period,
    ':shard': topShard(period, dueShard(ownerId)),
    ':microUsd': microUsd,
    ':images': images,
  },
})

/** The items that reserve in every period or in none: for the transaction of what is reserved for. Periods are named by position. */
export function reservationItems(tables: Tables, { periods, ...wish }: Wish) {
  const adds = periods.map(({ period, limitMicroUsd, limitImages }, at) => {
    const add = periodItem(tables, wish.ownerId, { period, microUsd: wish.microUsd, images: wish.images })
    const money = roomFor('microUsd', wish.microUsd, limitMicroUsd)
    const count = roomFor('images', wish.images, limitImages)
    const conditions = [money, count].flatMap((room) => room ?? [])
    const limited = {
      ConditionExpression: conditions.map(({ condition }) => condition).join(' and '),
      ExpressionAttributeValues: Object.assign({}, add.ExpressionAttributeValues, ...conditions.map(({ values }) => values)),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    }
    return { name: `period ${at}`, item: { Update: { ...add, ...(conditions.length > 0 && limited) } } }
  })
  const open: Omit<Reservation, 'id'> = {
    ...wish,
    periods: periods.map(({ period }) => period),
    state: 'open',
    committedMicroUsd: 0,
    committedImages: 0,
  }
  const Item = { ...open, ...reservationKey(wish.id) }
  const reservation = { Put: { TableName: tables.Ledger, Item, ConditionExpression: 'attribute_not_exists(pk)' } }
  return [...adds, { name: 'reservation', item: reservation }]
}

function roomFor(attribute: 'microUsd' | 'images', wanted: number, limit: number | undefined) {
  if (limit === undefined) return undefined
  // With more wanted than the whole limit, a period without a row must refuse as well.
  const condition =
    wanted > limit ? `${attribute} < :${attribute}Room` : `(attribute_not_exists(${attribute}) or ${attribute} <= :${attribute}Room)`
  return { condition, values: { [`:${attribute}Room`]: limit - wanted } }
}

/** The first limit in the way, from the period rows that refused; undefined when no period did. */
export function refusalOf(wish: Pick<Wish, 'microUsd' | 'images' | 'periods'>, refused: Map<string, Row | undefined>): Refusal | undefined {
  for (const [at, limit] of wish.periods.entries()) {
    if (!refused.has(`period ${at}`)) continue
    const used = refused.get(`period ${at}`)
    const money = (limit.limitMicroUsd ?? Number.POSITIVE_INFINITY) - Number(used?.microUsd ?? 0)
    if (wish.microUsd > money) return { limit, remaining: Math.max(0, money), unit: 'microUsd' }
    const count = (limit.limitImages ?? Number.POSITIVE_INFINITY) - Number(used?.images ?? 0)
    return { limit, remaining: Math.max(0, count), unit: 'images' }
  }
  return undefined
}

/** Integer micro-dollars in the table `Ledger`: one counter row per owner and period, one row per reservation. */
export function dynamodbLedger({ dynamo, tables, now }: { dynamo: Dynamo; tables: Tables; now: () => number }): Ledger {
  const known = new Map<string, { limits: OwnerLimits; until: number }>()
  const get = (Key: Row) => ask(() => dynamo.send(new GetCommand({ TableName: tables.Ledger, Key, ConsistentRead: true })))
  const find = async (id: string): Promise<Reservation | undefined> => {
    const { Item } = await get(reservationKey(id))
    if (!Item) return undefined
    const { pk: _, sk: __, ...reservation } = Item
    return { ...reservation, id } as Reservation
  }

  return {
    async settle(id, made) {
      const open = await find(id)
      if (!open) throw new StudioError('not_found', `no reservation ${id}`)
      if (open.state === 'settled') return open
      const committedMicroUsd = Math.min(made.microUsd, open.microUsd)
      const committedImages = Math.min(made.images, open.images)
      const back = { microUsd: committedMicroUsd - open.microUsd, images: committedImages - open.images }
      const refunds = back.microUsd === 0 && back.images === 0 ? [] : open.periods
      const refused = await transact(dynamo, [
        {
          name: 'reservation',
          item: {
            Update: {
              TableName: tables.Ledger,
              Key: reservationKey(id),
              UpdateExpression: 'set #state = :settled, committedMicroUsd = :microUsd, committedImages = :images',
              ConditionExpression: '#state = :open',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':open': 'open',
                ':settled': 'settled',
                ':microUsd': committedMicroUsd,
                ':images': committedImages,
              },
            },
          },
        },
        ...refunds.map((period) => ({ name: period, item: { Update: periodItem(tables, open.ownerId, { period, ...back }) } })),
      ])
      // Settled by another meanwhile: what it committed is the answer.
      return refused ? (await find(id))! : { ...open, state: 'settled', committedMicroUsd, committedImages }
    },
    find,
    async usage(ownerId, periods) {
      const rows = await batchGet(
        dynamo,
        tables.Ledger,
        [...new Set(periods)].map((period) => periodKey(ownerId, period)),
      )
      const byPeriod = new Map(rows.map((row) => [row.period, row]))
      return periods.map((period) => usageOf(period, byPeriod.get(period)))
    },
    async top(period, { limit }) {
      const shards = Array.from({ length: DUE_SHARDS }, async (_, shard) => {
        const request = new QueryCommand({
          TableName: tables.Ledger,
          IndexName: 'top',
          KeyConditionExpression: 'topShard = :shard',
          ExpressionAttributeValues: { ':shard': topShard(period, shard) },
          ScanIndexForward: false,
          Limit: limit,
        })
        return (await ask(() => dynamo.send(request))).Items ?? []
      })
      const rows = (await Promise.all(shards)).flat().map((row) => ({ ...usageOf(period, row), ownerId: row.ownerId as string }))
      return rows.sort((a, b) => b.microUsd - a.microUsd).slice(0, limit)
    },
    async limits(ownerId) {
      const kept = known.get(ownerId)
      if (kept && kept.until > now()) return kept.limits
      const limits = ((await get({ pk: ownerId, sk: 'limits' })).Item?.limits ?? {}) as OwnerLimits
      known.delete(ownerId)
      known.set(ownerId, { limits, until: now() + LIMITS_KEPT_MS })
      if (known.size > LIMITS_KEPT) known.delete(known.keys().next().value!)
      return limits
    },
    async setLimits(ownerId, limits) {
      await ask(() => dynamo.send(new PutCommand({ TableName: tables.Ledger, Item: { pk: ownerId, sk: 'limits', limits } })))
      known.delete(ownerId)
    },
  }
}

const usageOf = (period: string, row: Row | undefined): Usage => ({
  period,
  microUsd: Number(row?.microUsd ?? 0),
  images: Number(row?.images ?? 0),
})
