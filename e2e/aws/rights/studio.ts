import { CognitoIdentityProviderClient, CreateGroupCommand, CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type FunctionName, TASK_FUNCTIONS } from '../../../infra/functions.ts'
import type { TaskHandler } from '../../../src/core/ports/workflows.ts'
import { aslWorkflows } from '../../../src/local/asl-workflows.ts'
import { type Sim, startBedrockSim } from '../../bedrock-sim/sim.ts'
import { newResources } from '../functions/deployment.ts'
import { contextOf, restEvent, sqsRecord } from '../functions/events.ts'
import { startRecorder } from './recorder.ts'

type Handler = (event: unknown) => Promise<any>
type Ask = { body?: unknown; role?: 'admin'; as?: string; query?: Record<string, string> }

/**
 * The handlers of all functions in this process, each with the environment of its stack, over MiniStack by way of the recorder. The two state
 * machines are run by the local world's interpreter, with the functions as their tasks.
 */
export async function recordedStudio(owner: string) {
  const resources = await newResources({
    GENZO_LOG_LEVEL: 'error',
    GENZO_POLICY: '{"deleteGeneratedAfterDays":1}',
    BEDROCK_EMBEDDING_MODEL_ID: 'amazon.titan-embed-image-v1',
    GENZO_MAIL_FROM: 'studio@example.com',
  })
  const { account, access, values, sqs } = resources
  const sim: Sim = await startBedrockSim({ credentials: account.credentials })
  const cognito = new CognitoIdentityProviderClient(access)
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'people', UsernameAttributes: ['email'] }))
  await cognito.send(new CreateGroupCommand({ UserPoolId: UserPool!.Id!, GroupName: 'admin' }))
  values.GENZO_USER_POOL_ID = UserPool!.Id!
  values.GENZO_LINK_KEYS_ARN = await newKeyStore(account.endpoint)
  values.GENZO_DISTRIBUTION_ID = 'E1'
  values.GENZO_PROCESSING_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:processing'
  values.GENZO_GENERATION_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:generation'

  const handlers = new Map<FunctionName, Handler>()
  const recorder = await startRecorder(account.endpoint, {
    'AWSStepFunctions.StartSyncExecution': async (body) => {
      const { input, name } = JSON.parse(body) as { input: string; name: string }
      const run = await workflows.run('processing', name, JSON.parse(input))
      if (run.outcome === 'failed') return { status: 'FAILED', error: run.error, cause: run.cause }
      return { status: 'SUCCEEDED', output: JSON.stringify(run.outcome === 'succeeded' ? (run.output ?? {}) : {}) }
    },
    'AWSStepFunctions.StartExecution': async (body) => {
      const { input, name } = JSON.parse(body) as { input: string; name: string }
      await workflows.run('generation', name, JSON.parse(input))
      return { executionArn: `${values.GENZO_GENERATION_MACHINE_ARN}:${name}`, startDate: Date.now() / 1000 }
    },
  })
  const call = (name: FunctionName, event: unknown) => recorder.as(name, () => handlers.get(name)!(event))
  const tasksOf = (machine: 'processing' | 'generation') =>
    Object.fromEntries(
      Object.entries<FunctionName>(TASK_FUNCTIONS[machine]).map(([task, fn]): [string, TaskHandler] => [
        task,
        (input) => call(fn, { task, input }),
      ]),
    )
  const workflows = aslWorkflows({ handlers: { processing: tasksOf('processing'), generation: tasksOf('generation') }, retryPauseMs: 1 })

  /** Loads a function as Lambda would: with its own variables, and no more. */
  const load = async (name: FunctionName, exported = 'handler') => {
    const mine = resources.envOf(name, {
      AWS_ENDPOINT_URL: recorder.url,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: sim.url,
      AWS_ENDPOINT_URL_BEDROCK: sim.url,
    })
    for (const key of Object.keys(process.env)) if (/^(GENZO_(?!TEST)|BEDROCK_|AWS_ENDPOINT)/.test(key)) delete process.env[key]
    // SQS's client goes where a queue's URL says, so that too leads by the recorder.
    const led = Object.entries(mine).map(([key, value]) => [key, value.replace(account.endpoint, recorder.url)])
    Object.assign(process.env, Object.fromEntries(led))
    const file = name === 'processing-step' ? 'processing-task' : name
    const module = await recorder.as(name, () => import(`../../../src/entries/${file}.lambda.ts`))
    handlers.set(name, module[exported])
  }
  for (const name of ['api', 'authorizer', 'generate-upload-url', 'image-processor', 'processing-task', 'processing-step'] as const)
    await load(name)
  for (const name of ['generation-worker', 'generation-task', 'deliver', 's3-metrics', 'sweeper', 'notify'] as const) await load(name)

  const ask = async (method: string, path: string, { body, role, as = owner, query }: Ask = {}) => {
    const event = restEvent({ method, path, authorizer: contextOf(as, role), ...(body !== undefined && { body }), ...(query && { query }) })
    const answer = (await call('api', event)) as { statusCode: number; body: string }
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${answer.body}`)
    return JSON.parse(answer.body || 'null') as any
  }
  /** Gives what waits in a queue to its consumer, as Lambda's poller does, until nothing waits. */
  const work = async (name: 'processing' | 'generation') => {
    const consumer = name === 'processing' ? 'image-processor' : 'generation-worker'
    for (;;) {
      const QueueUrl = resources[name].url
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }))
      if (Messages.length === 0) return
      for (const { Body, ReceiptHandle } of Messages) {
        const { batchItemFailures } = await call(consumer, { Records: [{ ...sqsRecord(Body!), receiptHandle: ReceiptHandle! }] })
        if (batchItemFailures.length > 0) throw new Error(`${consumer} failed at ${Body}`)
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch(() => {})
      }
    }
  }
  const close = async () => {
    recorder.close()
    await sim.close()
  }
  return { ...resources, recorder, call, ask, work, close }
}

/** In MiniStack's default account: it tells accounts apart by Signature 4, and requests to stores of keys have 4A. */
async function newKeyStore(endpoint: string): Promise<string> {
  const body = `<CreateKeyValueStoreRequest xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Name>rights-${crypto.randomUUID()}</Name></CreateKeyValueStoreRequest>`
  const made = await fetch(`${endpoint}/2020-05-31/key-value-store`, { method: 'POST', body })
  return /<ARN>(.+)<\/ARN>/.exec(await made.text())![1]!
}
