import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Dynamo, documentClient } from '../../src/aws/dynamodb.ts'
import { createTableRequest, TABLES, type TableName, type TableNames } from '../../src/aws/tables.ts'
import { freshAccount, type ServerName } from './servers.ts'

type NewBucket = { s3: S3Client; bucket: string; account: ReturnType<typeof freshAccount> }

/** An S3 client as production makes it, and a new bucket, with versions unless told otherwise. */
export async function newBucket(server: ServerName, { versions = true } = {}): Promise<NewBucket> {
  const account = freshAccount(server)
  const s3 = new S3Client({ ...account, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' })
  const bucket = `b-${randomUUID()}`
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  if (versions) await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  return { s3, bucket, account }
}

/** Every table of the studio under names of its own, in an account of its own. */
export async function newTables(server: ServerName): Promise<{ dynamo: Dynamo; tables: TableNames }> {
  const client = new DynamoDBClient(freshAccount(server))
  const prefix = randomUUID().slice(0, 8)
  const names = Object.keys(TABLES) as TableName[]
  const tables = Object.fromEntries(names.map((name) => [name, `${prefix}-${name}`])) as TableNames
  await Promise.all(names.map((name) => client.send(new CreateTableCommand(createTableRequest(name, tables[name])))))
  return { dynamo: documentClient(client), tables }
}

/** A queue with its dead letters, moved there after four deliveries. */
export async function newQueue(server: ServerName): Promise<{ sqs: SQSClient; url: string; deadUrl: string }> {
  const sqs = new SQSClient(freshAccount(server))
  const name = `q-${randomUUID()}`
  const dead = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl!, AttributeNames: ['QueueArn'] }))
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes!.QueueArn, maxReceiveCount: 4 })
  const queue = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }))
  return { sqs, url: queue.QueueUrl!, deadUrl: dead.QueueUrl! }
}
