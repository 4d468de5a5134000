/** Messages and state carry ids, never prompts or bytes; at most 256 KB. */
export type WorkflowInput = Record<string, string | number | boolean>
export type WorkflowName = 'generation' | 'processing'
export type WorkflowOutcome =
  | { outcome: 'succeeded'; output: unknown }
  | { outcome: 'failed'; error: string; cause: string }
  /** Started elsewhere and runs on its own (Step Functions Standard). */
  | { outcome: 'started' }

/** One task of a state machine, by state name. Idempotent. Throws StudioError, whose name `Genzo.{code}` Retry and Catch match. */
export type TaskHandler = (input: Record<string, unknown>) => Promise<unknown>

/** Runs an ASL document by name. The same id is the same run: while it runs, a second start joins or does nothing. */
export interface Workflows {
  run(name: WorkflowName, id: string, input: WorkflowInput, signal?: AbortSignal): Promise<WorkflowOutcome>
}
