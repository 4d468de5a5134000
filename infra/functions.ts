/** Variables of the environment that handlers read, by what they name. `src/entries/aws-config.ts` parses them. */
export type EnvKey =
  | 'GENZO_STAGE'
  | 'GENZO_LOG_LEVEL'
  | 'GENZO_PUBLIC_URL'
  /** Tables are named by it and their names in src/aws/tables.ts: `genzo-dev-` + `ImageMetadata`. */
  | 'GENZO_TABLE_PREFIX'
  | 'GENZO_ORIGINALS_BUCKET'
  | 'GENZO_RENDITIONS_BUCKET'
  | 'GENZO_PROCESSING_QUEUE_URL'
  | 'GENZO_PROCESSING_DLQ_URL'
  | 'GENZO_GENERATION_QUEUE_URL'
  | 'GENZO_GENERATION_DLQ_URL'
  | 'GENZO_PROCESSING_MACHINE_ARN'
  | 'GENZO_GENERATION_MACHINE_ARN'
  | 'GENZO_SECRET_ID'
  | 'GENZO_USER_POOL_ID'
  /** Absent in the environment when no sender is configured. */
  | 'GENZO_MAIL_FROM'
  | 'GENZO_TOPIC_ARN'
  | 'GENZO_BEDROCK_REGION'
  /** JSON of the policy's numbers, the field names of `Policy` in src/core/ports/index.ts. */
  | 'GENZO_POLICY'
  | 'GENZO_ALLOWED_EMAIL_DOMAINS'

export type FunctionDefinition = {
  /** `src/entries/{entry}.lambda.ts`. */
  entry: string
  /** The export that Lambda calls. */
  handler?: string
  /** MB. A vCPU comes with every 1,769. */
  memory: number
  /** Seconds. */
  timeout: number
  /** Takes sharp along, which is native code for the function's processor. */
  hasPixels?: true
  env: readonly EnvKey[]
  /** What it is, in the console. */
  about: string
}

const EVERYWHERE = ['GENZO_STAGE', 'GENZO_LOG_LEVEL', 'GENZO_TABLE_PREFIX'] as const
const BUCKETS = ['GENZO_ORIGINALS_BUCKET', 'GENZO_RENDITIONS_BUCKET'] as const
const QUEUES = ['GENZO_PROCESSING_QUEUE_URL', 'GENZO_PROCESSING_DLQ_URL', 'GENZO_GENERATION_QUEUE_URL', 'GENZO_GENERATION_DLQ_URL'] as const
const SIGNING = ['GENZO_SECRET_ID', 'GENZO_PUBLIC_URL', 'GENZO_POLICY'] as const
const API = [...EVERYWHERE, ...BUCKETS, ...QUEUES, ...SIGNING, 'GENZO_USER_POOL_ID', 'GENZO_MAIL_FROM', 'GENZO_BEDROCK_REGION'] as const
const TASKS = [...EVERYWHERE, ...BUCKETS, ...QUEUES, ...SIGNING, 'GENZO_TOPIC_ARN', 'GENZO_BEDROCK_REGION'] as const

/**
 * Every function of the studio. Workflow tasks get `{task, input}`: the state's name and its input, so that one function serves the light
 * states of a machine.
 */
export const FUNCTIONS = {
  api: { entry: 'api', memory: 1024, timeout: 29, env: API, about: 'The HTTP API' },
  'api-stream': {
    ...{ entry: 'api', handler: 'streamHandler', memory: 1024, timeout: 900 },
    ...{ env: API, about: 'The HTTP API where answers are long: originals, exports, events' },
  },
  authorizer: {
    ...{ entry: 'authorizer', memory: 512, timeout: 10 },
    ...{ env: [...EVERYWHERE, 'GENZO_USER_POOL_ID'], about: 'Knows every credential: tokens of the pool, and API keys' },
  },
  'generate-upload-url': {
    ...{ entry: 'generate-upload-url', memory: 512, timeout: 15 },
    ...{ env: [...EVERYWHERE, ...BUCKETS, ...SIGNING], about: 'Signs an upload after its limits are checked' },
  },
  'image-processor': {
    ...{ entry: 'image-processor', memory: 512, timeout: 290 },
    env: [...EVERYWHERE, ...BUCKETS, ...QUEUES, ...SIGNING, 'GENZO_PROCESSING_MACHINE_ARN'],
    about: 'Takes arrivals and jobs of image-processing-queue and runs the processing workflow for each',
  },
  'processing-task': {
    ...{ entry: 'processing-task', memory: 3538, timeout: 180, hasPixels: true },
    ...{ env: TASKS, about: 'States of the processing workflow that open pictures' },
  },
  'processing-step': {
    ...{ entry: 'processing-task', memory: 512, timeout: 60, hasPixels: true },
    ...{ env: TASKS, about: 'States of the processing workflow that only read and write facts' },
  },
  'generation-worker': {
    ...{ entry: 'generation-worker', memory: 512, timeout: 60 },
    env: [...EVERYWHERE, ...BUCKETS, ...QUEUES, ...SIGNING, 'GENZO_GENERATION_MACHINE_ARN'],
    about: 'Takes jobs of the generation queue and starts the generation workflow for each',
  },
  'generation-task': {
    ...{ entry: 'generation-task', memory: 1769, timeout: 545, hasPixels: true },
    ...{ env: TASKS, about: 'States of the generation workflow: asks the model, keeps what it made, settles the money' },
  },
  deliver: {
    ...{ entry: 'deliver', memory: 3538, timeout: 29, hasPixels: true },
    ...{ env: [...EVERYWHERE, ...BUCKETS, ...SIGNING], about: 'Makes the pictures that CloudFront did not find in the store' },
  },
  's3-metrics': {
    ...{ entry: 's3-metrics', memory: 512, timeout: 240 },
    ...{ env: [...EVERYWHERE, ...BUCKETS], about: 'Counts bytes and objects every five minutes' },
  },
  sweeper: {
    ...{ entry: 'sweeper', memory: 512, timeout: 240 },
    ...{ env: [...EVERYWHERE, ...BUCKETS, ...QUEUES, ...SIGNING], about: 'Sends again what is due, ends what was abandoned' },
  },
  notify: {
    ...{ entry: 'notify', memory: 512, timeout: 30 },
    env: [...EVERYWHERE, 'GENZO_USER_POOL_ID', 'GENZO_MAIL_FROM', 'GENZO_PUBLIC_URL'],
    about: 'Writes to people what image-processed-topic tells',
  },
  'cognito-triggers': {
    ...{ entry: 'cognito-triggers', memory: 512, timeout: 5 },
    ...{ env: [...EVERYWHERE, 'GENZO_ALLOWED_EMAIL_DOMAINS'], about: 'Who may register, and what their tokens say' },
  },
} as const satisfies Record<string, FunctionDefinition>

export type FunctionName = keyof typeof FUNCTIONS
/** The environment of one function: its keys, no more and no fewer. */
export type EnvOf<N extends FunctionName> = Record<(typeof FUNCTIONS)[N]['env'][number], string>

/** Which function runs each state of the two workflows. */
export const TASK_FUNCTIONS = {
  processing: {
    ...{ Inspect: 'processing-task', Render: 'processing-task' },
    ...{ Moderate: 'processing-step', Publish: 'processing-step', Tell: 'processing-step', Fail: 'processing-step' },
  },
  generation: { Admit: 'generation-task', Make: 'generation-task', Settle: 'generation-task', Tell: 'generation-task' },
} as const satisfies Record<string, Record<string, FunctionName>>
