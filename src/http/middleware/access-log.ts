import type { MiddlewareHandler } from 'hono'
import type { Ports } from '#core/ports/index.ts'
import type { AppEnv } from '../env.ts'

/**
 * One line and one number for each request. The route's name stands for its path, since paths hold ids; queries, bodies and headers
 * hold prompts and secrets and are never written.
 */
export function accessLog({ telemetry, now }: Pick<Ports, 'telemetry' | 'now'>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const began = now()
    await next()
    const [route, status, ms] = [c.get('route') ?? 'none', c.res.status, now() - began]
    telemetry.observe('http_request_ms', ms, { route, status: `${Math.floor(status / 100)}xx` })
    if (route === 'GET /health') return
    const [problem, actor] = [c.get('problem'), c.get('actor')]
    telemetry.log(status >= 500 ? 'warn' : 'info', 'request', {
      requestId: c.get('requestId'),
      method: c.req.method,
      route,
      status,
      ms,
      ...(problem && { problem }),
      ...(actor && { actorId: actor.id, via: actor.via }),
    })
  }
}
