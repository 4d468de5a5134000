import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, it } from 'vitest'
import { newId } from '#core/ports/samples.contract.ts'
import { freshAccount, SERVER_FOR } from '../../e2e/aws/servers.ts'
import { sfnWorkflows } from './sfn-workflows.ts'

const ROLE = 'arn:aws:iam::000000000000:role/machine'
/** Ends as its input says: succeeds, fails with a name of ours, or waits. */
const DEFINITION = JSON.stringify({
  StartAt: 'How',
  States: {
    How: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.how', StringEquals: 'fail', Next: 'Fail' },
        { Variable: '$.how', StringEquals: 'wait', Next: 'Wait' },
      ],
      Default: 'Done',
    },
    Fail: { Type: 'Fail', Error: 'Genzo.unsupported_type', Cause: 'svg is not a picture' },
    Wait: { Type: 'Wait', Seconds: 3600, Next: 'Done' },
    Done: { Type: 'Pass', Result: { done: true }, End: true },
  },
})

async function fresh() {
  // The SDK puts `sync-` before the host for StartSyncExecution, which no loopback address has.
  const sfn = new SFNClient({ ...freshAccount(SERVER_FOR.stepFunctions), disableHostPrefix: true })
  const make = async (type: 'EXPRESS' | 'STANDARD') => {
    const machine = { name: `m-${newId()}`, definition: DEFINITION, roleArn: ROLE, type }
    return (await sfn.send(new CreateStateMachineCommand(machine))).stateMachineArn!
  }
  const [express, standard] = await Promise.all([make('EXPRESS'), make('STANDARD')])
  const machines = { processing: { arn: express, kind: 'express' }, generation: { arn: standard, kind: 'standard' } } as const
  return { sfn, standard, workflows: sfnWorkflows({ sfn, machines }) }
}

describe('workflows on Step Functions', () => {
  it('answer with the output of an Express run', async () => {
    const { workflows } = await fresh()
    expect(await workflows.run('processing', newId(), { how: 'well' })).toEqual({ outcome: 'succeeded', output: { done: true } })
  })

  it('tell the name and cause of a run that failed, although the call itself succeeded', async () => {
    const { workflows } = await fresh()
    const outcome = await workflows.run('processing', newId(), { how: 'fail' })
    expect(outcome).toEqual({ outcome: 'failed', error: 'Genzo.unsupported_type', cause: 'svg is not a picture' })
  })

  it('start a Standard run once per id, however often they are asked while it runs', async () => {
    const { workflows, sfn, standard } = await fresh()
    const id = newId()
    expect(await workflows.run('generation', id, { how: 'wait' })).toEqual({ outcome: 'started' })
    expect(await workflows.run('generation', id, { how: 'wait' })).toEqual({ outcome: 'started' })
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: standard }))
    expect(executions?.map(({ name }) => name)).toEqual([id])
  })

  it('start a run again that was lost, under the next name', async () => {
    const { workflows, sfn, standard } = await fresh()
    const id = newId()
    await workflows.run('generation', id, { how: 'wait' })
    await sfn.send(new StopExecutionCommand({ executionArn: `${standard.replace(':stateMachine:', ':execution:')}:${id}` }))
    expect(await workflows.run('generation', id, { how: 'wait' })).toEqual({ outcome: 'started' })
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: standard }))
    expect(executions?.map(({ name, status }) => [name, status]).sort()).toEqual([
      [id, 'ABORTED'],
      [`${id}.2`, 'RUNNING'],
    ])
  })

  it('tell the output of a run that succeeded before', async () => {
    const { workflows } = await fresh()
    const id = newId()
    await workflows.run('generation', id, { how: 'well' })
    await expect.poll(() => workflows.run('generation', id, { how: 'well' })).toEqual({ outcome: 'succeeded', output: { done: true } })
  })
})
