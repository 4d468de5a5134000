import { ApiError, problemOf } from '../api/problem.ts'

/** What the server tells everybody about itself before sign-in (`GET /api/site`). */
export type Site = {
  name: string
  issuer: string
  clientId: string
  scope: string
  /** The audience asked for (RFC 8707); absent where the issuer knows none. */
  resource?: string
  /** Where sign-out goes when discovery does not say (Cognito). */
  logoutUrl?: string
  /** True when the sign-in pages are this app's own. */
  isEmbeddedIssuer: boolean
  signup: 'open' | 'invite' | 'closed'
  /** Other providers to sign in with, by the embedded issuer. */
  social: { id: string; name: string }[]
  terms?: { version: string; url: string }
  isMailed: boolean
  version: string
  /** What is configured now; absent from a server older than this page. */
  features?: { wording: boolean; embeddings: boolean }
}

let loading: Promise<Site> | undefined

/** Loaded once a page, unless it must be as it is now; a failure is not remembered. */
export function loadSite({ isFresh = false } = {}): Promise<Site> {
  if (isFresh) loading = undefined
  loading ??= fetch('/api/site', { headers: { accept: 'application/json' }, ...(isFresh && { cache: 'no-cache' }) })
    .catch(() => {
      throw new ApiError('offline', 0, {}, 'no answer from the server')
    })
    .then(async (response) => {
      if (!response.ok) throw await problemOf(response)
      return response.json() as Promise<Site>
    })
    .catch((error) => {
      loading = undefined
      throw error
    })
  return loading
}
