/** Token buckets shared by every process. */
export interface Rates {
  /** Takes one of `perMinute` (with a burst) under `key`, or says how long to wait. Atomic. */
  take(key: string, rate: { perMinute: number; burst: number; now: number }): Promise<{ taken: true } | { taken: false; waitMs: number }>
}

/** Small named values that operators change while the studio runs. JSON. */
export interface Settings {
  get<T>(name: string): Promise<T | undefined>
  set(name: string, value: unknown): Promise<void>
}

export type AuditEntry = { at: number; actorId: string; action: string; subjectId?: string; details?: Record<string, unknown> }
/** Who did what that matters later. Append only. */
export interface Audit {
  append(entry: AuditEntry): Promise<void>
  list(page: { limit: number; before?: number }): Promise<AuditEntry[]>
}

/** Numbers and logs out. Never throws, never blocks. Names are snake_case; attributes are bounded sets, never ids. */
export interface Telemetry {
  count(name: string, by: number, attributes?: Record<string, string>): void
  /** Milliseconds, bytes or items: the unit is the name's suffix. */
  observe(name: string, value: number, attributes?: Record<string, string>): void
  gauge(name: string, value: number, attributes?: Record<string, string>): void
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, about?: Record<string, unknown>): void
}
