import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

export type Invitation = { role: 'user' | 'admin'; email?: string }

/** One-time links that let somebody register. Only a hash of the token is kept. */
export interface Invitations {
  /** Returns the token, which is told once. `email` binds it to one address. */
  create(invitation: Invitation & { expiresAt: number }): string
  /** What a token grants, without spending it; undefined when it is spent, expired or unknown. */
  look(token: string): Invitation | undefined
  /** Spends it: of two that come at once, one gets it. */
  spend(token: string, email: string): Invitation | undefined
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

export function sqliteInvitations({ database, now }: { database: DatabaseSync; now: () => number }): Invitations {
  database.exec(`
    create table if not exists invitation (
      token_hash text primary key, role text not null, email text, expires_at integer not null, spent_at integer
    ) strict, without rowid`)
  const insert = database.prepare('insert into invitation (token_hash, role, email, expires_at) values (?, ?, ?, ?)')
  const find = database.prepare('select role, email from invitation where token_hash = ? and spent_at is null and expires_at > ?')
  const spend = database.prepare(
    `update invitation set spent_at = ?1 where token_hash = ?2 and spent_at is null and expires_at > ?1
     and (email is null or email = ?3) returning role, email`,
  )
  const invitationOf = (row: Record<string, unknown> | undefined): Invitation | undefined =>
    row && { role: row.role === 'admin' ? 'admin' : 'user', ...(row.email !== null && { email: String(row.email) }) }

  return {
    create({ role, email, expiresAt }) {
      const token = randomBytes(24).toString('base64url')
      insert.run(hashOf(token), role, email?.toLowerCase() ?? null, expiresAt)
      return token
    },
    look: (token) => invitationOf(find.get(hashOf(token), now())),
    spend: (token, email) => invitationOf(spend.get(now(), hashOf(token), email.toLowerCase())),
  }
}
