import type { DatabaseSync } from 'node:sqlite'
import { APIError } from 'better-auth/api'
import { StudioError } from '#core/errors.ts'
import type { Directory, User } from '#core/ports/access.ts'

/** The part of better-auth's context that writes accounts. */
export type AccountStore = {
  internalAdapter: {
    createUser(user: Record<string, unknown> & { email: string; name: string }, source: never): Promise<{ id: string }>
    linkAccount(account: Record<string, unknown> & { userId: string; providerId: string; accountId: string }): Promise<unknown>
    deleteUser(id: string): Promise<void>
    deleteUserSessions(id: string): Promise<void>
    deleteAccounts(id: string): Promise<void>
  }
  password: { hash(password: string): Promise<string>; config: { minPasswordLength: number; maxPasswordLength: number } }
}

type Row = {
  id: string
  email: string
  role: string | null
  isDisabled: number | null
  createdAt: string | number
  lastSeenAt: number | null
  revokedBefore: number | null
}

const COLUMNS = 'id, email, role, isDisabled, createdAt, lastSeenAt, revokedBefore'
const SEEN_EVERY_MS = 60_000

/** The people of the embedded issuer. Reads are SQL on the issuer's own tables; creation goes through it, so that hashes are its own. */
export function issuerDirectory({
  database,
  store,
  now,
}: {
  database: DatabaseSync
  store: () => Promise<AccountStore>
  now: () => number
}): Directory {
  const one = (where: string) => database.prepare(`select ${COLUMNS} from user where ${where}`)
  const [byId, byEmail] = [one('id = ?'), one('email = ?')]
  const page = database.prepare(`select ${COLUMNS} from user where id > ? order by id limit ?`)
  const set = (column: string) => database.prepare(`update user set ${column} = ? where id = ?`)
  const [setDisabled, setRole, setRevoked, setSeen] = [set('isDisabled'), set('role'), set('revokedBefore'), set('lastSeenAt')]
  const dropRefresh = database.prepare('delete from oauthRefreshToken where userId = ?')
  const find = (id: string) => userOf(byId.get(id) as Row | undefined)

  return {
    async create({ email, password, role }) {
      const { internalAdapter, password: passwords } = await store()
      const address = email.trim().toLowerCase()
      if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw new StudioError('invalid_input', `${JSON.stringify(email)} is not an e-mail address`)
      if (byEmail.get(address)) throw new StudioError('conflict', 'a user with this e-mail address exists', { reason: 'taken' })
      const { minPasswordLength: min, maxPasswordLength: max } = passwords.config
      if (password !== undefined && (password.length < min || password.length > max))
        throw new StudioError('invalid_input', `the password has ${password.length} characters: choose ${min} to ${max}`)
      const { id } = await internalAdapter
        .createUser({ email: address, name: address.split('@')[0]!, emailVerified: true, role }, undefined as never)
        .catch((error) => {
          if (error instanceof APIError) throw new StudioError('conflict', 'a user with this e-mail address exists', { reason: 'taken' })
          throw error
        })
      if (password !== undefined)
        await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: await passwords.hash(password) })
      return find(id)!
    },
    find: async (id) => find(id),
    findByEmail: async (email) => userOf(byEmail.get(email.trim().toLowerCase()) as Row | undefined),
    async list({ cursor, limit }) {
      const rows = page.all(cursor ?? '', limit + 1) as unknown as Row[]
      const items = rows.slice(0, limit).map((row) => userOf(row)!)
      return rows.length > limit ? { items, nextCursor: items.at(-1)!.id } : { items }
    },
    async setDisabled(id, isDisabled) {
      setDisabled.run(isDisabled ? 1 : 0, id)
      if (isDisabled) await signOut(id)
    },
    setRole: async (id, role) => void setRole.run(role, id),
    async revokeTokens(id, at) {
      setRevoked.run(at, id)
      await signOut(id)
    },
    async remove(id) {
      const { internalAdapter } = await store()
      dropRefresh.run(id)
      await internalAdapter.deleteUserSessions(id)
      await internalAdapter.deleteAccounts(id)
      await internalAdapter.deleteUser(id)
    },
    async seen({ id, at }) {
      const user = find(id)
      if (!user) throw new StudioError('unauthenticated', 'this account was removed', { reason: 'revoked' })
      if (at - (user.lastSeenAt ?? 0) > SEEN_EVERY_MS) setSeen.run(at, id)
      return user
    },
  }

  async function signOut(id: string) {
    dropRefresh.run(id)
    const { internalAdapter } = await store()
    await internalAdapter.deleteUserSessions(id)
  }
  function userOf(row: Row | undefined): User | undefined {
    if (!row) return undefined
    return {
      id: row.id,
      email: row.email,
      role: row.role === 'admin' ? 'admin' : 'user',
      isDisabled: row.isDisabled === 1,
      createdAt: row.createdAt ? new Date(row.createdAt).getTime() : now(),
      ...(row.lastSeenAt !== null && { lastSeenAt: row.lastSeenAt }),
      ...(row.revokedBefore !== null && { revokedBefore: row.revokedBefore }),
    }
  }
}
