import { StudioError } from '#core/errors.ts'
import type { RouteRow } from '../route-table.ts'
import { afterwards, type Step } from './chain.ts'

export type LoadOptions = {
  /** Requests answered at once, long-polls and transfers not counted. */
  maxInFlight: number
  /** True while the process is too busy to take more (the event loop is late). */
  isOverloaded: () => boolean
}

/**
 * Says no early, while saying no is cheap: past the cap, or while the process is late, `unavailable` with Retry-After. Health checks
 * always pass, since a busy server that looks dead would be restarted and make it worse: they have no such step.
 */
export function loadShedding({ maxInFlight, isOverloaded }: LoadOptions): (row: RouteRow) => Step | undefined {
  let inFlight = 0
  const left = () => {
    inFlight--
  }
  return ({ isVital, isLongLived }) => {
    if (isVital) return undefined
    return (next) => (c) => {
      if (inFlight >= maxInFlight || isOverloaded())
        throw new StudioError('unavailable', 'the studio is busy; ask again in a moment', { retryAfterSeconds: 1 })
      if (isLongLived) return next(c)
      inFlight++
      try {
        return afterwards(next(c), left)
      } catch (error) {
        left()
        throw error
      }
    }
  }
}
