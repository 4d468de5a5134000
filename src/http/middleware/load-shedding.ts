import type { MiddlewareHandler } from 'hono'
import { StudioError } from '#core/errors.ts'
import type { AppEnv } from '../env.ts'
import type { RouteRow } from '../route-table.ts'

export type LoadOptions = {
  /** Requests answered at once, long-polls and transfers not counted. */
  maxInFlight: number
  /** True while the process is too busy to take more (the event loop is late). */
  isOverloaded: () => boolean
}

/**
 * Says no early, while saying no is cheap: past the cap, or while the process is late, `unavailable` with Retry-After. Health checks
 * always pass, since a busy server that looks dead would be restarted and make it worse.
 */
export function loadShedding({ maxInFlight, isOverloaded }: LoadOptions): (row: RouteRow) => MiddlewareHandler<AppEnv> {
  let inFlight = 0
  return (row) => async (_c, next) => {
    if (row.isVital) return next()
    if (inFlight >= maxInFlight || isOverloaded())
      throw new StudioError('unavailable', 'the studio is busy; ask again in a moment', { retryAfterSeconds: 1 })
    if (row.isLongLived) return next()
    inFlight++
    try {
      await next()
    } finally {
      inFlight--
    }
  }
}
