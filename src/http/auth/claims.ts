import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { SCOPES, type Scope } from '#core/actor.ts'
import { type ErrorDetails, isStudioError, StudioError } from '#core/errors.ts'
import { keyFinder, type TrustedIssuer } from './issuers.ts'

/** What a genuine access token says of its bearer. Times in integer ms. */
export type Claims = {
  issuer: string
  subject: string
  email?: string
  isAdmin: boolean
  scopes: Scope[]
  issuedAt: number
  expiresAt: number
}

/** Only asymmetric signatures: with HS256 a public key could be taken for a shared secret. */
const ALGORITHMS = ['RS256', 'ES256']
/** Clocks of issuer and studio may differ by this much. */
const TOLERANCE_SECONDS = 5

type Reason = NonNullable<ErrorDetails['unauthenticated']['reason']>
export const unauthenticated = (message: string, reason: Reason): StudioError => new StudioError('unauthenticated', message, { reason })

/** Verifies access tokens of the given issuers: signature, issuer, time, audience. Throws `unauthenticated` with the reason. */
export function claimsVerifier(issuers: readonly TrustedIssuer[], now: () => number, ask?: typeof fetch) {
  const known = new Map(issuers.map((trusted) => [trusted.issuer, { trusted, findKey: keyFinder(trusted, ask) }]))

  return async (token: string): Promise<Claims> => {
    const found = known.get(issuerOf(token))
    if (!found) throw unauthenticated('the token is of an issuer that is not trusted here', 'invalid')
    const payload = await verified(token, found.trusted.issuer, found.findKey, now)
    if (!isForUs(payload, found.trusted)) throw unauthenticated('the token is not an access token for this studio', 'invalid')
    return claimsOf(payload)
  }
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? ''
  } catch {
    throw unauthenticated('the bearer is neither an API key (gz_…) nor a JWT', 'malformed')
  }
}

async function verified(token: string, issuer: string, findKey: JWTVerifyGetKey, now: () => number): Promise<JWTPayload> {
  try {
    const rules = { issuer, algorithms: ALGORITHMS, clockTolerance: TOLERANCE_SECONDS, requiredClaims: ['exp', 'iat', 'sub'] }
    return (await jwtVerify(token, findKey, { ...rules, currentDate: new Date(now()) })).payload
  } catch (error) {
    if (isStudioError(error)) throw error
    if (error instanceof errors.JWTExpired) throw unauthenticated('the token has expired: sign in again', 'expired')
    if (error instanceof errors.JOSEError) throw unauthenticated('the token is not valid', 'invalid')
    throw error
  }
}

/** An ID token is for the client that asked for it, never for an API; Cognito's access tokens name a client in place of an audience. */
function isForUs(payload: JWTPayload, { audiences, clientIds }: TrustedIssuer): boolean {
  const { token_use: use, client_id: client } = payload
  if (use !== undefined && use !== 'access') return false
  const named = payload.aud === undefined ? [] : [payload.aud].flat()
  if (named.length > 0) return named.some((audience) => audiences.includes(audience))
  return use === 'access' && typeof client === 'string' && clientIds.includes(client)
}

function claimsOf(payload: JWTPayload): Claims {
  const groups = payload['cognito:groups'] ?? payload['groups']
  return {
    issuer: payload.iss!,
    subject: payload.sub!,
    ...(typeof payload['email'] === 'string' && { email: payload['email'] }),
    isAdmin: Array.isArray(groups) && groups.includes('admin'),
    scopes: scopesOf(payload['scope'] ?? payload['scp']),
    issuedAt: payload.iat! * 1000,
    expiresAt: payload.exp! * 1000,
  }
}

/** Scopes as a text or a list, bare (`images:read`) or with their resource before them (`https://studio.example/images:read`). */
function scopesOf(claim: unknown): Scope[] {
  const named = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim.map(String) : []
  const bare = new Set(named.map((scope) => scope.slice(scope.lastIndexOf('/') + 1)))
  return SCOPES.filter((scope) => bare.has(scope))
}
