import { isStudioError } from './errors.ts'
import type { Ports } from './ports/index.ts'

/**
 * Does what something else repairs if it fails: a send that the sweeper repeats, a piece of news. Failing the caller instead would make
 * them ask, and pay, twice. The failure is logged.
 */
export async function bestEffort(ports: Pick<Ports, 'telemetry'>, what: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action()
  } catch (error) {
    ports.telemetry.count('best_effort_failures', 1, { what })
    ports.telemetry.log('warn', `${what} failed and is left to the sweeper`, { error: errorName(error) })
  }
}

/** What a log may say of an error: never its message when it is not one of ours, since a library may quote a prompt in it. */
export function errorName(error: unknown): string {
  if (isStudioError(error)) return `${error.code}: ${error.message}`
  return error instanceof Error ? error.name : typeof error
}
