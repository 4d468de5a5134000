import { StudioError } from '#core/errors.ts'
import { type Generation, SETTLED_STATES } from '#core/generation.ts'
import type { Acceptance, Generations } from '#core/ports/generations.ts'
import { keysetPages } from './cursor.ts'
import { type Db, parsed, parsedAll, type Row } from './sqlite.ts'
import { imageInserter } from './sqlite-images.ts'
import { reserver } from './sqlite-ledger.ts'

const isSettled = (generation: Generation) => SETTLED_STATES.some((state) => state === generation.state)
/** A holder is `{bootId}.{run id}`. */
const bootOf = (holder: string) => holder.split('.', 1)[0]

/** Thrown inside the transaction, so that everything written before it is taken back. */
class Refused extends Error {
  readonly refusal: NonNullable<ReturnType<ReturnType<typeof reserver>>>
  constructor(refusal: NonNullable<ReturnType<ReturnType<typeof reserver>>>) {
    super('refused')
    this.refusal = refusal
  }
}

export function sqliteGenerations({ db }: { db: Db }): Generations {
  const insertImage = imageInserter(db)
  const reserve = reserver(db)
  const insert = db.prepare('insert into generation values (?, ?, ?, ?, ?, ?, null, null, ?)')
  const findById = db.prepare('select * from generation where id = ?')
  const rewrite = db.prepare('update generation set due_at = ?, is_settled = ?, fence = ?, doc = ? where id = ?')
  const lease = db.prepare('update generation set holder = ?, lease_until = ? where id = ?')
  const prolong = db.prepare('update generation set lease_until = ? where id = ? and fence = ? and holder is not null and is_settled = 0')
  const drop = db.prepare('update generation set holder = null, lease_until = null where id = ? and fence = ?')
  const page = keysetPages(db, { select: 'select id, created_at, doc from generation where owner_id = ?', by: ['created_at', 'id'] })
  const due = db.prepare('select doc from generation where due_at <= ? and is_settled = 0 order by due_at limit ?')
  const findKey = db.prepare('select * from idempotency_key where owner_id = ? and key = ?')
  const keep = db.prepare('insert or replace into idempotency_key values (?, ?, ?, ?, ?)')
  const forget = db.prepare('delete from idempotency_key where expires_at <= ?')
  const removals = ['idempotency_key', 'generation'].map((table) => db.prepare(`delete from ${table} where owner_id = ?`))

  const find = (id: string) => parsed<Generation>(findById.get(id))
  const write = (generation: Generation): Generation => {
    const next = JSON.parse(JSON.stringify(isSettled(generation) ? { ...generation, dueAt: undefined } : generation)) as Generation
    rewrite.run(next.dueAt, isSettled(next) ? 1 : 0, next.fence, JSON.stringify(next), next.id)
    return next
  }
  /** Applies `change` if the fence is still the newest and the generation unsettled. */
  const fenced = (id: string, fence: number, change: (generation: Generation) => Generation) =>
    db.transaction(() => {
      const generation = find(id)
      if (!generation || generation.fence !== fence || isSettled(generation)) return undefined
      return write(change(generation))
    })
  /** One server owns this database, so a live lease of another boot is one of a boot that has died. */
  const isHeld = (row: Row, { holder, now }: { holder: string; now: number }) => {
    const by = row['holder'] as string | null
    return by !== null && by !== holder && bootOf(by) === bootOf(holder) && Number(row['lease_until']) > now
  }
  const findRepeat = (ownerId: string, { key, bodyHash, now }: { key: string; bodyHash: string; now: number }): Acceptance | undefined => {
    const before = findKey.get(ownerId, key)
    if (!before || Number(before['expires_at']) <= now) return undefined
    if (before['body_hash'] !== bodyHash) return { outcome: 'key_reused' }
    const generation = find(before['generation_id'] as string)
    return generation && { outcome: 'repeated', generation }
  }

  return {
    async accept({ generation, images, reservation, idempotency }) {
      const { id, ownerId, createdAt } = generation
      const accept = (): Acceptance => {
        if (idempotency) {
          const repeat = findRepeat(ownerId, { ...idempotency, now: createdAt })
          if (repeat) return repeat
          forget.run(createdAt)
          keep.run(ownerId, idempotency.key, idempotency.bodyHash, id, idempotency.expiresAt)
        }
        const refusal = reserve({ id, ownerId, createdAt, ...reservation })
        if (refusal) throw new Refused(refusal)
        insert.run(id, ownerId, createdAt, generation.dueAt, isSettled(generation) ? 1 : 0, generation.fence, JSON.stringify(generation))
        for (const image of images) if (!insertImage(image)) throw new StudioError('conflict', `image ${image.id} exists`)
        return { outcome: 'accepted', generation }
      }
      try {
        return db.transaction(accept)
      } catch (error) {
        if (error instanceof Refused) return { outcome: 'limit_reached', ...error.refusal }
        throw error
      }
    },
    findRepeat: async (ownerId, idempotency) => findRepeat(ownerId, idempotency),
    find: async (id) => find(id),
    claim: async (id, { holder, now, leaseUntil }) =>
      db.transaction(() => {
        const row = findById.get(id)
        const generation = parsed<Generation>(row)
        if (!row || !generation || isSettled(generation) || isHeld(row, { holder, now })) return undefined
        lease.run(holder, leaseUntil, id)
        return write({ ...generation, fence: generation.fence + 1 })
      }),
    extend: async (id, fence, leaseUntil) => prolong.run(leaseUntil, id, fence).changes === 1,
    update: async (id, fence, change) => fenced(id, fence, (generation) => ({ ...generation, ...change }) as Generation),
    updateOutput: async (id, fence, output, providerCalls) =>
      fenced(id, fence, (generation) => ({
        ...generation,
        outputs: generation.outputs.map((other) => (other.index === output.index ? output : other)),
        providerCalls: generation.providerCalls + providerCalls,
      })),
    release: async (id, fence) => void drop.run(id, fence),
    requestCancel: async (id, at) =>
      db.transaction(() => {
        const generation = find(id)
        if (!generation || isSettled(generation) || generation.cancelRequestedAt !== undefined) return generation
        return write({ ...generation, cancelRequestedAt: at })
      }),
    async listByOwner(ownerId, request) {
      const { rows, ...rest } = page([ownerId], request)
      return { items: parsedAll<Generation>(rows), ...rest }
    },
    listDue: async (now, limit) => parsedAll<Generation>(due.all(now, limit)),
    defer: async (id, dueAt) =>
      db.transaction(() => {
        const generation = find(id)
        if (generation && !isSettled(generation)) write({ ...generation, dueAt })
      }),
    removeByOwner: async (ownerId) => db.transaction(() => removals.reduce((_, statement) => statement.run(ownerId).changes, 0)),
  }
}
