/** Who is signed in, as every tab of this browser knows it. React-free; the protocol itself is `oidc.ts`, loaded when needed. */
export type SessionState =
  | { name: 'starting' }
  | { name: 'signed-out'; reason?: 'expired' | 'failed' }
  | { name: 'signed-in'; user: SignedInUser }

export type SignedInUser = { id: string; email?: string; name?: string; isAdmin: boolean }
/** `expiresAt` integer ms. */
export type Tokens = { accessToken: string; refreshToken?: string; idToken?: string; expiresAt: number; user: SignedInUser }

const STORAGE_KEY = 'genzo.session'
/** Whose drafts and uploads this browser keeps: outlives the session, so that they are never another's. */
export const PERSON_KEY = 'genzo.person'

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
    if (event.key === STORAGE_KEY) follow(readTokens())
  })
}

export function keepTokens(tokens: Tokens): void {
  localStorage.setItem(PERSON_KEY, tokens.user.id)
  localStorage.setItem(STORAGE_KEY, JSON.stringify(tokens))
  settle(tokens)
}

/**
 * The end of a session whose access token is no longer taken; `undefined` for a request that had none. Nothing when there are other
 * tokens by now: whoever signed in again meanwhile, in this tab or another, stays signed in.
 */
export function endSession(refused: string | undefined): void {
  if (readTokens()?.accessToken === refused) dropTokens('expired')
}

/** Forgets the tokens in every tab. The drafts of the screens stay. */
export function dropTokens(reason?: 'expired' | 'failed'): void {
  localStorage.removeItem(STORAGE_KEY)
  change({ name: 'signed-out', ...(reason && { reason }) })
}

export function readTokens(): Tokens | undefined {
  try {
    const tokens = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Tokens | null
    return tokens?.accessToken && tokens.user?.id ? tokens : undefined
  } catch {
    return undefined
  }
}

function settle(tokens: Tokens | undefined) {
  change(tokens ? { name: 'signed-in', user: tokens.user } : { name: 'signed-out' })
}

/** Whose pictures this page holds; they stay on it when the session ends. */
let holder: string | undefined
/** What another tab did. Somebody else signed in there: nothing on this page, and no cursor of its feed, is theirs. */
function follow(tokens: Tokens | undefined) {
  if (!tokens || !holder || tokens.user.id === holder) return settle(tokens)
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('genzo.')) sessionStorage.removeItem(key)
  location.reload()
}

function change(next: SessionState) {
  state = next
  if (next.name === 'signed-in') holder = next.user.id
  for (const listener of listeners) listener()
}
