import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { substituted, workflowDocument } from '../../../infra/constructs/workflow.ts'
import { FUNCTIONS, type FunctionName, TASK_FUNCTIONS } from '../../../infra/functions.ts'
import { createTableRequest, TABLES, type TableName } from '../../../src/aws/tables.ts'
import { type AwsVariable, ENV } from '../../../src/entries/aws-config.ts'
import { freshAccount } from '../servers.ts'
import { zipOf } from './bundle-zip.ts'

const PREFIX = 'genzo-test-'
export type Given = { [K in AwsVariable]?: string | undefined }

/** Everything that functions work on, in an account of its own on MiniStack, and the environment that a stack would give them. */
export async function newResources(given: Given = {}) {
  const account = freshAccount('ministack')
  const access = { ...account, disableHostPrefix: true }
  const id = randomUUID().slice(0, 8)
  const [s3, sqs, sns] = [new S3Client({ ...access, forcePathStyle: true }), new SQSClient(access), new SNSClient(access)]
  const dynamo = new DynamoDBClient(access)

  const names = Object.keys(TABLES) as TableName[]
  await Promise.all(names.map((name) => dynamo.send(new CreateTableCommand(createTableRequest(name, PREFIX + name)))))
  const queueOf = async (name: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
    const { Attributes: about } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url!, AttributeNames: ['QueueArn'] }))
    return { url: url!, arn: about!.QueueArn! }
  }
  const workOf = async (name: string) => {
    const dead = await queueOf(`${name}-dlq`)
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 4 })
    return { ...(await queueOf(`${name}-queue`, { RedrivePolicy, VisibilityTimeout: '60' })), dead }
  }
  const [processing, generation] = [await workOf('image-processing'), await workOf('image-generation')]

  const buckets = { originals: `originals-${id}`, renditions: `renditions-${id}` }
  for (const Bucket of Object.values(buckets)) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  }
  const Filter = { Key: { FilterRules: [{ Name: 'suffix' as const, Value: '/upload' }] } }
  const NotificationConfiguration = { QueueConfigurations: [{ QueueArn: processing.arn, Events: ['s3:ObjectCreated:*' as const], Filter }] }
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: buckets.originals, NotificationConfiguration }))

  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'image-processed-topic' }))
  const heard = await queueOf('operator')
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: heard.arn }))
  const SecretString = JSON.stringify({ delivery: [{ kid: 'd1', secret: 's'.repeat(43) }] })
  await new SecretsManagerClient(access).send(new CreateSecretCommand({ Name: 'genzo', SecretString }))

  const values: Given = {
    ...{ GENZO_STAGE: 'dev', GENZO_LOG_LEVEL: 'info', GENZO_TABLE_PREFIX: PREFIX, GENZO_PUBLIC_URL: 'https://studio.example' },
    ...{ GENZO_ORIGINALS_BUCKET: buckets.originals, GENZO_RENDITIONS_BUCKET: buckets.renditions },
    ...{ GENZO_PROCESSING_QUEUE_URL: processing.url, GENZO_PROCESSING_DLQ_URL: processing.dead.url },
    ...{ GENZO_GENERATION_QUEUE_URL: generation.url, GENZO_GENERATION_DLQ_URL: generation.dead.url },
    ...{ GENZO_SECRET_ID: 'genzo', GENZO_TOPIC_ARN: TopicArn!, GENZO_USER_POOL_ID: 'us-east-1_Test', GENZO_CLIENT_IDS: 'web' },
    ...{ GENZO_POLICY: '{}', GENZO_BEDROCK_REGION: 'us-west-2' },
    ...given,
  }
  const { accessKeyId, secretAccessKey } = account.credentials
  const aws = {
    ...{ AWS_REGION: account.region, AWS_ENDPOINT_URL: account.endpoint },
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  }
  /** What a function's environment holds, no more than its row names. */
  const envOf = (name: FunctionName, more: Record<string, string> = {}): Record<string, string> => {
    const keys: readonly AwsVariable[] = ENV[name]
    return { ...aws, ...Object.fromEntries(keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]!]]))), ...more }
  }
  /** What operators heard since, by kind. */
  const news = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: heard.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    return Messages.map(({ Body }) => JSON.parse((JSON.parse(Body!) as { Message: string }).Message) as { kind: string; subjectId: string })
  }
  return { access, account, buckets, values, envOf, processing, generation, news, sqs, s3, dynamo }
}

/**
 * The engine on MiniStack as a stack makes it: real bundles as Lambda functions, event sources on the queues, the two ASL files as state
 * machines that call them. Everything from the PUT on is then run by that server.
 */
export async function deployEngine({ env = {}, ...given }: Given & { env?: Record<string, string> } = {}) {
  const resources = await newResources(given)
  const { access, values } = resources
  const lambda = new LambdaClient(access)
  const sfn = new SFNClient(access)

  const deploy = async (name: FunctionName, more: Record<string, string> = {}): Promise<string> => {
    const { FunctionArn } = await lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName: name, Runtime: 'provided.al2023', Handler: `index.handler`, Role: 'arn:aws:iam::000000000000:role/test' },
        ...{ Code: { ZipFile: await zipOf(name) }, Timeout: FUNCTIONS[name].timeout, MemorySize: FUNCTIONS[name].memory },
        Environment: { Variables: resources.envOf(name, { ...env, ...more }) },
      }),
    )
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30 }, { FunctionName: name })
    return FunctionArn!
  }
  const arns: Partial<Record<FunctionName, string>> = {}
  for (const name of ['processing-task', 'generation-task'] as const) arns[name] = await deploy(name)
  const machineOf = async (name: 'processing' | 'generation') => {
    const tasks = Object.entries(TASK_FUNCTIONS[name]).map(([state, fn]) => [
      state,
      arns[fn === 'processing-step' ? 'processing-task' : fn]!,
    ])
    const definition = JSON.stringify(substituted(workflowDocument(name), Object.fromEntries(tasks)))
    const type = name === 'processing' ? 'EXPRESS' : 'STANDARD'
    const made = await sfn.send(new CreateStateMachineCommand({ name, definition, type, roleArn: 'arn:aws:iam::000000000000:role/test' }))
    return made.stateMachineArn!
  }
  values.GENZO_PROCESSING_MACHINE_ARN = await machineOf('processing')
  values.GENZO_GENERATION_MACHINE_ARN = await machineOf('generation')
  for (const [name, queue] of [
    ['image-processor', resources.processing],
    ['generation-worker', resources.generation],
  ] as const) {
    await deploy(name)
    await lambda.send(
      new CreateEventSourceMappingCommand({
        ...{ FunctionName: name, EventSourceArn: queue.arn, BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] },
      }),
    )
  }
  const invoke = async (name: FunctionName, event: unknown) => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }))
    const answer: unknown = JSON.parse(Buffer.from(Payload!).toString() || 'null')
    if (FunctionError) throw new Error(`${name}: ${JSON.stringify(answer)}`)
    return answer
  }
  /** The same function with the values of now, called once. */
  const redeploy = async (name: FunctionName) => {
    const Environment = { Variables: resources.envOf(name, env) }
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment }))
    return invoke(name, {})
  }
  return { ...resources, deploy, redeploy, invoke, lambda, sfn }
}
