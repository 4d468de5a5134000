import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { APIError, createAuthMiddleware } from 'better-auth/api'

const MAX_FAILURES = 8
const LOCK_MS = 15 * 60_000

/** Slows down guessing of one account's password from many addresses, which the per-address rate limit does not see. */
export type Lockout = ReturnType<typeof passwordLockout>

/**
 * After eight wrong passwords in a row an account takes none for a quarter of an hour. Unknown addresses count alike, so nothing is
 * told.
 */
export function passwordLockout({ database, now }: { database: DatabaseSync; now: () => number }) {
  database.exec(`
    create table if not exists sign_in_failure (
      email_hash text primary key, failures integer not null, last_at integer not null
    ) strict, without rowid`)
  const find = database.prepare('select failures, last_at as lastAt from sign_in_failure where email_hash = ?')
  const fail = database.prepare(`
    insert into sign_in_failure values (?1, 1, ?2) on conflict do update
    set failures = case when last_at < ?2 - ${LOCK_MS} then 1 else failures + 1 end, last_at = ?2`)
  const clear = database.prepare('delete from sign_in_failure where email_hash = ?')
  const keyOf = (email: unknown) => createHash('sha256').update(String(email).trim().toLowerCase()).digest('hex')

  const isLocked = (email: unknown) => {
    const row = find.get(keyOf(email)) as { failures: number; lastAt: number } | undefined
    return row !== undefined && row.failures >= MAX_FAILURES && row.lastAt > now() - LOCK_MS
  }

  return {
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path !== '/sign-in/email' || !isLocked(context.body?.email)) return
        throw new APIError('TOO_MANY_REQUESTS', {
          code: 'ACCOUNT_LOCKED',
          message: 'too many wrong passwords: wait 15 minutes, or reset the password',
        })
      }),
      after: createAuthMiddleware(async (context) => {
        if (context.path !== '/sign-in/email') return
        const isWrong = context.context.returned instanceof APIError && context.context.returned.status === 'UNAUTHORIZED'
        if (isWrong) fail.run(keyOf(context.body?.email), now())
        else if (!(context.context.returned instanceof APIError)) clear.run(keyOf(context.body?.email))
      }),
    },
    /** For an operator, and after a reset by e-mail. */
    unlock: (email: string) => void clear.run(keyOf(email)),
  }
}
