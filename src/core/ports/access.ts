import type { Actor, Scope } from '../actor.ts'
import type { Page, PageRequest } from '../page.ts'

/** Who carries this bearer: an API key (`gz_…`) or a JWT. Throws `unauthenticated` with the reason. */
export interface Tokens {
  verify(bearer: string): Promise<Actor>
}

export type ApiKey = {
  id: string
  ownerId: string
  name: string
  scopes: Scope[]
  role: 'user' | 'admin'
  /** sha256 of the secret, hex. The secret itself is shown once and kept nowhere. */
  hash: string
  /** The first characters, to tell keys apart: `gz_3fK9…`. */
  hint: string
  createdAt: number
  lastUsedAt?: number
  expiresAt?: number
  revokedAt?: number
}

export interface Keys {
  insert(key: ApiKey): Promise<void>
  /** Strong. Revoked and expired keys are returned as such. */
  findByHash(hash: string): Promise<ApiKey | undefined>
  listByOwner(ownerId: string): Promise<ApiKey[]>
  /** Idempotent. Undefined when it is not this owner's. */
  revoke(ownerId: string, id: string, at: number): Promise<ApiKey | undefined>
  /** Coarse (to the minute is enough); may be lost in a crash. */
  touch(id: string, at: number): Promise<void>
  removeByOwner(ownerId: string): Promise<void>
}

export type User = {
  id: string
  email: string
  role: 'user' | 'admin'
  isDisabled: boolean
  createdAt: number
  lastSeenAt?: number
  /** Tokens issued before this are refused; integer ms. */
  revokedBefore?: number
}

/** The people the studio knows. A person of an outside issuer appears on their first request. */
export interface Directory {
  /** `conflict` when the e-mail is taken. `password` absent: they set one by an e-mailed link. */
  create(user: { email: string; password?: string; role: 'user' | 'admin' }): Promise<User>
  find(id: string): Promise<User | undefined>
  findByEmail(email: string): Promise<User | undefined>
  list(page: PageRequest): Promise<Page<User>>
  setDisabled(id: string, isDisabled: boolean): Promise<void>
  setRole(id: string, role: 'user' | 'admin'): Promise<void>
  /** Signs out everywhere: tokens of before `at` are refused. */
  revokeTokens(id: string, at: number): Promise<void>
  /** For `DEPARTED_MS` from now `seen` knows that they were removed. Idempotent. */
  remove(id: string): Promise<void>
  /**
   * Records that an outside issuer's person was seen; returns them. Cheap when nothing changed. Throws `unauthenticated` for somebody who
   * was removed: a token of theirs outlives them, and must not make them anew.
   */
  seen(user: { id: string; email?: string; role: 'user' | 'admin'; at: number }): Promise<User>
}
