import type { Events, EventType, StudioEvent } from '#core/ports/news.ts'
import type { Db, Row } from './sqlite.ts'
import type { Wakes } from './wakes.ts'

const KEPT_MS = 24 * 3_600_000
/** Old events go once in this many appends: a deletion by age reads the owner's whole feed. */
const CLEAN_EVERY = 64

export function sqliteEvents({ db, wakes }: { db: Db; wakes: Wakes }): Events {
  const next = db.prepare('insert into event_counter values (?, 1) on conflict do update set seq = seq + 1 returning seq')
  const latest = db.prepare('select seq from event_counter where owner_id = ?')
  const insert = db.prepare('insert into event values (?, ?, ?, ?, ?)')
  const expire = db.prepare('delete from event where owner_id = ? and at < ?')
  const after = db.prepare('select * from event where owner_id = ? and seq > ? order by seq limit ?')
  const remove = ['event', 'event_counter'].map((table) => db.prepare(`delete from ${table} where owner_id = ?`))
  const nameOf = (ownerId: string) => `events of ${ownerId}`

  return {
    async append(ownerId, { type, subjectId, at }) {
      db.transaction(() => {
        const seq = Number(next.get(ownerId)!['seq'])
        insert.run(ownerId, seq, at, type, subjectId)
        if (seq % CLEAN_EVERY === 0) expire.run(ownerId, at - KEPT_MS)
      })
      wakes.wake(nameOf(ownerId))
    },
    async after(ownerId, cursor, limit) {
      const items = after.all(ownerId, cursor, limit).map(eventOf)
      return { items, cursor: items.at(-1)?.seq ?? cursor }
    },
    async wait(ownerId, cursor, timeoutMs, signal) {
      // No await between the look and the wait: an append cannot slip through.
      if (Number(latest.get(ownerId)?.['seq'] ?? 0) > cursor) return
      await wakes.next(nameOf(ownerId), timeoutMs, signal)
    },
    removeByOwner: async (ownerId) => db.transaction(() => remove.forEach((statement) => void statement.run(ownerId))),
  }
}

const eventOf = (row: Row): StudioEvent => ({
  seq: Number(row['seq']),
  v: 1,
  type: row['type'] as EventType,
  at: Number(row['at']),
  subjectId: row['subject_id'] as string,
})
