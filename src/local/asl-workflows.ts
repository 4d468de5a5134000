import { readFileSync } from 'node:fs'
import { ExecutionAbortedError, ExecutionError, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions'
import type { TaskHandler, WorkflowName, WorkflowOutcome, Workflows } from '#core/ports/workflows.ts'

type Handlers = Record<WorkflowName, Record<string, TaskHandler>>
type RunOptions = NonNullable<Parameters<StateMachine['run']>[1]>
type Json = Parameters<StateMachine['run']>[0]

/** The documents that Step Functions runs on AWS, as they are. */
export const readWorkflow = (name: WorkflowName): StateMachineDefinition =>
  JSON.parse(readFileSync(new URL(`../core/workflows/${name}.asl.json`, import.meta.url), 'utf8')) as StateMachineDefinition

/**
 * Runs the ASL documents in this process. State lives in memory only: a crash loses the run, and the queue's message starts it again.
 * A second start of an id that is running joins it. `retryPauseMs` replaces the documents' pauses between retries.
 */
export function aslWorkflows({ handlers, retryPauseMs }: { handlers: Handlers; retryPauseMs?: number }): Workflows {
  const machines = { generation: machineOf('generation'), processing: machineOf('processing') }
  const overrides = {
    generation: overridesOf(handlers.generation, retryPauseMs),
    processing: overridesOf(handlers.processing, retryPauseMs),
  }
  const running = new Map<string, Promise<WorkflowOutcome>>()

  return {
    run(name, id, input, signal) {
      const key = `${name}/${id}`
      const earlier = running.get(key)
      if (earlier) return earlier
      const outcome = runOnce(machines[name], { input, overrides: overrides[name], signal }).finally(() => running.delete(key))
      running.set(key, outcome)
      return outcome
    },
  }
}

// Validated by a test over the documents, once, rather than at every start: the validator compiles schemas for a third of a second.
const machineOf = (name: WorkflowName) => new StateMachine(readWorkflow(name), { validationOptions: { noValidate: true } })

function overridesOf(tasks: Record<string, TaskHandler>, retryPauseMs: number | undefined): NonNullable<RunOptions['overrides']> {
  const pauses = retryPauseMs === undefined ? {} : Object.fromEntries(Object.keys(tasks).map((state) => [state, retryPauseMs]))
  return {
    taskResourceLocalHandlers: Object.fromEntries(
      Object.entries(tasks).map(([state, handler]) => [
        state,
        async (input: Json): Promise<Json> => (await handler(input as Record<string, unknown>)) as Json,
      ]),
    ),
    retryIntervalOverrides: pauses,
  }
}

type Run = { input: Json; overrides: NonNullable<RunOptions['overrides']>; signal: AbortSignal | undefined }

async function runOnce(machine: StateMachine, { input, overrides, signal }: Run): Promise<WorkflowOutcome> {
  if (signal?.aborted) return ABORTED
  const execution = machine.run(input, { overrides })
  signal?.addEventListener('abort', execution.abort)
  // The first task began inside `run`, and may have aborted already.
  if (signal?.aborted) execution.abort()
  try {
    return { outcome: 'succeeded', output: await execution.result }
  } catch (error) {
    if (error instanceof ExecutionAbortedError) return ABORTED
    if (!(error instanceof ExecutionError)) throw error
    const { name, message } = error.cause instanceof Error ? error.cause : error
    return { outcome: 'failed', error: name, cause: message }
  } finally {
    signal?.removeEventListener('abort', execution.abort)
  }
}

const ABORTED: WorkflowOutcome = { outcome: 'failed', error: 'States.Aborted', cause: 'the run was stopped' }
