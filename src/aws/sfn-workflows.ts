import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn'
import { StudioError } from '#core/errors.ts'
import type { WorkflowInput, WorkflowName, WorkflowOutcome, Workflows } from '#core/ports/workflows.ts'
import { asking, isAnswer } from './errors.ts'

/** An Express machine answers with its outcome; a Standard one runs on its own and is known by its name. */
export type Machine = { arn: string; kind: 'express' | 'standard' }
/** A run that failed is started again under the next name: Step Functions gives a name of the past away only after 90 days. */
const MAX_RUNS = 20

/** The ASL documents on Step Functions. */
export function sfnWorkflows({ sfn, machines }: { sfn: SFNClient; machines: Record<WorkflowName, Machine> }): Workflows {
  const runExpress = async (arn: string, name: string, input: string, signal?: AbortSignal): Promise<WorkflowOutcome> => {
    const request = new StartSyncExecutionCommand({ stateMachineArn: arn, name, input })
    const run = await asking('step functions', () => sfn.send(request, signal ? { abortSignal: signal } : {}))
    if (run.status === 'SUCCEEDED') return { outcome: 'succeeded', output: run.output ? JSON.parse(run.output) : undefined }
    // The call itself succeeds also when the run did not: only `status` tells.
    const error = run.status === 'TIMED_OUT' ? 'States.Timeout' : (run.error ?? 'States.Runtime')
    return { outcome: 'failed', error, cause: run.cause ?? '' }
  }

  const runStandard = async (arn: string, id: string, input: string): Promise<WorkflowOutcome> => {
    for (let run = 1; run <= MAX_RUNS; run++) {
      const name = run === 1 ? id : `${id}.${run}`
      try {
        await asking('step functions', () => sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name, input })))
        return { outcome: 'started' }
      } catch (error) {
        if (!isAnswer(error, 'ExecutionAlreadyExists')) throw error
      }
      const executionArn = `${arn.replace(':stateMachine:', ':execution:')}:${name}`
      const before = await asking('step functions', () => sfn.send(new DescribeExecutionCommand({ executionArn })))
      if (before.status === 'RUNNING' || before.status === 'PENDING_REDRIVE') return { outcome: 'started' }
      if (before.status === 'SUCCEEDED') return { outcome: 'succeeded', output: before.output ? JSON.parse(before.output) : undefined }
    }
    throw new StudioError('unavailable', `workflow ${id} has failed ${MAX_RUNS} times; look at its history before it is started again`)
  }

  return {
    run(workflow: WorkflowName, id: string, input: WorkflowInput, signal?: AbortSignal) {
      const { arn, kind } = machines[workflow]
      const text = JSON.stringify(input)
      return kind === 'express' ? runExpress(arn, id, text, signal) : runStandard(arn, id, text)
    },
  }
}
