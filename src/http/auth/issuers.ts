import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { StudioError } from '#core/errors.ts'

/** An OpenID issuer whose access tokens are taken. */
export type TrustedIssuer = {
  /** Exactly as in the token's `iss`. */
  issuer: string
  /** A token must name one of these as its audience… */
  audiences: readonly string[]
  /** …or be of Cognito's shape (`token_use: access`, no audience) with one of these as its `client_id`. */
  clientIds: readonly string[]
  /** The issuer's keys when they are at hand; absent, they are found by discovery. */
  jwks?: () => Promise<JSONWebKeySet>
}

/** How long a network answer of the issuer is waited for, and how soon unknown keys make it ask again. Milliseconds. */
const TIMEOUT_MS = 5_000
const COOLDOWN_MS = 30_000

/** Finds an issuer's key for a token. Keys are fetched once and again when a token names one that is not known (rotation). */
export function keyFinder(trusted: TrustedIssuer, ask: typeof fetch = fetch): JWTVerifyGetKey {
  return trusted.jwks ? localKeys(trusted.jwks) : discoveredKeys(trusted.issuer, ask)
}

function localKeys(jwks: () => Promise<JSONWebKeySet>): JWTVerifyGetKey {
  let known: ReturnType<typeof createLocalJWKSet> | undefined
  return async (header, token) => {
    try {
      known ??= createLocalJWKSet(await jwks())
      return await known(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      known = createLocalJWKSet(await jwks())
      return known(header, token)
    }
  }
}

function discoveredKeys(issuer: string, ask: typeof fetch): JWTVerifyGetKey {
  let finding: Promise<JWTVerifyGetKey> | undefined
  return async (header, token) => {
    finding ??= discover(issuer, ask)
    try {
      return await (await finding)(header, token)
    } catch (error) {
      // A key that does not exist is the token's fault; anything else is the issuer not answering, and the next token tries again.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
      finding = undefined
      throw new StudioError('unavailable', 'the sign-in service does not answer', { service: 'issuer', retryAfterSeconds: 5 })
    }
  }
}

async function discover(issuer: string, ask: typeof fetch): Promise<JWTVerifyGetKey> {
  const response = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  const document = (await response.json()) as { issuer?: string; jwks_uri?: string }
  if (document.issuer !== issuer || !document.jwks_uri) throw new Error('the discovery document is of another issuer')
  return createRemoteJWKSet(new URL(document.jwks_uri), { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS })
}
