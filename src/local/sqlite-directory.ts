import { randomUUID } from 'node:crypto'
import { StudioError } from '#core/errors.ts'
import type { Directory, User } from '#core/ports/access.ts'
import { DEPARTED_MS } from '#core/times.ts'
import { cursorOf, placeOf } from './cursor.ts'
import type { Db, Row } from './sqlite.ts'

/** A person who stays signed in is written again this seldom, so that reading pictures does not write. Milliseconds. */
const SEEN_EVERY_MS = 60_000

/** The people of an outside issuer, as this studio has met them. Passwords are the issuer's business: giving one is refused. */
export function sqliteDirectory({ db, now }: { db: Db; now: () => number }): Directory {
  const insert = db.prepare('insert into person values (?, ?, ?, 0, ?, ?, null) on conflict do nothing')
  const byId = db.prepare('select * from person where id = ?')
  const byEmail = db.prepare('select * from person where email = ?')
  const firstPage = db.prepare('select * from person order by created_at, id limit ?')
  const nextPage = db.prepare('select * from person where (created_at, id) > (?, ?) order by created_at, id limit ?')
  const disable = db.prepare('update person set is_disabled = ? where id = ?')
  const setRole = db.prepare('update person set role = ? where id = ?')
  const revoke = db.prepare('update person set revoked_before = ? where id = ?')
  const remove = db.prepare('delete from person where id = ?')
  const depart = db.prepare('insert into departed values (?, ?) on conflict (id) do update set until = excluded.until')
  const forget = db.prepare('delete from departed where until <= ?')
  const isDeparted = db.prepare('select 1 from departed where id = ? and until > ?')
  const touch = db.prepare('update or ignore person set email = coalesce(?, email), role = ?, last_seen_at = ? where id = ?')
  const find = (id: string) => userOf(byId.get(id))

  return {
    async create({ email, password, role }) {
      if (password !== undefined)
        throw new StudioError('invalid_input', 'passwords are kept by the outside issuer: make the account there, without a password here')
      const id = randomUUID()
      if (insert.run(id, email.toLowerCase(), role, now(), null).changes === 0)
        throw new StudioError('conflict', 'this e-mail address belongs to an account')
      return find(id)!
    },
    find: async (id) => find(id),
    findByEmail: async (email) => userOf(byEmail.get(email.toLowerCase())),
    async list({ cursor, limit }) {
      const rows = cursor === undefined ? firstPage.all(limit + 1) : nextPage.all(...placeOf(cursor, ['number', 'string']), limit + 1)
      const items = rows.slice(0, limit).map((row) => userOf(row)!)
      const last = items.at(-1)
      return rows.length > limit && last ? { items, nextCursor: cursorOf(last.createdAt, last.id) } : { items }
    },
    setDisabled: async (id, isDisabled) => void disable.run(isDisabled ? 1 : 0, id),
    setRole: async (id, role) => void setRole.run(role, id),
    revokeTokens: async (id, at) => void revoke.run(at, id),
    async remove(id) {
      forget.run(now())
      // First, so that no request in between makes them anew.
      depart.run(id, now() + DEPARTED_MS)
      remove.run(id)
    },
    async seen({ id, email, role, at }) {
      const known = find(id)
      if (!known) {
        if (isDeparted.get(id, at)) throw new StudioError('unauthenticated', 'this account was removed', { reason: 'revoked' })
        // The address of somebody else stays theirs: this person is kept without one.
        const isNew = insert.run(id, email?.toLowerCase(), role, at, at).changes === 1
        if (!isNew) insert.run(id, null, role, at, at)
        return find(id)!
      }
      const isStale = at - (known.lastSeenAt ?? 0) >= SEEN_EVERY_MS || known.role !== role || (email && known.email !== email.toLowerCase())
      if (!isStale) return known
      touch.run(email?.toLowerCase(), role, at, id)
      return find(id)!
    },
  }
}

const userOf = (row: Row | undefined): User | undefined =>
  row && {
    id: row['id'] as string,
    email: (row['email'] as string | null) ?? '',
    role: row['role'] as User['role'],
    isDisabled: row['is_disabled'] === 1,
    createdAt: Number(row['created_at']),
    ...(row['last_seen_at'] !== null && { lastSeenAt: Number(row['last_seen_at']) }),
    ...(row['revoked_before'] !== null && { revokedBefore: Number(row['revoked_before']) }),
  }
