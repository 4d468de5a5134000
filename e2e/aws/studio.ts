import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { type AwsConfig, awsPorts } from '../../src/aws/studio.ts'
import { createTableRequest, TABLES, type TableName, type TableNames } from '../../src/aws/tables.ts'
import { generationTasks } from '../../src/core/use-cases/generation-tasks.ts'
import { processingTasks } from '../../src/core/use-cases/processing-tasks.ts'
import { aslWorkflows } from '../../src/local/asl-workflows.ts'
import { DEFAULT_POLICY } from '../../src/local/studio.ts'
import { SKETCH } from '../../src/models/sketch/catalogue.data.ts'
import { sketchInvoker } from '../../src/models/sketch/invoke.ts'
import { freshAccount } from './servers.ts'

/** A handler that keeps the name of every request to AWS, as the operation's target or the method and path. */
function recordingHandler() {
  const inner = new NodeHttpHandler()
  const sent: string[] = []
  const handle: typeof inner.handle = (request, options) => {
    sent.push(String(request.headers['x-amz-target'] ?? `${request.method} ${request.path}`).replace('DynamoDB_20120810.', ''))
    return inner.handle(request, options)
  }
  const handler = Object.assign(Object.create(inner) as NodeHttpHandler, { handle })
  return { handler, sent }
}

type More = Pick<AwsConfig, 'policy'> | Record<string, never>

/**
 * A whole studio on MiniStack in an account of its own: buckets, tables, queues, secret, and the ports over them. The workflows are run
 * here by the interpreter of the local world, over the same ports: the functions that Step Functions would call come with the stacks.
 */
export async function newStudio(more: Partial<More> = {}) {
  const { handler, sent } = recordingHandler()
  const access = { ...freshAccount('ministack'), requestHandler: handler }
  const id = randomUUID().slice(0, 8)
  const [s3, dynamo, sqs] = [new S3Client({ ...access, forcePathStyle: true }), new DynamoDBClient(access), new SQSClient(access)]

  const buckets = { originals: `originals-${id}`, renditions: `renditions-${id}` }
  for (const Bucket of Object.values(buckets)) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  }
  const names = Object.keys(TABLES) as TableName[]
  await Promise.all(names.map((name) => dynamo.send(new CreateTableCommand(createTableRequest(name, name)))))
  const makeQueue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!
  const queueOf = async (name: string) => ({ url: await makeQueue(`${name}-queue`), deadUrl: await makeQueue(`${name}-dlq`) })
  const SecretString = JSON.stringify({ delivery: [{ kid: 'd1', secret: 's'.repeat(43) }] })
  await new SecretsManagerClient(access).send(new CreateSecretCommand({ Name: 'genzo', SecretString }))

  const lines: string[] = []
  const ports = await awsPorts({
    access,
    buckets,
    tables: Object.fromEntries(names.map((name) => [name, name])) as TableNames,
    queues: { generation: await queueOf('generation'), processing: await queueOf('processing') },
    machines: { generation: { arn: '-', kind: 'standard' }, processing: { arn: '-', kind: 'express' } },
    secretId: 'genzo',
    policy: { ...DEFAULT_POLICY, ...more.policy },
    catalogue: [SKETCH],
    invokers: { local: { invoke: sketchInvoker() } },
    write: (line) => void lines.push(line),
  })
  const handlers = { generation: generationTasks(ports), processing: processingTasks(ports) }
  return { ports: { ...ports, workflows: aslWorkflows({ handlers, retryPauseMs: 1 }) }, access, buckets, lines, sent }
}
