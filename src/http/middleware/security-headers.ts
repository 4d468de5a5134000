/** What an answer carries besides its own headers. */
export type Carried = { requestId: string; isHttps: boolean }

/** An API answer is never a page: nothing in it may run, load or be framed. */
const API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
/** What an API answers is of one person: a shared cache that does not know must not keep it. */
const NO_STORE = 'no-store'
const HSTS = 'max-age=31536000'
const ALWAYS = ['x-content-type-options', 'nosniff', 'referrer-policy', 'no-referrer', 'x-frame-options', 'DENY'] as const
const OURS = new Set<string>(['x-request-id', 'strict-transport-security', ...ALWAYS])

/** Puts the request's id and what makes an answer safe to show on it; a route's own content security policy and cache rule stand. */
export function carryOn(headers: Headers, { requestId, isHttps }: Carried): void {
  headers.set('x-request-id', requestId)
  for (let at = 0; at < ALWAYS.length; at += 2) headers.set(ALWAYS[at]!, ALWAYS[at + 1]!)
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', API_CSP)
  if (!headers.has('cache-control')) headers.set('cache-control', NO_STORE)
  if (isHttps) headers.set('strict-transport-security', HSTS)
}

/** The same for a host that writes headers itself: `own` and these as lines, name and value in turn, as Node takes them fastest. */
export function carriedLines<V>(own: Readonly<Record<string, V>>, { requestId, isHttps }: Carried): (string | V)[] {
  const lines: (string | V)[] = ['x-request-id', requestId, ...ALWAYS]
  let [hasPolicy, hasCacheRule] = [false, false]
  for (const name in own) {
    const lower = name.toLowerCase()
    if (OURS.has(lower)) continue
    if (lower === 'content-security-policy') hasPolicy = true
    if (lower === 'cache-control') hasCacheRule = true
    lines.push(name, own[name]!)
  }
  if (!hasPolicy) lines.push('content-security-policy', API_CSP)
  if (!hasCacheRule) lines.push('cache-control', NO_STORE)
  if (isHttps) lines.push('strict-transport-security', HSTS)
  return lines
}
