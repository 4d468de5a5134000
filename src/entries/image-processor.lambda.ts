import { SFNClient } from '@aws-sdk/client-sfn'
import type { SQSRecord } from 'aws-lambda'
import { arrivedObjects, isStoreNotice, uploadIdOf } from '#aws/s3-events.ts'
import { sfnWorkflows } from '#aws/sfn-workflows.ts'
import { StudioError } from '#core/errors.ts'
import { admitUpload } from '#core/use-cases/admit-upload.ts'
import { processMessage } from '#core/use-cases/process-message.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { catalogueOnly } from './catalogue-only.ts'
import { engineParts } from './engine-parts.ts'
import { awsAccess, newId } from './on-aws.ts'
import { messageOf, sqsBatch } from './sqs-batch.ts'

const env = readAwsEnv(ENV['image-processor'])
// Only images come here: the other machine is never run, and has no name.
const machines = {
  processing: { arn: env.GENZO_PROCESSING_MACHINE_ARN, kind: 'express' },
  generation: { arn: '', kind: 'standard' },
} as const
const ports = {
  ...engineParts(env, 'image-processor'),
  workflows: sfnWorkflows({ sfn: new SFNClient(awsAccess()), machines }),
  models: await catalogueOnly(),
}
const bootId = newId()

/** `image-processing-queue`: what S3 tells of uploads that came, and the studio's own jobs. */
export const handler = sqsBatch(ports.telemetry, async (record: SQSRecord) => {
  const message = messageOf(record)
  if (message) return processMessage(ports, message, { bootId })
  // Neither a job nor news of the store: it comes again until the queue sets it aside, where an operator sees it.
  if (!isStoreNotice(record.body)) throw new StudioError('invalid_input', 'a message that is neither a job nor news of the store')
  for (const { key } of arrivedObjects(record.body)) {
    const id = uploadIdOf(key)
    if (id) await admitUpload(ports, { id })
  }
})
