import { errorName } from '#core/best-effort.ts'
import { isStudioError, StudioError } from '#core/errors.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import type { TaskHandler } from '#core/ports/workflows.ts'

/** What a state machine calls a function with: its state's name and that state's input. */
export type TaskEvent = { task: string; input: Record<string, unknown> }

/**
 * A Lambda that runs the states of a machine by name. A StudioError leaves as it is: Lambda reports its name, `Genzo.{code}`, which Retry
 * and Catch match. Anything else is a bug, logged here and thrown on.
 */
export const workflowTask =
  (tasks: Record<string, TaskHandler>, telemetry: Telemetry) =>
  async ({ task, input }: TaskEvent): Promise<unknown> => {
    const run = Object.hasOwn(tasks, task) ? tasks[task] : undefined
    if (!run) throw new StudioError('internal', `no state ${JSON.stringify(task)} here; there are ${Object.keys(tasks).join(', ')}`)
    try {
      return await run(input)
    } catch (error) {
      if (!isStudioError(error)) telemetry.log('error', `state ${task} threw`, { error: errorName(error) })
      throw error
    }
  }
