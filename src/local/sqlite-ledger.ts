import { StudioError } from '#core/errors.ts'
import type { Ledger, OwnerLimits, PeriodLimit, Reservation, Usage } from '#core/ports/ledger.ts'
import { type Db, parsed, type Row } from './sqlite.ts'

type Wish = { id: string; ownerId: string; createdAt: number; microUsd: number; images: number; periods: readonly PeriodLimit[] }
export type Refusal = { limit: PeriodLimit; remaining: number; unit: 'microUsd' | 'images' }

/** Reserves in every period or in none; call it inside the transaction of what is reserved for. Returns the first limit in the way. */
export function reserver(db: Db): (wish: Wish) => Refusal | undefined {
  const used = db.prepare('select micro_usd, images from period_usage where owner_id = ? and period = ?')
  const add = db.prepare(
    `insert into period_usage values (?, ?, ?, ?) on conflict do update
     set micro_usd = micro_usd + excluded.micro_usd, images = images + excluded.images`,
  )
  const insert = db.prepare("insert into reservation values (?, ?, ?, ?, ?, 'open', 0, 0, ?)")

  const refusal = (wish: Wish, limit: PeriodLimit): Refusal | undefined => {
    const row = used.get(wish.ownerId, limit.period)
    const left = (most: number | undefined, column: string) => (most ?? Number.POSITIVE_INFINITY) - Number(row?.[column] ?? 0)
    const money = left(limit.limitMicroUsd, 'micro_usd')
    if (wish.microUsd > money) return { limit, remaining: Math.max(0, money), unit: 'microUsd' }
    const count = left(limit.limitImages, 'images')
    if (wish.images > count) return { limit, remaining: Math.max(0, count), unit: 'images' }
    return undefined
  }

  return (wish) => {
    for (const limit of wish.periods) {
      const refused = refusal(wish, limit)
      if (refused) return refused
    }
    for (const { period } of wish.periods) add.run(wish.ownerId, period, wish.microUsd, wish.images)
    const periods = JSON.stringify(wish.periods.map(({ period }) => period))
    insert.run(wish.id, wish.ownerId, periods, wish.microUsd, wish.images, wish.createdAt)
    return undefined
  }
}

export function sqliteLedger({ db }: { db: Db }): Ledger {
  const find = db.prepare('select * from reservation where id = ?')
  const close = db.prepare("update reservation set state = 'settled', committed_micro_usd = ?, committed_images = ? where id = ?")
  const refund = db.prepare('update period_usage set micro_usd = micro_usd - ?, images = images - ? where owner_id = ? and period = ?')
  const usage = db.prepare('select period, micro_usd, images from period_usage where owner_id = ? and period = ?')
  const top = db.prepare('select * from period_usage where period = ? order by micro_usd desc limit ?')
  const limits = db.prepare('select doc from owner_limits where owner_id = ?')
  const setLimits = db.prepare('insert into owner_limits values (?, ?) on conflict do update set doc = excluded.doc')

  return {
    settle: async (id, made) =>
      db.transaction(() => {
        const open = reservationOf(find.get(id))
        if (!open) throw new StudioError('not_found', `no reservation ${id}`)
        if (open.state === 'settled') return open
        const committedMicroUsd = Math.min(made.microUsd, open.microUsd)
        const committedImages = Math.min(made.images, open.images)
        close.run(committedMicroUsd, committedImages, id)
        for (const period of open.periods)
          refund.run(open.microUsd - committedMicroUsd, open.images - committedImages, open.ownerId, period)
        return { ...open, state: 'settled', committedMicroUsd, committedImages }
      }),
    find: async (id) => reservationOf(find.get(id)),
    usage: async (ownerId, periods) => periods.map((period) => usageOf(usage.get(ownerId, period) ?? { period, micro_usd: 0, images: 0 })),
    top: async (period, { limit }) => top.all(period, limit).map((row) => ({ ...usageOf(row), ownerId: row['owner_id'] as string })),
    limits: async (ownerId) => parsed<OwnerLimits>(limits.get(ownerId)) ?? {},
    setLimits: async (ownerId, wanted) => void setLimits.run(ownerId, JSON.stringify(wanted)),
  }
}

const usageOf = (row: Row): Usage => ({
  period: row['period'] as string,
  microUsd: Number(row['micro_usd']),
  images: Number(row['images']),
})

const reservationOf = (row: Row | undefined): Reservation | undefined =>
  row && {
    id: row['id'] as string,
    ownerId: row['owner_id'] as string,
    periods: JSON.parse(row['periods'] as string) as string[],
    microUsd: Number(row['micro_usd']),
    images: Number(row['images']),
    state: row['state'] as Reservation['state'],
    committedMicroUsd: Number(row['committed_micro_usd']),
    committedImages: Number(row['committed_images']),
    createdAt: Number(row['created_at']),
  }
