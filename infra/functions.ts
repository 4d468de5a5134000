import { type AwsFunction, ENV, type EnvKeyOf } from '#entries/aws-config.ts'
import type { Settings } from './config.ts'

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
  /** What it is, in the console. */
  about: string
}

/**
 * Every function of the studio. Workflow tasks get `{task, input}`: the state's name and its input, so that one function serves the light
 * states of a machine.
 */
export const FUNCTIONS = {
  api: { entry: 'api', memory: 1024, timeout: 29, about: 'The HTTP API' },
  'api-stream': {
    ...{ entry: 'api', handler: 'streamHandler', memory: 1024, timeout: 900 },
    ...{ about: 'The HTTP API where answers are long: originals, exports, events' },
  },
  authorizer: {
    ...{ entry: 'authorizer', memory: 512, timeout: 10 },
    ...{ about: 'Knows every credential: tokens of the pool, and API keys' },
  },
  'generate-upload-url': {
    ...{ entry: 'generate-upload-url', memory: 512, timeout: 15 },
    ...{ about: 'Signs an upload after its limits are checked' },
  },
  'image-processor': {
    ...{ entry: 'image-processor', memory: 512, timeout: 290 },
    about: 'Takes arrivals and jobs of image-processing-queue and runs the processing workflow for each',
  },
  'processing-task': {
    ...{ entry: 'processing-task', memory: 3538, timeout: 180, hasPixels: true },
    ...{ about: 'States of the processing workflow that open pictures' },
  },
  'processing-step': {
    ...{ entry: 'processing-task', memory: 512, timeout: 60, hasPixels: true },
    ...{ about: 'States of the processing workflow that only read and write facts' },
  },
  'generation-worker': {
    ...{ entry: 'generation-worker', memory: 512, timeout: 60 },
    about: 'Takes jobs of the generation queue and starts the generation workflow for each',
  },
  'generation-task': {
    ...{ entry: 'generation-task', memory: 1769, timeout: 545, hasPixels: true },
    ...{ about: 'States of the generation workflow: asks the model, keeps what it made, settles the money' },
  },
  deliver: {
    ...{ entry: 'deliver', memory: 3538, timeout: 29, hasPixels: true },
    ...{ about: 'Makes the pictures that CloudFront did not find in the store' },
  },
  's3-metrics': {
    ...{ entry: 's3-metrics', memory: 512, timeout: 240 },
    ...{ about: 'Counts bytes and objects every five minutes' },
  },
  sweeper: {
    ...{ entry: 'sweeper', memory: 512, timeout: 240 },
    ...{ about: 'Sends again what is due, ends what was abandoned' },
  },
  notify: {
    ...{ entry: 'notify', memory: 512, timeout: 30 },
    about: 'Writes to people what image-processed-topic tells',
  },
  'cognito-triggers': {
    ...{ entry: 'cognito-triggers', memory: 512, timeout: 5 },
    ...{ about: 'Who may register, and what their tokens say' },
  },
} as const satisfies Record<AwsFunction, FunctionDefinition>

export type FunctionName = AwsFunction
/** A function's row, with what the stage sets otherwise. */
export function definitionOf({ functions }: Pick<Settings, 'functions'>, name: FunctionName): FunctionDefinition {
  const { memory, timeout } = functions[name] ?? {}
  return { ...FUNCTIONS[name], ...(memory && { memory }), ...(timeout && { timeout }) }
}
/** The environment of one function: what its handler reads, no more and no less. An undefined value is left out. */
export type EnvOf<N extends FunctionName> = { readonly [K in EnvKeyOf<N>]: string | undefined }
export const envKeysOf = (name: FunctionName): readonly string[] => ENV[name]

/** Which function runs each state of the two workflows. */
export const TASK_FUNCTIONS = {
  processing: {
    ...{ Inspect: 'processing-task', Render: 'processing-task' },
    ...{ Moderate: 'processing-step', Publish: 'processing-step', Tell: 'processing-step', Fail: 'processing-step' },
  },
  generation: { Admit: 'generation-task', Make: 'generation-task', Settle: 'generation-task', Tell: 'generation-task' },
} as const satisfies Record<string, Record<string, FunctionName>>
