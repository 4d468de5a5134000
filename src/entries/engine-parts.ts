import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { announcedEvents } from '#aws/announced-events.ts'
import { awsBytes } from '#aws/bytes.ts'
import { withEdgeCopies } from '#aws/edge-copies.ts'
import { awsFacts } from '#aws/facts.ts'
import { snsTopic } from '#aws/sns-topic.ts'
import { sqsQueue } from '#aws/sqs-queue.ts'
import { zip } from '#imaging/zip.ts'
import { type AwsEnv, type AwsFunction, type EnvKeyOf, policyOf } from './aws-config.ts'
import { linksOf } from './links-of.ts'
import { awsAccess, bytesConfig, factsConfig, newId, now, telemetryOf } from './on-aws.ts'

type EngineEnv = AwsEnv<Exclude<EnvKeyOf<'sweeper'>, 'GENZO_LINK_KEYS_ARN' | 'GENZO_SECRET_ID' | 'GENZO_DISTRIBUTION_ID'>> &
  Partial<AwsEnv<'GENZO_LINK_KEYS_ARN'>>

/** What everything behind the queues works with: facts, bytes, queues, and the topic told of endings. No model, no pixel. */
export function engineParts(env: EngineEnv, service: AwsFunction) {
  const telemetry = telemetryOf(env, service)
  const { people, uploadRecords, edgeCopies, ...facts } = awsFacts(factsConfig(env))
  const { signedUploads, ...bytes } = awsBytes(bytesConfig(env))
  const sqs = new SQSClient(awsAccess())
  const queue = (url: string, deadUrl: string) => sqsQueue({ sqs, url, deadUrl, now })
  const topic = env.GENZO_TOPIC_ARN && snsTopic({ sns: new SNSClient(awsAccess()), topicArn: env.GENZO_TOPIC_ARN })
  return {
    ...facts,
    ...bytes,
    derivatives: withEdgeCopies(bytes.derivatives, edgeCopies),
    ...{ telemetry, now, newId, zip, directory: people, policy: policyOf(env) },
    links: linksOf(facts.links, env.GENZO_LINK_KEYS_ARN),
    edgeCopies,
    uploads: { ...signedUploads, ...uploadRecords },
    events: topic ? announcedEvents(facts.events, { topic, telemetry }) : facts.events,
    queues: {
      processing: queue(env.GENZO_PROCESSING_QUEUE_URL, env.GENZO_PROCESSING_DLQ_URL),
      generation: queue(env.GENZO_GENERATION_QUEUE_URL, env.GENZO_GENERATION_DLQ_URL),
    },
  }
}
