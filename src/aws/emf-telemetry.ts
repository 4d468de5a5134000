import type { Telemetry } from '#core/ports/operations.ts'

type Level = Parameters<Telemetry['log']>[0]
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']
/** The unit is the suffix of a number's name. */
const UNITS = { ms: 'Milliseconds', seconds: 'Seconds', bytes: 'Bytes', total: 'Count' } as const

type Options = {
  /** Takes one line without its end. Lambda and ECS send standard output to CloudWatch Logs, which reads metrics out of it. */
  write: (line: string) => void
  now: () => number
  namespace: string
  /** Said with every line: which function, which stage. */
  about?: Record<string, string>
  /** Logs below it are not written. */
  level?: Level
  /** Ids of the request at hand, for logs only: a metric with an id for a dimension would cost by the id. */
  context?: () => Record<string, unknown>
}

/**
 * Numbers in CloudWatch's embedded metric format (docs: CloudWatch Embedded Metric Format Specification) and logs as JSON, a line each,
 * so that nothing has to be flushed when a function is frozen.
 */
export function emfTelemetry({ write, now, namespace, about = {}, level = 'info', context = () => ({}) }: Options): Telemetry {
  const emit = (line: Record<string, unknown>) => {
    try {
      write(JSON.stringify(line))
    } catch {
      // A full pipe or a cyclic object must not fail the work that was measured.
    }
  }
  const metric = (name: string, value: number, Unit: string, attributes: Record<string, string> = {}) => {
    const dimensions = { ...about, ...attributes }
    const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit }] }
    emit({ _aws: { Timestamp: now(), CloudWatchMetrics: [directive] }, ...dimensions, [name]: value })
  }
  const unitOf = (name: string) => UNITS[name.slice(name.lastIndexOf('_') + 1) as keyof typeof UNITS] ?? 'None'

  return {
    count: (name, by, attributes) => metric(name, by, 'Count', attributes),
    observe: (name, value, attributes) => metric(name, value, unitOf(name), attributes),
    gauge: (name, value, attributes) => metric(name, value, unitOf(name), attributes),
    log(at, message, said = {}) {
      if (LEVELS.indexOf(at) < LEVELS.indexOf(level)) return
      emit({ level: at, time: new Date(now()).toISOString(), message, ...about, ...context(), ...plain(said) })
    },
  }
}

/** Errors as text with their cause, since JSON makes `{}` of them. */
function plain(said: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(said).map(([name, value]) => [name, value instanceof Error ? errorText(value) : value] as const)
  return Object.fromEntries(entries)
}

const errorText = (error: Error): Record<string, unknown> => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause instanceof Error && { cause: `${error.cause.name}: ${error.cause.message}` }),
})
