import { Aws, Duration } from 'aws-cdk-lib'
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type CfnQueuePolicy, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct, type IConstruct } from 'constructs'

export interface JobQueueProps {
  /** Of the queue, and of its dead letters with `-dlq` in place of `-queue`. */
  readonly name: string
  /** Seconds that the consumer may take for a batch. A message stays hidden for six times as long. */
  readonly consumerTimeout: number
  /** Receptions until a message is taken for poison. Attempts at a job are counted in its row, and fewer. */
  readonly maxReceptions: number
}

/** A queue of work whose messages are retried, then set aside where people see them, never dropped in silence. */
export class JobQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { name, consumerTimeout, maxReceptions }: JobQueueProps) {
    super(scope, id)
    if (!name.endsWith('-queue')) throw new Error(`queue name is ${name}: end it with -queue, its dead letters get -dlq`)
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) }
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, queueName: name.replace(/-queue$/, '-dlq') })
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: name,
      // AWS advises six function timeouts, so that a slow batch is not delivered twice; 12 hours is the most SQS takes.
      visibilityTimeout: Duration.seconds(Math.min(6 * consumerTimeout, 43_200)),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceptions },
    })
  }

  /** Lets a bucket of this account tell of what came. By name: the bucket is made after this queue can be told. */
  acceptArrivals(bucketName: string): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ArrivalsFromTheStore',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${bucketName}` },
        },
      }),
    )
  }

  /** What must stand before somebody else may send. */
  get policies(): IConstruct[] {
    return this.node.findAll().filter((node) => (node as Partial<CfnQueuePolicy>).cfnResourceType === 'AWS::SQS::QueuePolicy')
  }
}
