import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'

/** An API answer is never a page: nothing in it may run, load or be framed. */
const API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const

/** Puts safe headers on every answer; a route's own content security policy and cache rule stand. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    for (const [name, value] of Object.entries(ALWAYS)) headers.set(name, value)
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', API_CSP)
    // What an API answers is of one person: a shared cache that does not know must not keep it.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    if (isHttps) headers.set('strict-transport-security', 'max-age=31536000')
  }
}
