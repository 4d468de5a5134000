import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import sonicBoom from 'sonic-boom'
import { iso } from '#core/iso-time.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import { batched } from './batched.ts'

export type PrometheusTelemetry = Telemetry & {
  /** The numbers as Prometheus reads them. */
  metrics(): Promise<{ contentType: string; body: string }>
  /** Writes what waits. */
  flush(): void
}

/** From what is told to everybody's log to what is told to none; each with all that come after it. */
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
type Level = (typeof LEVELS)[number]
type Sink = { write(chunk: string): unknown }
type Options = { level: Level; destination?: Sink }

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
 * together. A line's details are read when it is written, so they must not change. What cannot be counted or said is dropped, never thrown.
 */
export function prometheusTelemetry({ level, destination = stdout() }: Options): PrometheusTelemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const lines: string[] = []
  const batch = batched(() => {
    if (lines.length > 0) destination.write(`${lines.splice(0).join('\n')}\n`)
  })
  const least = LEVELS.indexOf(level)
  const known = new Map<string, Counter | Gauge | Histogram>()
  const metric = <M extends Counter | Gauge | Histogram>(name: string, make: (name: string) => M): M => {
    const found = known.get(name)
    if (found) return found as M
    const made = make(`${PREFIX}${name}`)
    known.set(name, made)
    return made
  }
  const counter = (name: string, attributes: Attributes) =>
    metric(name, (full) => new Counter({ ...about(full, attributes, registry), name: `${full}_total` }))
  const gauge = (name: string, attributes: Attributes) => metric(name, (full) => new Gauge(about(full, attributes, registry)))
  const histogram = (name: string, attributes: Attributes) =>
    metric(name, (full) => new Histogram({ ...about(full, attributes, registry), buckets: bucketsOf(name) }))

  return {
    count: (name, by, attributes = NONE) => batch.add(() => counter(name, attributes).inc(attributes, by)),
    gauge: (name, value, attributes = NONE) => batch.add(() => gauge(name, attributes).set(attributes, value)),
    observe: (name, value, attributes = NONE) => batch.add(() => histogram(name, attributes).observe(attributes, value)),
    log(at, message, details = NONE) {
      if (LEVELS.indexOf(at) < least) return
      const now = Date.now()
      batch.add(() => void lines.push(lineOf(at, iso(now), message, details)))
      if (at === 'warn' || at === 'error') batch.flush()
    },
    async metrics() {
      batch.flush()
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    flush: batch.flush,
  }
}

/** How much may wait for a disk that is full, bytes; what comes after it is dropped. */
const MOST_WAITING = 1_000_000

/**
 * Standard output, written at once: who reads it slowly slows the server. Its reader may go away, and its disk may be full: lines are lost
 * then, and nothing stops.
 */
function stdout(): Sink {
  return new sonicBoom.SonicBoom({ fd: 1, sync: true, maxLength: MOST_WAITING }).on('error', () => {})
}

type Attributes = Record<string, string>

const about = (name: string, attributes: Record<string, string>, registry: Registry) => ({
  name,
  help: name.slice(PREFIX.length).replaceAll('_', ' '),
  labelNames: Object.keys(attributes),
  registers: [registry],
})

const bucketsOf = (name: string) => (name.endsWith('_ms') ? BUCKETS.ms : name.endsWith('_bytes') ? BUCKETS.bytes : BUCKETS.items)

/** Written around the details: a copy with level, time and message in it would cost as much again. */
function lineOf(level: Level, time: string, message: string, details: object): string {
  const told = textOf(details)
  const more = told === '{}' ? '}' : `,${told.slice(1)}`
  return `{"level":"${level}","time":"${time}","message":${JSON.stringify(message)}${more}`
}

/** What cannot be written (a BigInt, a circle) must not take the line with it. */
function textOf(details: object): string {
  try {
    return JSON.stringify(details)
  } catch {
    return '{}'
  }
}
