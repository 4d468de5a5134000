import { SFNClient } from '@aws-sdk/client-sfn'
import { sfnWorkflows } from '#aws/sfn-workflows.ts'
import { StudioError } from '#core/errors.ts'
import { processMessage } from '#core/use-cases/process-message.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { catalogueOnly } from './catalogue-only.ts'
import { engineParts } from './engine-parts.ts'
import { awsAccess, newId } from './on-aws.ts'
import { messageOf, sqsBatch } from './sqs-batch.ts'

const env = readAwsEnv(ENV['generation-worker'])
const machines = {
  generation: { arn: env.GENZO_GENERATION_MACHINE_ARN, kind: 'standard' },
  processing: { arn: '', kind: 'express' },
} as const
const ports = {
  ...engineParts(env, 'generation-worker'),
  workflows: sfnWorkflows({ sfn: new SFNClient(awsAccess()), machines }),
  models: await catalogueOnly(),
}
const bootId = newId()

/** The generation queue: takes each job's turn with its model, and starts its run, which goes on without this function. */
export const handler = sqsBatch(ports.telemetry, async (record) => {
  const message = messageOf(record)
  if (!message) throw new StudioError('invalid_input', 'a message that is no job')
  await processMessage(ports, message, { bootId })
})
