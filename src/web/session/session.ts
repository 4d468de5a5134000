/** Who is signed in, as every tab of this browser knows it. React-free; the protocol itself is `oidc.ts`, loaded when needed. */
export type SessionState =
  | { name: 'starting' }
  | { name: 'signed-out'; reason?: 'expired' | 'failed' }
  | { name: 'signed-in'; user: SignedInUser }

export type SignedInUser = { id: string; email?: string; name?: string; isAdmin: boolean }
/** `expiresAt` integer ms. */
export type Tokens = { accessToken: string; refreshToken?: string; idToken?: string; expiresAt: number; user: SignedInUser }

const STORAGE_KEY = 'genzo.session'
/** Refreshed this long before the end, so that a slow request still carries a live token. */
const EARLY_MS = 60_000

let state: SessionState = { name: 'starting' }
const listeners = new Set<() => void>()

export const sessionState = (): SessionState => state
export function subscribeSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Reads what an earlier page left, and follows what other tabs do. */
export function startSession(): void {
  settle(readTokens())
  addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY) settle(readTokens())
  })
}

export function keepTokens(tokens: Tokens): void {
  localStorage.setItem(STORAGE_KEY, JSON.stringify(tokens))
  settle(tokens)
}

/** Forgets the tokens in every tab. The drafts of the screens stay. */
export function dropTokens(reason?: 'expired' | 'failed'): void {
  localStorage.removeItem(STORAGE_KEY)
  change({ name: 'signed-out', ...(reason && { reason }) })
}

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
    if (outcome === 'unreachable') return current.expiresAt > Date.now() ? current.accessToken : undefined
    if (outcome === 'refused') {
      dropTokens('expired')
      return undefined
    }
    keepTokens(outcome)
    return outcome.accessToken
  })
}

export function readTokens(): Tokens | undefined {
  try {
    const tokens = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Tokens | null
    return tokens?.accessToken && tokens.user?.id ? tokens : undefined
  } catch {
    return undefined
  }
}

const locked = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? navigator.locks.request('genzo.session', () => work()) : work()

function settle(tokens: Tokens | undefined) {
  change(tokens ? { name: 'signed-in', user: tokens.user } : { name: 'signed-out' })
}
function change(next: SessionState) {
  state = next
  for (const listener of listeners) listener()
}
