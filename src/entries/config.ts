import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import type { Policy } from '#core/ports/index.ts'
import { WELL_KNOWN } from '#local/issuer/social-names.ts'
import { isProxyList } from './trusted-proxy.ts'

/** The project's folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
/** Named by the environment alone: it cannot say itself where it is. */
const envFile = () => process.env['GENZO_ENV_FILE']?.trim() || join(ROOT, '.env.local')

const whole = (min: number, max: number) =>
  z.coerce.number('a whole number').int('a whole number').min(min, `at least ${min}`).max(max, `at most ${max}`)
const amount = z.coerce.number('a number').min(0, 'at least 0')
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).transform((url) => url.replace(/\/+$/, ''))

/** A variable whose value is JSON; what is none is answered with what would be right. */
const jsonText = (wanted: string) =>
  z.string().transform((text, c) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      c.addIssue(wanted)
      return z.NEVER
    }
  })

const SOCIAL_EXAMPLE = '{"google":{"clientId":"…","clientSecret":"…"}}'
const SocialProviders = z
  .record(
    z.string().regex(/^[a-z0-9-]{1,32}$/, 'names of small letters, digits and hyphens'),
    z.strictObject(
      {
        clientId: z.string('a clientId').min(1, 'a clientId'),
        clientSecret: z.string('a clientSecret').min(1, 'a clientSecret'),
        issuer: httpUrl.optional(),
        name: z.string().max(40).optional(),
      },
      `clientId and clientSecret for each, with issuer and name for a provider of your own, such as ${SOCIAL_EXAMPLE}`,
    ),
    `a JSON object of providers, such as ${SOCIAL_EXAMPLE}`,
  )
  .superRefine((providers, c) => {
    for (const [id, { issuer }] of Object.entries(providers))
      if (!issuer && !(id in WELL_KNOWN))
        c.addIssue(`an issuer for ${id}: without one, only ${Object.keys(WELL_KNOWN).join(', ')} are known`)
  })

type Variable = { about: string; schema: z.ZodType; isSecret?: true; byDefault?: string }
const variable = <T extends z.ZodType>(schema: T, about: string, more: { isSecret?: true; byDefault?: string } = {}) => ({
  schema,
  about,
  ...more,
})

/**
 * Every variable that Genzo reads, what it may be and what it means. The first place is the environment, the second `.env.local` in the
 * project's folder. A blank value counts as absent.
 */
