import type { Actor } from '#core/actor.ts'
import { sha256Hex } from '#core/hash.ts'
import type { ApiKey, Directory, Keys, Tokens, User } from '#core/ports/access.ts'
import { type Claims, claimsVerifier, unauthenticated } from './claims.ts'
import type { TrustedIssuer } from './issuers.ts'
import { ownerIdOf } from './owner-id.ts'
import { tokenCache } from './token-cache.ts'

export type StudioTokens = Tokens & {
  /** Drops what is remembered, so that a revocation made in this process holds at the next request. */
  forget(): void
}

type Parts = {
  keys: Keys
  directory: Directory
  issuers: readonly TrustedIssuer[]
  now: () => number
  ask?: typeof fetch
  /** How long an answer is taken for granted before the key and the person are looked up again: what a revocation elsewhere may lag. */
  recheckMs?: number
}

const CACHE_SIZE = 10_000
/** `lastUsedAt` is to the minute. */
const TOUCH_MS = 60_000
const API_KEY = /^gz_[A-Za-z0-9_-]{43}$/

/**
 * Knows every credential: API keys (`gz_…`) and access tokens of the trusted issuers. A token's signature is checked once; the person
 * behind it again every `recheckMs`, so that disabling and signing out hold.
 */
export function studioTokens({ keys, directory, issuers, now, ask, recheckMs = 5_000 }: Parts): StudioTokens {
  const verifyClaims = claimsVerifier(issuers, now, ask)
  const genuine = tokenCache<Claims>({ size: CACHE_SIZE, now })
  const recent = tokenCache<Actor>({ size: CACHE_SIZE, now })

  return {
    async verify(bearer) {
      const known = recent.get(bearer)
      if (known) return known
      const { actor, expiresAt } = bearer.startsWith('gz_') ? await byKey(bearer) : await byToken(bearer)
      if (recheckMs > 0) recent.set(bearer, actor, Math.min(expiresAt, now() + recheckMs))
      return actor
    },
    forget() {
      recent.clear()
    },
  }

  async function byKey(secret: string) {
    if (!API_KEY.test(secret)) throw unauthenticated('the API key is malformed: it is gz_ and 43 characters', 'malformed')
    const key = await keys.findByHash(await sha256Hex(secret))
    if (!key) throw unauthenticated('no such API key', 'invalid')
    if (key.revokedAt !== undefined) throw unauthenticated('this API key was revoked', 'revoked')
    const expiresAt = key.expiresAt ?? Number.POSITIVE_INFINITY
    if (expiresAt <= now()) throw unauthenticated('this API key has expired', 'expired')
    const user = await directory.find(key.ownerId)
    if (!user || user.isDisabled) throw unauthenticated('the account of this API key is closed or disabled', 'revoked')
    await touch(key)
    // A key made by an admin ends being one when its owner does.
    const role = key.role === 'admin' && user.role === 'admin' ? 'admin' : 'user'
    const actor: Actor = { id: user.id, role, scopes: key.scopes, email: user.email, via: 'key', keyId: key.id }
    return { actor, expiresAt }
  }

  async function byToken(token: string) {
    const claims = genuine.get(token) ?? (await verifyAndKeep(token))
    const id = await ownerIdOf(claims.issuer, claims.subject)
    const role = claims.isAdmin ? 'admin' : 'user'
    const user = await directory.seen({ id, role, at: now(), ...(claims.email && { email: claims.email }) })
    assertWelcome(user, claims)
    const actor: Actor = { id, role, scopes: claims.scopes, via: 'jwt', ...(user.email && { email: user.email }) }
    return { actor, expiresAt: claims.expiresAt }
  }

  async function verifyAndKeep(token: string) {
    const claims = await verifyClaims(token)
    genuine.set(token, claims, claims.expiresAt)
    return claims
  }

  async function touch({ id, lastUsedAt = 0 }: ApiKey) {
    // Coarse and best effort: not to know when a key was last used must not refuse it.
    if (now() - lastUsedAt >= TOUCH_MS) await keys.touch(id, now()).catch(() => {})
  }
}

function assertWelcome(user: User, { issuedAt }: Claims) {
  if (user.isDisabled) throw unauthenticated('this account is disabled: ask an administrator', 'revoked')
  if (user.revokedBefore !== undefined && issuedAt < user.revokedBefore)
    throw unauthenticated('this session was signed out: sign in again', 'revoked')
}
