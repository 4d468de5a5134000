import * as z from 'zod/mini'
import type { Policy } from '#core/ports/index.ts'

// Every function of the studio starts by reading this: zod's small form, since the large one costs each of them 10 ms.
const name = z.string().check(z.minLength(1, 'a name'))
const arnOf = (service: string) => z.string().check(z.regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `an ARN of ${service}`))
const changed = <T>(schema: z.ZodMiniType<string>, change: (text: string) => T) => z.pipe(schema, z.transform(change))
const httpUrl = changed(z.url({ protocol: /^https?$/, error: 'an http or https URL' }), (url) => url.replace(/\/+$/, ''))
const listed = (text: string) => text.split(',').flatMap((one) => one.trim() || [])
const whole = (min: number) => z.int('whole numbers').check(z.minimum(min, `at least ${min}`))
const MICRO_BYTES = 1024 ** 2

/** The numbers of `Policy` that an operator sets; what is left out is not limited, or as below. */
const GivenPolicy = z.strictObject({
  dayMicroUsd: z.optional(whole(0)),
  monthMicroUsd: z.optional(whole(0)),
  dayImages: z.optional(whole(0)),
  monthImages: z.optional(whole(0)),
  storageBytesPerOwner: z.optional(whole(0)),
  maxUploadBytes: z._default(whole(1), 100 * MICRO_BYTES),
  maxPixels: z._default(whole(1), 100_000_000),
  trashDays: z._default(whole(1), 30),
  deleteGeneratedAfterDays: z.optional(whole(1)),
  maxGenerationsInFlightPerOwner: z._default(whole(1), 20),
  answerRetiredBySuccessor: z._default(z.boolean(), false),
})

const Issuer = z.strictObject({
  issuer: z.url('a URL'),
  audiences: z.array(z.string()),
  clientIds: z._default(z.array(z.string()), []),
})

const json = <T extends z.ZodMiniType>(schema: T, what: string) => {
  const parsed = z.transform((text: string, { issues }): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      issues.push({ code: 'custom', message: `JSON of ${what}`, input: text })
      return z.NEVER
    }
  })
  return z.pipe(z.pipe(z.string(), parsed), schema)
}

/** Nova's vectors are made in Virginia alone; Titan's wherever its image models are. */
export const embeddingRegion = (modelId: string, preferred: string): string => (/nova/.test(modelId) ? 'us-east-1' : preferred)

/** What the user pool calls the API: its scopes are `genzo/images:read` and so on. */
export const RESOURCE = 'genzo'

/** Every variable that a function on AWS reads. A blank value counts as absent. */
const VARIABLES = {
  GENZO_STAGE: name,
  GENZO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'debug, info, warn or error'),
  /** Origin at which people reach the studio. */
  GENZO_PUBLIC_URL: httpUrl,
  /** `genzo-dev-` + a name of src/aws/tables.ts is a table. */
  GENZO_TABLE_PREFIX: z.string(),
  GENZO_ORIGINALS_BUCKET: name,
  GENZO_RENDITIONS_BUCKET: name,
  GENZO_PROCESSING_QUEUE_URL: httpUrl,
  GENZO_PROCESSING_DLQ_URL: httpUrl,
  GENZO_GENERATION_QUEUE_URL: httpUrl,
  GENZO_GENERATION_DLQ_URL: httpUrl,
  GENZO_PROCESSING_MACHINE_ARN: arnOf('states'),
  GENZO_GENERATION_MACHINE_ARN: arnOf('states'),
  /** Holds the delivery keys; see src/aws/secrets-manager.ts. */
  GENZO_SECRET_ID: name,
  GENZO_USER_POOL_ID: z.string().check(z.regex(/^[a-z0-9-]+_[A-Za-z0-9]+$/, 'the id of a user pool, such as us-east-1_Ab1')),
  /** The pool's app clients whose tokens are taken, comma-separated; the web app's first. */
  GENZO_CLIENT_IDS: changed(z.string(), listed),
  /** JSON of other issuers whose access tokens are taken: `[{"issuer", "audiences", "clientIds"}]`. */
  GENZO_ISSUERS: z.prefault(json(z.array(Issuer), 'issuers, such as [{"issuer":"https://…","audiences":["…"]}]'), '[]'),
  /** Origin of the managed login. */
  GENZO_LOGIN_URL: z.optional(httpUrl),
  GENZO_SIGNUP: z._default(z.enum(['open', 'invite', 'closed'], 'open, invite or closed'), 'invite'),
  /** A sender that SES has verified. Absent: the studio writes no letters. */
  GENZO_MAIL_FROM: z.optional(z.email('an e-mail address')),
  /** `image-processed-topic`. Absent: operators are not told. */
  GENZO_TOPIC_ARN: z.optional(arnOf('sns')),
  /** The KeyValueStore from which the edge reads the keys of links. Absent: no edge, and the studio checks each link itself. */
  GENZO_LINK_KEYS_ARN: z.optional(arnOf('cloudfront')),
  /** The distribution that keeps copies of pictures. Absent: none does. */
  GENZO_DISTRIBUTION_ID: z.optional(name),
  /** A text model that expands and translates prompts. Absent: none does. */
  BEDROCK_MODEL_ID: z.optional(name),
  /** A model of vectors, for search by meaning. Absent: there is none. */
  BEDROCK_EMBEDDING_MODEL_ID: z.optional(name),
  GENZO_BEDROCK_REGION: z._default(name, 'us-west-2'),
  /** A Bedrock guardrail as `ID:VERSION:inline` or `ID:VERSION:apply`. Absent: none. */
  GENZO_BEDROCK_GUARDRAIL: z.optional(
    z.string().check(z.regex(/^.+:(DRAFT|\d+):(inline|apply)$/, 'ID:VERSION:inline or ID:VERSION:apply')),
  ),
  /** JSON of the policy's numbers, named as in `Policy`. */
  GENZO_POLICY: z.prefault(json(GivenPolicy, 'limits, such as {"dayImages":50}'), '{}'),
  /** Domains of e-mail addresses that may register, comma-separated. Absent: all. */
  GENZO_ALLOWED_EMAIL_DOMAINS: z.optional(changed(z.string(), (text) => listed(text.toLowerCase()))),
} as const satisfies Record<string, z.ZodMiniType>