export const VARIABLES = {
  GENZO_WORLD: variable(z.enum(['local', 'aws'], 'local or aws').default('local'), 'Where facts, bytes and work live.', {
    byDefault: 'local',
  }),
  PORT: variable(whole(1, 65_535).default(3000), 'Port to listen on.', { byDefault: '3000' }),
  HOST: variable(z.string().default('127.0.0.1'), 'Address to listen on. Any but loopback needs an https GENZO_PUBLIC_URL.', {
    byDefault: '127.0.0.1',
  }),
  GENZO_DATA: variable(z.string().optional(), 'Folder of everything kept on this machine.', { byDefault: `${join(ROOT, 'data')}` }),
  GENZO_PUBLIC_URL: variable(httpUrl.optional(), 'Origin at which people reach the studio.', { byDefault: 'http://127.0.0.1:PORT' }),
  GENZO_TRUSTED_PROXY: variable(
    z.string().default('loopback').refine(isProxyList, 'addresses and networks as 10.0.0.5, 10.0.0.0/8, fd00::/8, or loopback, or none'),
    'Reverse proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas; loopback; or none.',
    { byDefault: 'loopback' },
  ),
  GENZO_NAME: variable(z.string().max(60).default('Genzo'), 'Name shown in the studio.', { byDefault: 'Genzo' }),
  GENZO_SIGNUP: variable(
    z.enum(['open', 'invite', 'closed'], 'open, invite or closed').optional(),
    'Who may register. Open only on loopback.',
    {
      byDefault: 'open on loopback, else invite',
    },
  ),
  GENZO_TERMS_VERSION: variable(z.string().max(40).optional(), 'When set, registering means accepting this version of the terms.'),
  GENZO_TERMS_URL: variable(httpUrl.optional(), 'Where those terms are.'),
  GENZO_CORS_ORIGINS: variable(
    z
      .string()
      .transform((list) => list.split(',').map((origin) => origin.trim()))
      .pipe(z.array(z.url('origins, separated by commas')))
      .optional(),
    'Other sites whose pages may call the API, separated by commas.',
  ),
  GENZO_LOG_LEVEL: variable(
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'debug, info, warn, error or silent').default('info'),
    'What is logged, as JSON lines on stdout.',
    {
      byDefault: 'info',
    },
  ),
  GENZO_ENV_FILE: variable(z.string().optional(), 'Another file in place of .env.local.', { byDefault: join(ROOT, '.env.local') }),
  GENZO_MODELS_FILE: variable(z.string().optional(), "The operator's overlay of the model catalogue.", {
    byDefault: 'genzo.models.json in GENZO_DATA, if there',
  }),
  GENZO_POLICY_FILE: variable(z.string().optional(), 'Words and patterns that prompts may not hold.', {
    byDefault: 'genzo.policy.json in GENZO_DATA, if there',
  }),

  GENZO_DAY_LIMIT_USD: variable(amount.optional(), 'What one person may spend a day, in dollars.'),
  GENZO_MONTH_LIMIT_USD: variable(amount.optional(), 'What one person may spend a month, in dollars.'),
  GENZO_DAY_IMAGES: variable(whole(0, 1_000_000).optional(), 'Pictures one person may generate a day.'),
  GENZO_MONTH_IMAGES: variable(whole(0, 10_000_000).optional(), 'Pictures one person may generate a month.'),
  GENZO_STORAGE_GB: variable(amount.optional(), 'Storage of one person, in GB.'),
  GENZO_MAX_UPLOAD_MB: variable(amount.max(5_000, 'at most 5000').default(100), 'Largest file, in MB.', { byDefault: '100' }),
  // No decode is allowed more: 0x3fff² pixels (src/imaging/picture.ts).
  GENZO_MAX_MEGAPIXELS: variable(whole(1, 268).default(100), 'Largest picture, in megapixels.', { byDefault: '100' }),
  GENZO_TRASH_DAYS: variable(whole(1, 365).default(30), 'Days that the trash is kept.', { byDefault: '30' }),
  GENZO_DELETE_GENERATED_DAYS: variable(whole(1, 36_500).optional(), 'Generated images older than this many days go to the trash.'),
  GENZO_WORKERS: variable(whole(1, 64).optional(), 'Pictures worked on at once.', { byDefault: 'one per core' }),

  AWS_BEARER_TOKEN_BEDROCK: variable(z.string().optional(), 'API key of Amazon Bedrock. Blank counts as absent.', { isSecret: true }),
  AWS_ACCESS_KEY_ID: variable(z.string().optional(), 'AWS credentials, used for Bedrock when there is no API key.', { isSecret: true }),
  AWS_SECRET_ACCESS_KEY: variable(z.string().optional(), 'Belongs to AWS_ACCESS_KEY_ID.', { isSecret: true }),
  AWS_SESSION_TOKEN: variable(z.string().optional(), 'Belongs to AWS_ACCESS_KEY_ID, when it is temporary.', { isSecret: true }),
  AWS_PROFILE: variable(z.string().optional(), "A profile of the AWS CLI's files."),
  AWS_REGION: variable(z.string().optional(), 'Region of AWS services.'),
  GENZO_BEDROCK_REGION: variable(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-west-2')
      .optional(),
    'Region whose models are asked.',
    {
      byDefault: 'AWS_REGION, else us-west-2',
    },
  ),
  GENZO_BEDROCK_GUARDRAIL: variable(
    z
      .string()
      .regex(/^\S+:(DRAFT|\d+):(inline|apply)$/, 'ID:VERSION:inline or ID:VERSION:apply, such as gr12ab34:1:apply')
      .optional(),
    'A Bedrock guardrail: inline goes with the call of the model, apply is asked before anything is spent.',
  ),
  GENZO_RETIRED_MODELS: variable(
    z.enum(['refuse', 'successor'], 'refuse or successor').default('refuse'),
    'What becomes of a request for a retired model: refused with the name of its successor, or answered by it, saying so.',
    { byDefault: 'refuse' },
  ),
  GENZO_OPENAI_ALIASES: variable(
    jsonText('a JSON object of names, such as {"dall-e-3":"stable-image-core","gpt-image*":"default"}')
      .pipe(z.record(z.string(), z.string('a JSON object of names to model ids'), 'a JSON object of names to model ids'))
      .optional(),
    'Which model answers the names that programs written for OpenAI send, as JSON; "default" is the model the studio prefers.',
    { byDefault: 'gpt-image*, dall-e* and default to "default"' },
  ),
  GENZO_BEDROCK_ENDPOINT: variable(httpUrl.optional(), 'Another address of Bedrock: a simulator or a private endpoint.'),
  BEDROCK_MODEL_ID: variable(z.string().optional(), 'Text model that expands and translates prompts.'),
  BEDROCK_EMBEDDING_MODEL_ID: variable(z.string().optional(), 'Model of the vectors for search by meaning.'),

  OIDC_ISSUER: variable(z.url('an https URL').optional(), 'Sign-in by this OpenID issuer in place of the embedded one.'),
  OIDC_CLIENT_ID: variable(z.string().optional(), 'The browser client registered there.'),
  OIDC_AUDIENCE: variable(z.string().optional(), 'Audience of its access tokens.', { byDefault: 'GENZO_PUBLIC_URL/api' }),
  OIDC_LOGOUT_URL: variable(
    httpUrl.optional(),
    "Where sign-out goes at an issuer whose discovery does not say, such as a Cognito domain's /logout.",
  ),
  GENZO_SOCIAL: variable(
    jsonText(`a JSON object of providers, such as ${SOCIAL_EXAMPLE}`).pipe(SocialProviders).optional(),
    'Other sign-ins, as JSON by name; any OpenID provider with its issuer. Each sends back to GENZO_PUBLIC_URL/auth/callback/NAME.',
    { isSecret: true },
  ),
  SMTP_URL: variable(
    z.url({ protocol: /^smtps?$/, error: 'an smtp or smtps URL' }).optional(),
    'Mail server. Absent: letters go to the outbox.',
    { isSecret: true },
  ),
  GENZO_MAIL_FROM: variable(z.string().optional(), 'Sender of letters.', { byDefault: 'genzo@ the host of GENZO_PUBLIC_URL' }),

  GENZO_URL: variable(httpUrl.optional(), 'Studio that the user commands of the CLI call.', { byDefault: 'GENZO_PUBLIC_URL' }),
  GENZO_API_KEY: variable(z.string().optional(), 'API key that they call it with.', { isSecret: true }),
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof VARIABLES
type Values = { [K in VariableName]: z.output<(typeof VARIABLES)[K]['schema']> }
export type Env = Record<string, string | undefined>
export type Origin = 'environment' | '.env.local' | 'default'

