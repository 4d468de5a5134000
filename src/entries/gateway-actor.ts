import { type Actor, SCOPES } from '#core/actor.ts'

type Values = Record<string, unknown>

/** An actor as the context that an authorizer leaves on a request: texts, since API Gateway carries nothing else. */
export const contextOf = ({ id, role, scopes, email, via, keyId }: Actor): Record<string, string> => ({
  ...{ ownerId: id, role, scopes: scopes.join(' '), via },
  ...(email && { email }),
  ...(keyId && { keyId }),
})

/**
 * The actor in the context that our authorizer left, or in the claims of the Cognito authorizer. API Gateway writes the context itself, so
 * no client can. Undefined when there is none.
 */
export function gatewayActor(context: Values | null | undefined): Actor | undefined {
  const claims = context?.claims as Values | undefined
  if (claims) return claimed(claims)
  if (typeof context?.ownerId !== 'string') return undefined
  const { ownerId: id, role, via, email, keyId } = context
  return {
    ...{ id, role: role === 'admin' ? 'admin' : 'user', scopes: scopesIn(context.scopes), via: via === 'key' ? 'key' : 'jwt' },
    ...(typeof email === 'string' && { email }),
    ...(typeof keyId === 'string' && { keyId }),
  }
}

/** Cognito's `sub` is a UUID, and so the owner's id. The gateway writes lists as text: `[admin editors]`, or `admin,editors`. */
function claimed({ sub, scope, email, token_use: use, 'cognito:groups': groups }: Values): Actor | undefined {
  // An ID token is for the client that asked for it; a route without scopes would take one.
  if (typeof sub !== 'string' || (use !== undefined && use !== 'access')) return undefined
  const named = String(groups ?? '')
    .replace(/[[\]]/g, '')
    .split(/[ ,]+/)
  return {
    ...{ id: sub.toLowerCase(), role: named.includes('admin') ? 'admin' : 'user', scopes: scopesIn(scope), via: 'jwt' },
    ...(typeof email === 'string' && { email }),
  }
}

/** Bare, or after the resource server: `https://studio.example/images:read`. */
function scopesIn(text: unknown): Actor['scopes'] {
  const given = String(text ?? '')
    .split(' ')
    .map((scope) => scope.slice(scope.lastIndexOf('/') + 1))
  return SCOPES.filter((scope) => given.includes(scope))
}
