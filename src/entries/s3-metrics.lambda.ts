import { awsBytes } from '#aws/bytes.ts'
import { awsFacts } from '#aws/facts.ts'
import { recordStoreMetrics } from '#core/use-cases/record-store-metrics.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { bytesConfig, factsConfig, now, telemetryOf } from './on-aws.ts'

const env = readAwsEnv(ENV['s3-metrics'])
const { ledger, settings } = awsFacts(factsConfig(env))
const { blobs } = awsBytes(bytesConfig(env))
// SQS tells CloudWatch of its queues by itself.
const ports = { blobs, ledger, settings, queues: {}, policy: {}, telemetry: telemetryOf(env, 's3-metrics'), now }

/** By the clock, every five minutes: BucketSizeBytes and NumberOfObjects of each store, and the month's spending. */
export const handler = () => recordStoreMetrics(ports)
