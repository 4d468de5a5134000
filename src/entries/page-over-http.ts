import { StudioError } from '#core/errors.ts'
import type { StudioPage } from '#http/share-page.ts'

/** A new version of the pages is seen this late. Milliseconds. */
const FRESH_MS = 5 * 60_000
const PATIENCE_MS = 5_000

type Options = { publicUrl: string; now: () => number; fetchPage?: typeof fetch }

/**
 * The studio's page from where it is served, with the content security policy that it is served with: for a function whose pages lie in a
 * CDN's bucket. Kept for five minutes, and longer while the CDN does not answer; `unavailable` when it never did.
 */
export function pageOverHttp({ publicUrl, now, fetchPage = fetch }: Options): () => Promise<StudioPage> {
  let kept: { page: StudioPage; until: number } | undefined
  return async () => {
    if (kept && now() < kept.until) return kept.page
    const page = await load(`${publicUrl.replace(/\/$/, '')}/index.html`, fetchPage).catch(() => kept?.page)
    if (!page) throw new StudioError('unavailable', 'the pages of the studio cannot be reached', { retryAfterSeconds: 5, service: 'pages' })
    kept = { page, until: now() + FRESH_MS }
    return page
  }
}

async function load(url: string, fetchPage: typeof fetch): Promise<StudioPage> {
  const response = await fetchPage(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
  const csp = response.headers.get('content-security-policy')
  // Without its policy the page would run under the API's own, which lets nothing load: better to say that something is wrong.
  if (!response.ok || csp === null) throw new Error(`the page answered ${response.status}`)
  return { html: await response.text(), csp }
}