/** Everything an entry needs to know, checked as a whole. */
export type Config = {
  values: Values
  world: 'local' | 'aws'
  host: string
  port: number
  isLoopback: boolean
  dataDir: string
  publicUrl: string
  signup: 'open' | 'invite' | 'closed'
  policy: Partial<Policy>
  oidc?: { issuer: string; clientId: string; audience: string }
  mail?: { url: string; from: string }
  bedrockRegion: string
  origin(name: VariableName): Origin
}

/** Lists every bad variable at once: an operator fixes a file once, not six times. */
export class ConfigError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`the configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

export const isLoopbackHost = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** The environment and `.env.local` as a Config. Throws a ConfigError that names every bad variable, never the value of a secret one. */
export function readConfig(env: Env, file: Env = readEnvFile()): Config {
  const { values, problems, origins } = parseAll(env, file)
  const { HOST: host, PORT: port } = values
  const isLoopback = isLoopbackHost(host)
  const named = new URL(values.GENZO_PUBLIC_URL ?? `http://127.0.0.1:${port}`)
  const publicUrl = named.origin
  // A proxy on this machine makes a loopback server public: its name tells.
  const isPrivate = isLoopback && isLoopbackHost(named.hostname.replace(/^\[|\]$/g, ''))
  const signup = values.GENZO_SIGNUP ?? (isPrivate ? 'open' : 'invite')
  if (!isLoopback && !publicUrl.startsWith('https:'))
    problems.push(
      `GENZO_PUBLIC_URL must be an https URL when HOST is ${host}: browsers sign in only over https. docs/guide shows a reverse proxy`,
    )
  if (!isPrivate && signup === 'open')
    problems.push(`GENZO_SIGNUP may be open only on loopback, and this studio is ${publicUrl} on ${host}: choose invite or closed`)
  if (named.href !== `${publicUrl}/` || publicUrl.includes('"'))
    problems.push('GENZO_PUBLIC_URL must be an origin alone, as https://studio.example is: no path, query, name or quotation mark')
  if (values.OIDC_ISSUER && !values.OIDC_CLIENT_ID) problems.push('OIDC_CLIENT_ID is needed beside OIDC_ISSUER')
  if (values.OIDC_ISSUER && values.GENZO_SOCIAL)
    problems.push('GENZO_SOCIAL is of the embedded issuer, which OIDC_ISSUER replaces: set up the providers there')
  if (values.GENZO_TERMS_VERSION && !values.GENZO_TERMS_URL) problems.push('GENZO_TERMS_URL is needed beside GENZO_TERMS_VERSION')
  if (problems.length > 0) throw new ConfigError(problems)

  return {
    ...{ values, world: values.GENZO_WORLD, host, port, isLoopback, publicUrl, signup },
    dataDir: dataDirOf(values.GENZO_DATA, origins.GENZO_DATA, env),
    policy: policyOf(values, publicUrl),
    ...(values.OIDC_ISSUER && {
      oidc: { issuer: values.OIDC_ISSUER, clientId: values.OIDC_CLIENT_ID!, audience: values.OIDC_AUDIENCE ?? `${publicUrl}/api` },
    }),
    ...(values.SMTP_URL && { mail: { url: values.SMTP_URL, from: values.GENZO_MAIL_FROM ?? `genzo@${named.hostname}` } }),
    bedrockRegion: values.GENZO_BEDROCK_REGION ?? values.AWS_REGION ?? 'us-west-2',
    origin: (name) => origins[name],
  }
}

