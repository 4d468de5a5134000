import { type DestinationStream, pino } from 'pino'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Telemetry } from '#core/ports/operations.ts'
import { bufferedLines } from './buffered-lines.ts'

export type PrometheusTelemetry = Telemetry & {
  /** The numbers as Prometheus reads them. */
  metrics(): Promise<{ contentType: string; body: string }>
  /** Resolves when every line has been written. */
  flush(): Promise<void>
}

type Level = 'debug' | 'info' | 'warn' | 'error' | 'silent'
type Options = { level: Level; destination?: DestinationStream }

const PREFIX = 'genzo_'
const NONE = {}
/** Upper bounds by a name's suffix: milliseconds from a cache hit to a slow model, bytes from an icon to a large photograph. */
const BUCKETS = {
  ms: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 120_000],
  bytes: [1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
  items: [0, 1, 2, 5, 10, 20, 50, 100, 1_000],
}

/**
 * Numbers kept in this process for `/metrics`, and logs as JSON lines: warnings and errors at once, the rest some milliseconds later, many
 * together. A number that cannot be counted is dropped, never thrown.
 */
export function prometheusTelemetry({ level, destination }: Options): PrometheusTelemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const stdout = destination ? undefined : pino.destination({ sync: false })
  const lines = bufferedLines(destination ?? stdout!)
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: isoTimes(),
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  )
  const known = new Map<string, Counter | Gauge | Histogram>()
  const metric = <M extends Counter | Gauge | Histogram>(name: string, make: (name: string) => M): M => {
    const found = known.get(name) ?? make(`${PREFIX}${name}`)
    known.set(name, found)
    return found as M
  }
  const quietly = (record: () => void) => {
    try {
      record()
    } catch {
      // A name used with other labels than before: a slip in our own code, which must not fail what it measures.
    }
  }

  return {
    count: (name, by, attributes = NONE) =>
      quietly(() =>
        metric(name, (full) => new Counter({ ...about(full, attributes, registry), name: `${full}_total` })).inc(attributes, by),
      ),
    gauge: (name, value, attributes = NONE) =>
      quietly(() => metric(name, (full) => new Gauge(about(full, attributes, registry))).set(attributes, value)),
    observe: (name, value, attributes = NONE) =>
      quietly(() =>
        metric(name, (full) => new Histogram({ ...about(full, attributes, registry), buckets: bucketsOf(name) })).observe(
          attributes,
          value,
        ),
      ),
    log(at, message, details = NONE) {
      logger[at](details, message)
      if (at === 'warn' || at === 'error') lines.flush()
    },
    metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    async flush() {
      lines.flush()
      stdout?.flushSync()
    },
  }
}

const about = (name: string, attributes: Record<string, string>, registry: Registry) => ({
  name,
  help: name.slice(PREFIX.length).replaceAll('_', ' '),
  labelNames: Object.keys(attributes),
  registers: [registry],
})

const bucketsOf = (name: string) => (name.endsWith('_ms') ? BUCKETS.ms : name.endsWith('_bytes') ? BUCKETS.bytes : BUCKETS.items)

/** The time of a line as pino takes it. Written once for all lines of a millisecond. */
function isoTimes(): () => string {
  let [at, text] = [0, '']
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}
