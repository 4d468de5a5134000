import { errorName } from '#core/best-effort.ts'
import type { Ports } from '#core/ports/index.ts'
import { HOUR, MINUTE, SECOND } from '#core/times.ts'
import { applyRetention } from '#core/use-cases/apply-retention.ts'
import { recordStoreMetrics } from '#core/use-cases/record-store-metrics.ts'
import { reindexSearch } from '#core/use-cases/reindex-search.ts'
import { sweep } from '#core/use-cases/sweep.ts'
import { lookAtDefaults } from './models.ts'

/** What runs by the clock, and how often. */
const TASKS: { name: string; everyMs: number; run: (ports: Ports) => Promise<unknown> }[] = [
  { name: 'sweep', everyMs: 5 * SECOND, run: (ports) => sweep(ports, { now: ports.now() }) },
  { name: 'store metrics', everyMs: 5 * MINUTE, run: recordStoreMetrics },
  { name: 'models', everyMs: HOUR, run: ({ models }) => lookAtDefaults(models) },
  { name: 'search index', everyMs: MINUTE, run: (ports) => reindexSearch(ports, { until: ports.now() + 30 * SECOND }) },
  { name: 'retention', everyMs: HOUR, run: applyRetention },
]

/** Runs each task now and then again and again until the signal; never two of a kind at once. Resolves when none is under way. */
export async function runTicks(ports: Ports, signal: AbortSignal): Promise<void> {
  await Promise.all(TASKS.map((task) => runOne(ports, task, signal)))
}

async function runOne(ports: Ports, { name, everyMs, run }: (typeof TASKS)[number], signal: AbortSignal) {
  while (!signal.aborted) {
    const began = ports.now()
    await run(ports).catch((error) => ports.telemetry.log('error', `${name} failed`, { error: errorName(error) }))
    await pause(everyMs - (ports.now() - began), signal)
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    // A clock that jumped back must not make the next turn days away.
    const timer = setTimeout(done, Math.min(Math.max(0, ms), HOUR))
    signal.addEventListener('abort', done, { once: true })
  })
