import { randomUUID } from 'node:crypto'
import type { DeadLetter, Job, Message, Queue, QueueName } from '#core/ports/queue.ts'
import type { Db, Row } from './sqlite.ts'
import type { Wakes } from './wakes.ts'

/** Messages of another process (an operator's command) are noticed this late; those of this one at once. Milliseconds. */
const LOOK_AGAIN_MS = 1_000

type Options = {
  db: Db
  name: QueueName
  now: () => number
  wakes: Wakes
  /** Given by the one server of this database: what an earlier boot had in flight is free at once. Absent in operators' commands. */
  bootId?: string
}

export function sqliteQueue({ db, name, now, wakes, bootId }: Options): Queue {
  const insert = db.prepare('insert into message (queue, owner_id, job, sent_at, visible_at, receive_count) values (?, ?, ?, ?, ?, 0)')
  const enter = db.prepare(
    'insert into turn values (?1, ?2, (select coalesce(min(at), 0) from turn where queue = ?1)) on conflict do nothing',
  )
  const turns = db.prepare('select owner_id from turn where queue = ? order by at')
  const served = db.prepare('update turn set at = (select max(at) + 1 from turn where queue = ?1) where queue = ?1 and owner_id = ?2')
  const leave = db.prepare(
    'delete from turn where queue = ?1 and owner_id = ?2 and not exists (select 1 from message where queue = ?1 and owner_id = ?2)',
  )
  const oldest = db.prepare('select * from message where queue = ? and owner_id = ? and visible_at <= ? order by visible_at, id limit ?')
  const deliver = db.prepare('update message set visible_at = ?, receipt = ?, receive_count = receive_count + 1, boot = ? where id = ?')
  const soonest = db.prepare(
    'select min((select min(visible_at) from message where queue = ?1 and owner_id = turn.owner_id)) as at from turn where queue = ?1',
  )
  const remove = db.prepare('delete from message where receipt = ? and queue = ?')
  const hide = db.prepare('update message set visible_at = ? where receipt = ? and queue = ?')
  const bury = db.prepare('insert into dead_letter (queue, owner_id, job, reason, at) values (?, ?, ?, ?, ?)')
  const dead = db.prepare('select * from dead_letter where queue = ? order by id limit ?')
  const exhume = db.prepare('delete from dead_letter where id = ?')
  const counts = db.prepare(`
    select count(*) filter (where visible_at <= ?2) as waiting,
           count(*) filter (where visible_at > ?2 and receipt is null) as delayed,
           count(*) filter (where visible_at > ?2 and receipt is not null) as in_flight,
           min(sent_at) filter (where visible_at <= ?2) as oldest,
           (select count(*) from dead_letter where queue = ?1) as dead
    from message where queue = ?1`)
  if (bootId !== undefined)
    db.prepare('update message set visible_at = 0 where queue = ? and boot is not null and boot <> ? and visible_at > 0').run(name, bootId)

  // A message sent in the future means that the clock went back since: it keeps its delay, reckoned from now, and is not lost for as long.
  const resend = db.prepare('update message set visible_at = visible_at - (sent_at - ?1), sent_at = ?1 where queue = ?2 and sent_at > ?1')
  let latest = Number.POSITIVE_INFINITY
  const followClock = () => {
    const at = now()
    if (at < latest) resend.run(at, name)
    latest = at
  }

  const put = (job: Job, ownerId: string, delaySeconds: number) => {
    insert.run(name, ownerId, JSON.stringify(job), now(), now() + delaySeconds * 1_000)
    enter.run(name, ownerId)
  }

  /** One owner after another, the one served longest ago first, each one message a round. */
  const take = (max: number, visibilitySeconds: number): Message[] =>
    db.transaction(() => {
      followClock()
      const taken: Message[] = []
      const owners = turns.all(name).map((row) => row['owner_id'] as string)
      const ready = new Map<string, Row[]>()
      for (let round = 0; taken.length < max; round += 1) {
        const before = taken.length
        for (const owner of owners) {
          if (taken.length === max) break
          if (!ready.has(owner)) ready.set(owner, oldest.all(name, owner, now(), max))
          const row = ready.get(owner)![round]
          if (!row) {
            if (round === 0) leave.run(name, owner)
            continue
          }
          const receipt = randomUUID()
          deliver.run(now() + visibilitySeconds * 1_000, receipt, bootId, row['id'])
          served.run(name, owner)
          taken.push(messageOf(row, receipt))
        }
        if (taken.length === before) break
      }
      return taken
    })

  return {
    async send(job, { ownerId, delaySeconds = 0 }) {
      db.transaction(() => put(job, ownerId, delaySeconds))
      wakes.wake(name)
    },
    async receive({ max, visibilitySeconds, waitSeconds, signal }) {
      const end = performance.now() + waitSeconds * 1_000
      for (;;) {
        const messages = take(max, visibilitySeconds)
        const left = end - performance.now()
        if (messages.length > 0 || left <= 0 || signal?.aborted) return messages
        const next = soonest.get(name)?.['at']
        const due = typeof next === 'number' ? Math.max(1, next - now()) : LOOK_AGAIN_MS
        await wakes.next(name, Math.min(left, due, LOOK_AGAIN_MS), signal)
      }
    },
    remove: async ({ receipt }) => void remove.run(receipt, name),
    async extend({ receipt }, visibilitySeconds) {
      hide.run(visibilitySeconds === 0 ? 0 : now() + visibilitySeconds * 1_000, receipt, name)
      if (visibilitySeconds === 0) wakes.wake(name)
    },
    async postpone({ job, ownerId, receipt }, delaySeconds) {
      db.transaction(() => {
        // A stale receipt means that another delivery owns the job: a second message would only be noise.
        if (remove.run(receipt, name).changes === 1) put(job, ownerId, delaySeconds)
      })
      wakes.wake(name)
    },
    setAside: async ({ job, ownerId, receipt }, reason) =>
      db.transaction(() => {
        if (remove.run(receipt, name).changes === 1) bury.run(name, ownerId, JSON.stringify(job), reason, now())
      }),
    async depth() {
      const row = counts.get(name, now())!
      const oldestAt = row['oldest']
      return {
        waiting: Number(row['waiting']),
        delayed: Number(row['delayed']),
        inFlight: Number(row['in_flight']),
        dead: Number(row['dead']),
        ...(oldestAt !== null && { oldestAgeMs: Math.max(0, now() - Number(oldestAt)) }),
      }
    },
    listDead: async (limit) => dead.all(name, limit).map(letterOf),
    async redrive(limit) {
      const sent = db.transaction(() => {
        const rows = dead.all(name, limit)
        for (const row of rows) {
          put(JSON.parse(row['job'] as string) as Job, row['owner_id'] as string, 0)
          exhume.run(row['id'])
        }
        return rows.length
      })
      wakes.wake(name)
      return sent
    },
  }
}

const messageOf = (row: Row, receipt: string): Message => ({
  job: JSON.parse(row['job'] as string) as Job,
  ownerId: row['owner_id'] as string,
  receipt,
  receiveCount: Number(row['receive_count']) + 1,
  sentAt: Number(row['sent_at']),
})

const letterOf = (row: Row): DeadLetter => ({
  id: String(row['id']),
  job: JSON.parse(row['job'] as string) as Job,
  ownerId: row['owner_id'] as string,
  reason: row['reason'] as string,
  at: Number(row['at']),
})
