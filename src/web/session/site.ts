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
  social: string[]
  terms?: { version: string; url: string }
  isMailed: boolean
  version: string
  /** What is configured now; absent from a server older than this page. */
  features?: { wording: boolean; embeddings: boolean }
}

let loading: Promise<Site> | undefined

/** Loaded once a page; a failure is not remembered. */
export function loadSite(): Promise<Site> {
  loading ??= fetch('/api/site', { headers: { accept: 'application/json' } })
    .then((response) => {
      if (!response.ok) throw new Error(`the server answered ${response.status}`)
      return response.json() as Promise<Site>
    })
    .catch((error) => {
      loading = undefined
      throw error
    })
  return loading
}