/** `.env.local` of the project, or the file that GENZO_ENV_FILE names, as it is now; empty when there is none. */
export function readEnvFile(path = envFile()): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/**
 * A way to read `.env.local` again and again: keys that end are renewed in it while the studio runs. Parsed again only when the file has
 * changed.
 */
export function freshEnvFile(path = envFile()): () => Env {
  let [seen, values]: [string, Env] = ['', {}]
  return () => {
    const stat = statSync(path, { throwIfNoEntry: false })
    const now = stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : ''
    if (now !== seen) [seen, values] = [now, stat ? readEnvFile(path) : {}]
    return values
  }
}

function parseAll(env: Env, file: Env) {
  const problems: string[] = []
  const [values, origins] = [{} as Record<string, unknown>, {} as Record<VariableName, Origin>]
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const { schema, ...about }: Variable = VARIABLES[name]
    const [fromEnv, fromFile] = [env[name]?.trim() || undefined, file[name]?.trim() || undefined]
    origins[name] = fromEnv ? 'environment' : fromFile ? '.env.local' : 'default'
    const given = fromEnv ?? fromFile
    const parsed = schema.safeParse(given)
    if (parsed.success) values[name] = parsed.data
    else {
      const is = about.isSecret ? 'is not' : `is ${JSON.stringify(given)}, and must be`
      problems.push(`${name} ${is} ${parsed.error.issues.map(({ message }) => message).join(', ')}`)
      values[name] = schema.safeParse(undefined).data
    }
  }
  return { values: values as Values, origins, problems }
}

/** A relative folder is relative to where it was written: the caller's folder, or the project's for `.env.local`. */
function dataDirOf(given: string | undefined, origin: Origin, env: Env): string {
  if (given === undefined) return join(ROOT, 'data')
  if (isAbsolute(given)) return given
  return resolve(origin === '.env.local' ? ROOT : (env['GENZO_CWD'] ?? process.cwd()), given)
}

const MICRO = 1_000_000
function policyOf(values: Values, publicUrl: string): Partial<Policy> {
  const some = <K extends keyof Policy>(name: K, value: Policy[K] | undefined) => (value === undefined ? {} : { [name]: value })
  const times = (value: number | undefined, by: number) => (value === undefined ? undefined : Math.round(value * by))
  return {
    publicUrl,
    maxUploadBytes: Math.round(values.GENZO_MAX_UPLOAD_MB * 1024 ** 2),
    maxPixels: values.GENZO_MAX_MEGAPIXELS * MICRO,
    trashDays: values.GENZO_TRASH_DAYS,
    answerRetiredBySuccessor: values.GENZO_RETIRED_MODELS === 'successor',
    ...some('dayMicroUsd', times(values.GENZO_DAY_LIMIT_USD, MICRO)),
    ...some('monthMicroUsd', times(values.GENZO_MONTH_LIMIT_USD, MICRO)),
    ...some('dayImages', values.GENZO_DAY_IMAGES),
    ...some('monthImages', values.GENZO_MONTH_IMAGES),
    ...some('storageBytesPerOwner', times(values.GENZO_STORAGE_GB, 1024 ** 3)),
    ...some('deleteGeneratedAfterDays', values.GENZO_DELETE_GENERATED_DAYS),
  }
}
