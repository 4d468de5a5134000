import type { Scope } from '#core/actor.ts'

/** An API key as `GET /api/keys` lists it. */
export type KeyView = {
  id: string
  name: string
  scopes: Scope[]
  hint: string
  createdAt: string
  lastUsedAt?: string
  expiresAt?: string
  revokedAt?: string
}

export const lifeOf = ({ revokedAt, expiresAt }: KeyView, now: number): 'live' | 'ended' | 'revoked' => {
  if (revokedAt) return 'revoked'
  return expiresAt && Date.parse(expiresAt) <= now ? 'ended' : 'live'
}

/** Lifetimes on offer, in days; `0` is a key that does not end by itself. */
export const LIFETIMES = [30, 90, 365, 0] as const
