import { endSession, keepTokens, readTokens } from './session.ts'

/** Refreshed this long before the end, so that a slow request still carries a live token. */
const EARLY_MS = 60_000

/**
 * A live access token, renewed when it is about to end. One tab renews for all: the refresh token is rotated, and two tabs that used
 * the same one would look like a theft and sign everybody out. Undefined when nobody is signed in.
 */
export async function accessToken({ renew = false } = {}): Promise<string | undefined> {
  const before = readTokens()
  if (!before) return undefined
  if (!renew && before.expiresAt - EARLY_MS > Date.now()) return before.accessToken
  return locked(async () => {
    const current = readTokens()
    if (!current) return undefined
    // Another tab may have renewed while this one waited for the lock.
    if (current.accessToken !== before.accessToken) return current.accessToken
    const { renewTokens } = await import('./oidc.ts')
    const outcome = await renewTokens(current)
    if (outcome === 'refused') endSession(current.accessToken)
    const now = readTokens()
    // Somebody signed out, or in again, while the issuer was asked: what they did stands, and the answer is for nobody.
    if (now?.accessToken !== current.accessToken) return now?.accessToken
    if (outcome === 'unreachable') return current.expiresAt > Date.now() ? current.accessToken : undefined
    if (outcome === 'refused') return undefined
    keepTokens(outcome)
    return outcome.accessToken
  })
}

const locked = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? navigator.locks.request('genzo.session', () => work()) : work()
