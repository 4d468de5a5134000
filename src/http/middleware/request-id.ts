import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'

const SANE = /^[A-Za-z0-9_.:-]{8,64}$/

/** Names the request: the id that came in when it is sane, else a new one. Told back on every answer, and in every log line. */
export function requestIds(newId: () => string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id')
    const id = given && SANE.test(given) ? given : newId()
    c.set('requestId', id)
    c.header('x-request-id', id)
    await next()
  }
}
