import type { Context } from 'hono'
import { type Actor, SCOPES } from '#core/actor.ts'
import { StudioError } from '#core/errors.ts'
import type { Tokens } from '#core/ports/access.ts'
import type { AppEnv } from '../env.ts'
import type { Step } from '../middleware/chain.ts'
import type { RouteRow } from '../route-table.ts'
import { unauthenticated } from './claims.ts'

export type GuardOptions = {
  tokens: Tokens
  /** True when the request came from this very machine with no proxy between. Never true on a host that cannot know. */
  isLoopback: (c: Context<AppEnv>) => boolean
  /** Who a gateway in front, which nobody can go around, has found them to be; absent or undefined, the credential is looked at here. */
  actorOf?: ActorOf | undefined
}
type ActorOf = (c: Context<AppEnv>) => Actor | undefined

/** Lets in whom the row lets in, and leaves the actor on the request. Throws `unauthenticated` or `forbidden`. A public row has none. */
export function guard(row: RouteRow, { tokens, isLoopback, actorOf }: GuardOptions): Step | undefined {
  if (row.who === 'public') return undefined
  return (next) => async (c) => {
    if (row.who === 'operator' && isLoopback(c)) return next(c)
    const actor = actorOf?.(c) ?? (await tokens.verify(bearerOf(c)))
    assertMay(actor, row)
    c.set('actor', actor)
    return next(c)
  }
}

/** The credential of a request, wherever clients of its kind put it. */
function bearerOf(c: Context<AppEnv>): string {
  const header = c.req.header('authorization')
  if (header !== undefined) {
    const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(header.trim())?.[1]
    if (!bearer) throw unauthenticated('the authorization header is malformed: write `Bearer` and the token', 'malformed')
    return bearer
  }
  const key = c.req.header('api-key')
  if (key) return key.trim()
  throw unauthenticated('sign in, or send an API key as `authorization: Bearer gz_…`', 'missing')
}

function assertMay(actor: Actor, row: RouteRow) {
  const needsAdmin = row.who === 'admin' || row.who === 'operator'
  if (needsAdmin && actor.role !== 'admin') throw new StudioError('forbidden', 'this is for administrators', { needs: 'admin' })
  const missing = needsAdmin || row.needsEveryScope ? SCOPES.find((scope) => !actor.scopes.includes(scope)) : missingOf(actor, row)
  if (missing) throw new StudioError('forbidden', `the credential lacks the scope ${missing}`, { needs: missing })
}

function missingOf({ scopes }: Actor, row: RouteRow): string | undefined {
  if (!row.scopes || row.scopes.some((scope) => scopes.includes(scope))) return undefined
  return row.scopes.join(' or ')
}
