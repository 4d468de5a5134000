import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Settings } from '../config.ts'
import { guardRoles } from '../constructs/guard.ts'
import { JobQueue } from '../constructs/job-queue.ts'
import { type CodeOf, StudioFunction } from '../constructs/studio-function.ts'
import { Workflow } from '../constructs/workflow.ts'
import { byteEnvironment, commonEnvironment, pascal, picked, signingEnvironment } from '../environment.ts'
import { definitionOf, type FunctionName, TASK_FUNCTIONS } from '../functions.ts'
import type { StudioResources } from '../resources.ts'
import { type DataStack, MAX_RECEPTIONS } from './data-stack.ts'

export interface EngineStackProps extends StackProps {
  /** The stage. */
  readonly settings: Settings
  /** What it works on. */
  readonly data: DataStack
  /** Code of each function. */
  readonly codeOf: CodeOf
}

/** Everything that works without being asked over HTTP: queues, their consumers, the two workflows and the topic for operators. */
export class EngineStack extends Stack {
  readonly generation: JobQueue
  readonly topic: Topic
  readonly workflows: { readonly processing: Workflow; readonly generation: Workflow }
  readonly functions = new Map<FunctionName, StudioFunction>()
  /** What grants in later stacks are about. */
  readonly resources: StudioResources
  private readonly codeOf: CodeOf

  constructor(scope: Construct, id: string, { settings, data, codeOf, ...props }: EngineStackProps) {
    super(scope, id, props)
    guardRoles(this, settings)
    this.codeOf = codeOf
    this.generation = new JobQueue(this, 'Generation', {
      name: `${settings.namePrefix}image-generation-queue`,
      consumerTimeout: definitionOf(settings, 'generation-worker').timeout,
      maxReceptions: MAX_RECEPTIONS,
    })
    this.topic = new Topic(this, 'Processed', {
      topicName: `${settings.namePrefix}image-processed-topic`,
      displayName: 'Pictures of the studio',
      enforceSSL: true,
    })
    const resources: StudioResources = {
      ...data.resources,
      topicArn: this.topic.topicArn,
      queueArns: {
        ...{ processing: data.processing.queue.queueArn, 'processing-dlq': data.processing.deadLetters.queueArn },
        ...{ generation: this.generation.queue.queueArn, 'generation-dlq': this.generation.deadLetters.queueArn },
      },
    }
    const environment = {
      ...{ ...commonEnvironment(settings), ...byteEnvironment(data), ...signingEnvironment(data, settings) },
      ...this.queueEnvironment(data),
      GENZO_TOPIC_ARN: this.topic.topicArn,
    }
    for (const name of ['processing-task', 'processing-step', 'generation-task'] as const) this.add(name, environment, resources)

    this.workflows = {
      processing: new Workflow(this, 'ProcessingWorkflow', {
        ...{ name: 'processing', kind: 'EXPRESS', settings, functionArns: this.taskArns(TASK_FUNCTIONS.processing) },
      }),
      generation: new Workflow(this, 'GenerationWorkflow', {
        ...{ name: 'generation', kind: 'STANDARD', settings, functionArns: this.taskArns(TASK_FUNCTIONS.generation) },
      }),
    }
    this.resources = { ...resources, machineArns: { processing: this.workflows.processing.arn, generation: this.workflows.generation.arn } }
    const withMachines = {
      ...environment,
      GENZO_PROCESSING_MACHINE_ARN: this.workflows.processing.arn,
      GENZO_GENERATION_MACHINE_ARN: this.workflows.generation.arn,
    }
    // One image at a time holds a consumer for as long as its workflow runs; the pool bounds how many workflows run at once.
    this.consume(data.processing, this.add('image-processor', withMachines, this.resources), { batchSize: 1, atOnce: 10 })
    this.consume(this.generation, this.add('generation-worker', withMachines, this.resources), { batchSize: 5, atOnce: 5 })
  }

  queueEnvironment(data: DataStack) {
    return {
      GENZO_PROCESSING_QUEUE_URL: data.processing.queue.queueUrl,
      GENZO_PROCESSING_DLQ_URL: data.processing.deadLetters.queueUrl,
      GENZO_GENERATION_QUEUE_URL: this.generation.queue.queueUrl,
      GENZO_GENERATION_DLQ_URL: this.generation.deadLetters.queueUrl,
    }
  }

  private add<N extends FunctionName>(name: N, all: Record<string, string | undefined>, resources: StudioResources): StudioFunction<N> {
    const made = new StudioFunction(this, pascal(name), { name, environment: picked(name, all), resources, codeOf: this.codeOf })
    this.functions.set(name, made as unknown as StudioFunction)
    return made
  }

  private taskArns(functions: Readonly<Record<string, FunctionName>>): Record<string, string> {
    return Object.fromEntries(Object.entries(functions).map(([state, name]) => [state, this.functions.get(name)!.fn.functionArn]))
  }

  private consume(jobs: JobQueue, consumer: { fn: LambdaFunction }, { batchSize, atOnce }: { batchSize: number; atOnce: number }): void {
    // The grants of PERMISSIONS stand for those that the event source would add.
    consumer.fn.addEventSource(
      new SqsEventSource(jobs.queue as IQueue, { batchSize, maxConcurrency: atOnce, reportBatchItemFailures: true }),
    )
  }
}