export type AwsVariable = keyof typeof VARIABLES
export type AwsEnv<K extends AwsVariable> = { [N in K]: z.output<(typeof VARIABLES)[N]> }

const EVERYWHERE = ['GENZO_STAGE', 'GENZO_LOG_LEVEL'] as const
const FACTS = [...EVERYWHERE, 'GENZO_TABLE_PREFIX'] as const
const STORES = [...FACTS, 'GENZO_ORIGINALS_BUCKET', 'GENZO_RENDITIONS_BUCKET'] as const
const PROCESSING = ['GENZO_PROCESSING_QUEUE_URL', 'GENZO_PROCESSING_DLQ_URL'] as const
const GENERATION = ['GENZO_GENERATION_QUEUE_URL', 'GENZO_GENERATION_DLQ_URL'] as const
const WORK = [...STORES, ...PROCESSING, ...GENERATION, 'GENZO_POLICY', 'GENZO_PUBLIC_URL'] as const
const TASKS = [...WORK, 'GENZO_TOPIC_ARN', 'GENZO_BEDROCK_REGION'] as const
const WHO = ['GENZO_USER_POOL_ID', 'GENZO_CLIENT_IDS', 'GENZO_ISSUERS'] as const
const SITE = ['GENZO_SECRET_ID', 'GENZO_LOGIN_URL', 'GENZO_SIGNUP', 'GENZO_MAIL_FROM', 'GENZO_LINK_KEYS_ARN'] as const
const API = [...WORK, ...WHO, ...SITE, 'GENZO_BEDROCK_REGION', 'BEDROCK_MODEL_ID', 'BEDROCK_EMBEDDING_MODEL_ID'] as const

/**
 * What each function reads, by the function's name in the stacks: a stack gives `{…} satisfies Record<EnvKeyOf<'api'>, string>`, and the
 * handler starts with `readAwsEnv(ENV.api)`, so the two cannot disagree.
 */
export const ENV = {
  api: API,
  'api-stream': API,
  authorizer: [...FACTS, ...WHO],
  'generate-upload-url': [...STORES, 'GENZO_POLICY', 'GENZO_PUBLIC_URL'],
  'image-processor': [...WORK, 'GENZO_PROCESSING_MACHINE_ARN', 'GENZO_TOPIC_ARN'],
  'processing-task': [...TASKS, 'BEDROCK_EMBEDDING_MODEL_ID'],
  'processing-step': [...TASKS, 'BEDROCK_EMBEDDING_MODEL_ID'],
  'generation-worker': [...WORK, 'GENZO_GENERATION_MACHINE_ARN', 'GENZO_TOPIC_ARN'],
  'generation-task': [...TASKS, 'GENZO_BEDROCK_GUARDRAIL'],
  deliver: [...STORES, 'GENZO_POLICY', 'GENZO_PUBLIC_URL'],
  's3-metrics': STORES,
  sweeper: [...WORK, 'GENZO_TOPIC_ARN', 'GENZO_LINK_KEYS_ARN', 'GENZO_SECRET_ID', 'GENZO_DISTRIBUTION_ID'],
  notify: [...FACTS, 'GENZO_MAIL_FROM', 'GENZO_PUBLIC_URL'],
  'cognito-triggers': [...EVERYWHERE, 'GENZO_ALLOWED_EMAIL_DOMAINS'],
} as const satisfies Record<string, readonly AwsVariable[]>
export type AwsFunction = keyof typeof ENV
export type EnvKeyOf<F extends AwsFunction> = (typeof ENV)[F][number]

/** The variables, checked. Throws one error that lists every one that is missing or wrong: a function that cannot work does not start. */
export function readAwsEnv<K extends AwsVariable>(keys: readonly K[], env: Record<string, string | undefined> = process.env): AwsEnv<K> {
  const values: Partial<Record<AwsVariable, unknown>> = {}
  const problems: string[] = []
  for (const key of keys) {
    const given = env[key]?.trim() || undefined
    const isEmptyPrefix = key === 'GENZO_TABLE_PREFIX' && env[key] === ''
    const parsed = VARIABLES[key].safeParse(isEmptyPrefix ? '' : given)
    if (parsed.success) values[key] = parsed.data
    else if (given === undefined) problems.push(`${key} is missing`)
    else problems.push(`${key} is ${JSON.stringify(given)}, and must be ${parsed.error.issues.map(({ message }) => message).join(', ')}`)
  }
  if (problems.length > 0) throw new Error(`this function's environment is not whole: ${problems.join('; ')}`)
  return values as AwsEnv<K>
}

/** The limits as the ports know them. */
export const policyOf = (env: AwsEnv<'GENZO_POLICY' | 'GENZO_PUBLIC_URL'>): Policy =>
  ({ ...env.GENZO_POLICY, publicUrl: env.GENZO_PUBLIC_URL }) as Policy
