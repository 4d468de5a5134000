import type { Context } from 'hono'
import type { Ports } from '#core/ports/index.ts'
import type { AppEnv } from '../env.ts'

/**
 * One line and one number for each request. The route's name stands for its path, since paths hold ids; queries, bodies and headers
 * hold prompts and secrets and are never written.
 */
export function accessLog({ telemetry, now }: Pick<Ports, 'telemetry' | 'now'>) {
  return (route: string) => {
    const series = [1, 2, 3, 4, 5].map((hundreds) => ({ route, status: `${hundreds}xx` }))
    return (c: Context<AppEnv>, status: number, began: number): void => {
      const ms = now() - began
      telemetry.observe('http_request_ms', ms, series[Math.floor(status / 100) - 1])
      if (route === 'GET /health') return
      const requestId = c.get('requestId')
      const problem = c.get('problem')
      const actor = c.get('actor')
      const { method } = c.req
      const line = actor
        ? { requestId, method, route, status, ms, problem, actorId: actor.id, via: actor.via }
        : { requestId, method, route, status, ms, problem }
      telemetry.log(status >= 500 ? 'warn' : 'info', 'request', line)
    }
  }
}
