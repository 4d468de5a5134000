import type { Telemetry } from '#core/ports/operations.ts'

const nothing = () => {}
/** Says nothing: for tests and for operators' commands, whose output is their answer. */
export const quietTelemetry = (): Telemetry => ({ count: nothing, observe: nothing, gauge: nothing, log: nothing })
