import type { Actor } from '#core/actor.ts'
import { StudioError } from '#core/errors.ts'
import type { Directory } from '#core/ports/access.ts'
import { MINUTE } from '#core/times.ts'

/** As long as the gateway's own memory of an authorizer's answer: a revocation lags as long on every route. */
const REMEMBER_MS = MINUTE
const MOST = 10_000

type Options = { people: Pick<Directory, 'seen'>; now: () => number }

/**
 * The Cognito authorizer knows whether a token is genuine, not whether its bearer is still welcome: disabled and removed people and tokens
 * of before a sign-out are refused here. A person is looked up once a minute in each process.
 */
export function welcomed({ people, now }: Options) {
  const seen = new Map<string, { until: number; isDisabled: boolean; revokedBefore: number }>()

  return async (actor: Actor, context: Record<string, unknown> | null | undefined): Promise<void> => {
    const claims = context?.claims as Record<string, unknown> | undefined
    // Our own authorizer has looked already.
    if (!claims) return
    const person = await lookUp(actor)
    const issuedAt = issuedAtOf(claims.iat)
    if (person.isDisabled || issuedAt < person.revokedBefore)
      throw new StudioError('unauthenticated', 'this session was ended: sign in again', { reason: 'revoked' })
  }

  async function lookUp({ id, role, email }: Actor) {
    const known = seen.get(id)
    if (known && known.until > now()) return known
    const { isDisabled, revokedBefore = 0 } = await people.seen({ id, role, at: now(), ...(email && { email }) })
    const person = { until: now() + REMEMBER_MS, isDisabled, revokedBefore }
    if (seen.size >= MOST) seen.clear()
    seen.set(id, person)
    return person
  }
}

/** Seconds, or a date in words, as API Gateway writes claims. A token that does not say is taken for the oldest there can be. */
function issuedAtOf(iat: unknown): number {
  const text = String(iat ?? '')
  const at = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  return Number.isNaN(at) ? 0 : at
}
