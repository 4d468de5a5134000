/** Who is signed in, as every tab of this browser knows it. React-free; the protocol itself is `oidc.ts`, loaded when needed. */
export type SessionState =
  | { name: 'starting' }
  | { name: 'signed-out'; reason?: 'expired' | 'failed' }
  | { name: 'signed-in'; user: SignedInUser }

export type SignedInUser = { id: string; email?: string; name?: string; isAdmin: boolean }
/** `expiresAt` integer ms. */
export type Tokens = { accessToken: string; refreshToken?: string; idToken?: string; expiresAt: number; user: SignedInUser }

const STORAGE_KEY = 'genzo.session'

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
function change(next: SessionState) {
  state = next
  for (const listener of listeners) listener()
}
