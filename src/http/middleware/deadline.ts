import { StudioError } from '#core/errors.ts'
import { type RouteRow, TIMEOUT_SECONDS } from '../route-table.ts'
import type { Step } from './chain.ts'

/** How late a deadline may be, ms. The shortest is 15 s. */
const TICK_MS = 250

type Waiting = { until: number; giveUp: () => void }

/**
 * Answers `unavailable` when the row's time is over; the work goes on, unheard. One timer looks at all that wait, and none runs while
 * nothing does: a timer and a race for each request cost more than a small answer.
 */
export function deadlines(now: () => number = () => performance.now()): (row: RouteRow) => Step {
  const waiting = new Set<Waiting>()
  let ticking: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    const at = now()
    for (const one of waiting) if (one.until <= at) one.giveUp()
    if (waiting.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
  return ({ timeoutSeconds = TIMEOUT_SECONDS }) =>
    (next) =>
    (c) => {
      const answer = next(c)
      if (!(answer instanceof Promise)) return answer
      return new Promise((resolve, reject) => {
        const giveUp = () => {
          waiting.delete(entry)
          reject(new StudioError('unavailable', 'the answer took too long; the work may still have been done', {}))
        }
        const entry = { until: now() + timeoutSeconds * 1000, giveUp }
        waiting.add(entry)
        ticking ??= setInterval(tick, TICK_MS)
        answer.then(resolve, reject).finally(() => waiting.delete(entry))
      })
    }
}
