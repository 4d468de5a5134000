import { z } from 'zod'
import { type AwsFunction, ENV } from '#entries/aws-config.ts'

const httpsOrigin = z
  .url({ protocol: /^https$/, error: 'an https origin such as https://studio.example.com' })
  .refine((url) => new URL(url).pathname === '/', 'an origin without a path')
  .transform((url) => url.replace(/\/$/, ''))
const hostName = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name such as studio.example.com')
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as ap-northeast-1')
const secretName = z.string().regex(/^genzo\/[A-Za-z0-9/_+=.@-]+$/, 'the name of a secret under genzo/, such as genzo/google')
const providerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{2,31}$/, 'a name of 3 to 32 letters, digits and hyphens')
const whole = (min: number, max: number) => z.int('a whole number').min(min, `at least ${min}`).max(max, `at most ${max}`)
const email = z.email('an e-mail address')

/** Days that CloudWatch Logs knows how to keep. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653] as const

/** Where people reach the studio. Without a domain, CloudFront's own name: known after the first deploy, which passes it as `siteUrl`. */
const Domain = z.strictObject({
  name: hostName,
  /** A certificate for the name in us-east-1. Absent: one is made and proved through the hosted zone. */
  certificateArn: z
    .string()
    .regex(/^arn:aws:acm:us-east-1:\d{12}:certificate\/.+$/, 'the ARN of a certificate in us-east-1, where CloudFront reads them')
    .optional(),
  /** The Route 53 zone that gets the records. */
  hostedZone: z.strictObject({ id: z.string().min(1), name: hostName }).optional(),
})

const Identity = z.strictObject({
  /** Whether a code of an authenticator app is asked of everybody, or of who turned it on. */
  totp: z.enum(['optional', 'required'], 'optional or required').default('optional'),
  /** Whether people may register; otherwise an operator invites. */
  isSignUpOpen: z.boolean().default(false),
  /** Domains of e-mail addresses that may register. Empty: any. */
  allowedEmailDomains: z.array(hostName).default([]),
  /** Name under amazoncognito.com, one in a region for all accounts. Absent: genzo-{stage}-{account}. */
  loginPrefix: z
    .string()
    .regex(/^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower case, without aws, amazon or cognito')
    .optional(),
  /** Social sign-in: the id registered there, and the secret of Secrets Manager that holds what belongs to it. */
  google: z.strictObject({ clientId: z.string().min(1), secretName }).optional(),
  oidc: z.array(z.strictObject({ name: providerName, issuer: httpsOrigin, clientId: z.string().min(1), secretName })).default([]),
  /** Issuers besides the pool whose access tokens the API takes, such as a company's own. */
  otherIssuers: z
    .array(
      z.strictObject({ issuer: z.url('an https URL'), audiences: z.array(z.string()).min(1), clientIds: z.array(z.string()).optional() }),
    )
    .default([]),
  saml: z.array(z.strictObject({ name: providerName, metadataUrl: z.url({ protocol: /^https$/, error: 'an https URL' }) })).default([]),
})

const Bedrock = z.strictObject({
  /** Asked first. Every live image model is in us-west-2 (2026-11-21). */
  region: region.default('us-west-2'),
  /** Ids of the catalogue that functions may call. `active`: all that are not retired. */
  models: z.union([z.literal('active'), z.array(z.string()).min(1, 'at least one id')]).default('active'),
  /** Expands and translates prompts: a model id or profile of Bedrock. */
  textModelId: z.string().optional(),
  /** Vectors for search by meaning. */
  embeddingModelId: z.string().optional(),
  /** `inline`: the model's own call carries it. `apply`: words and pictures are checked before anything is spent on a model. */
  guardrail: z
    .strictObject({
      arn: z.string().regex(/^arn:aws:bedrock:[a-z0-9-]+:\d{12}:guardrail\/.+$/, 'the ARN of a guardrail'),
      version: z.string().regex(/^(DRAFT|\d+)$/, 'DRAFT or the number of a version'),
      how: z.enum(['inline', 'apply'], 'inline or apply').default('apply'),
    })
    .optional(),
})

const Limits = z.strictObject({
  dayUsd: z.number().min(0).optional(),
  monthUsd: z.number().min(0).optional(),
  dayImages: whole(0, 1_000_000).optional(),
  monthImages: whole(0, 10_000_000).optional(),
  storageGb: z.number().min(0).optional(),
  maxUploadMb: whole(1, 5_000).default(100),
  maxMegapixels: whole(1, 1_000).default(100),
  trashDays: whole(1, 365).default(30),
  /** Generated pictures older than this go to the trash, but for favourites. Absent: they stay. */
  deleteGeneratedDays: whole(1, 36_500).optional(),
})

/** What a stage sets otherwise than the function's row in infra/functions.ts. */
const FunctionSize = z.strictObject({
  /** MB. A vCPU comes with every 1,769. */
  memory: whole(128, 10_240).optional(),
  /** Seconds. */
  timeout: whole(1, 900).optional(),
})
const FUNCTION_NAMES = Object.keys(ENV) as [AwsFunction, ...AwsFunction[]]

/** A person or system with a gateway key of its own, so that its pace and its month can be bounded apart from everybody's. */
const Partner = z.strictObject({
  name: providerName,
  requestsPerSecond: whole(1, 10_000),
  burst: whole(1, 5_000),
  requestsPerMonth: whole(1, 1_000_000_000),
})

export const StageConfig = z.strictObject({
  stage: z.enum(['dev', 'staging', 'prod'], 'dev, staging or prod'),
  profile: z.enum(['small', 'full'], 'small or full'),
  region: region.default('ap-northeast-1'),
  account: z
    .string()
    .regex(/^\d{12}$/, 'the 12 digits of an account')
    .optional(),
  domain: Domain.optional(),
  siteUrl: httpsOrigin.optional(),
  /** Other sites whose pages may call the API and send uploads. */
  corsOrigins: z.array(httpsOrigin).default([]),
  identity: Identity.prefault({}),
  bedrock: Bedrock.prefault({}),
  limits: Limits.prefault({}),
  /** Words and patterns that prompts may not hold: a `genzo.policy.json`, its path from the project's folder. */
  policyFile: z.string().optional(),
  /** What this stage says of the catalogue's models: a `genzo.models.json`, its path from the project's folder. */
  modelsFile: z.string().optional(),
  /** A sender verified in SES. Absent: the studio writes no letters, Cognito sends its own. */
  mailFrom: email.optional(),
  /** Who is told of alarms and of the budget, by e-mail; each must confirm the subscription. */
  operators: z.array(email).default([]),
  /** The month's bill at which operators are told, in dollars. */
  budgetUsd: whole(1, 1_000_000),
  /** `aws`: keys that AWS owns. `kms`: one key of yours for bytes, facts and the secret ($1 a month and its requests). */
  encryption: z.enum(['aws', 'kms'], 'aws or kms').default('aws'),
  /** Days until originals over 128 KB go to cheaper classes. `deepAfterDays` is slow to read again: images there must be restored first. */
  archive: z
    .strictObject({ infrequentAfterDays: whole(30, 3650), instantAfterDays: whole(60, 3650), deepAfterDays: whole(180, 3650).optional() })
    .default({ infrequentAfterDays: 30, instantAfterDays: 90 }),
  logDays: z.literal(LOG_DAYS, `one of ${LOG_DAYS.join(', ')}`).default(30),
  /** What happens to bytes, facts and people when the stacks are removed. */
  onRemoval: z.enum(['keep', 'delete'], 'keep or delete').default('keep'),
  /** Requests a second and at once that the gateway lets through to all routes together. */
  throttle: z.strictObject({ rate: whole(1, 10_000), burst: whole(1, 5_000) }).default({ rate: 100, burst: 200 }),
  partners: z.array(Partner).default([]),
  functions: z.partialRecord(z.enum(FUNCTION_NAMES, `one of ${FUNCTION_NAMES.join(', ')}`), FunctionSize).default({}),
  /** Web app: CloudFront over a bucket, or Amplify Hosting that builds it from Git. */
  hosting: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('cloudfront') }),
      z.strictObject({
        kind: z.literal('amplify'),
        repository: z.url('an https URL'),
        branch: z.string().default('main'),
        tokenSecretName: secretName,
      }),
    ])
    .default({ kind: 'cloudfront' }),
  /** Overrides of what the profile chooses. */
  overrides: z
    .strictObject({ hasFirewall: z.boolean().optional(), hasCatalogueCache: z.boolean().optional(), warmApi: whole(0, 1_000).optional() })
    .default({}),
})
export type StageConfig = z.output<typeof StageConfig>
export type StageName = StageConfig['stage']
/** Every stage there is. */
export const STAGE_NAMES: readonly StageName[] = ['dev', 'staging', 'prod']
export type Profile = StageConfig['profile']

/** What a profile pays for. `small` has no part that costs while nobody comes. */
export type ProfileTraits = {
  /** A web ACL before CloudFront and one before the gateway, about $17 a month. */
  hasFirewall: boolean
  /** The gateway's cache of catalogue reads, 0.5 GB, about $15 a month. */
  hasCatalogueCache: boolean
  /** Instances of `api` and `authorizer` that are always warm. */
  warmApi: number
  /** Alarms on unusual latency, which cost three alarms each. */
  hasAnomalyAlarms: boolean
}
const PROFILES: Record<Profile, ProfileTraits> = {
  small: { hasFirewall: false, hasCatalogueCache: false, warmApi: 0, hasAnomalyAlarms: false },
  full: { hasFirewall: true, hasCatalogueCache: true, warmApi: 2, hasAnomalyAlarms: true },
}

/** What each stage is. This is the file to edit: a wrong value fails synthesis with what was seen and what to write. */
const STAGES = {
  dev: { profile: 'small', budgetUsd: 20, onRemoval: 'delete', logDays: 7, identity: { isSignUpOpen: true } },
  staging: { profile: 'small', budgetUsd: 50, logDays: 14 },
  prod: { profile: 'full', budgetUsd: 200, logDays: 90, identity: { totp: 'optional' } },
} satisfies Record<StageName, Omit<z.input<typeof StageConfig>, 'stage'>>

/** A stage as the stacks read it: checked, the profile's traits settled, and the addresses that follow from it. */
export type Settings = StageConfig & {
  traits: ProfileTraits
  /** The first part of physical names: empty for prod, so that its queue is `image-processing-queue`. */
  namePrefix: string
  /** Where people reach the studio; undefined on a first deploy without a domain. */
  publicUrl: string | undefined
  /** Origins whose pages may PUT to and GET from the store. */
  storeOrigins: string[]
}

/** The stage of that name with the given values in front. Throws one error that lists every wrong value, and what to write. */
export function settingsOf(name: string, given: Record<string, unknown> = {}): Settings {
  const known: Record<string, object> = STAGES
  const base = Object.hasOwn(known, name) ? known[name] : undefined
  if (!base) throw new Error(`stage is ${JSON.stringify(name)}: write one of ${Object.keys(STAGES).join(', ')}`)
  const merged = { ...base, ...given, stage: name }
  const parsed = StageConfig.safeParse(merged)
  if (!parsed.success) throw new Error(problemsOf(name, merged, parsed.error))
  return settled(parsed.data)
}

function settled(config: StageConfig): Settings {
  const problems = contradictionsIn(config)
  if (problems.length > 0) throw new Error(`stage ${config.stage} in infra/config.ts:\n${problems.map((text) => `  ${text}`).join('\n')}`)
  const { hasFirewall, hasCatalogueCache, warmApi } = config.overrides
  const traits = {
    ...PROFILES[config.profile],
    ...(hasFirewall !== undefined && { hasFirewall }),
    ...(hasCatalogueCache !== undefined && { hasCatalogueCache }),
    ...(warmApi !== undefined && { warmApi }),
  }
  const publicUrl = config.domain ? `https://${config.domain.name}` : config.siteUrl
  return {
    ...config,
    traits,
    publicUrl,
    namePrefix: config.stage === 'prod' ? '' : `${config.stage}-`,
    // The signature of an upload lets it in, not its origin: before the site has a name, any site of CloudFront may try.
    storeOrigins: [publicUrl ?? 'https://*.cloudfront.net', ...config.corsOrigins],
  }
}

function contradictionsIn({ domain, siteUrl, archive, hosting }: StageConfig): string[] {
  const problems: string[] = []
  if (domain && !domain.certificateArn && !domain.hostedZone)
    problems.push(`domain.name is ${domain.name}, without a proof of it: write certificateArn, or hostedZone so that one can be made`)
  if (domain && siteUrl) problems.push(`siteUrl is ${siteUrl} beside domain ${domain.name}: write one of them`)
  const { infrequentAfterDays, instantAfterDays } = archive
  if (instantAfterDays < infrequentAfterDays + 30)
    problems.push(
      `archive.instantAfterDays is ${instantAfterDays}: S3 wants 30 days in a class, so write at least ${infrequentAfterDays + 30}`,
    )
  if (archive.deepAfterDays !== undefined && archive.deepAfterDays < archive.instantAfterDays + 90)
    problems.push(`archive.deepAfterDays is ${archive.deepAfterDays}: write at least ${archive.instantAfterDays + 90}`)
  if (hosting.kind === 'amplify' && !siteUrl && !domain)
    problems.push('hosting is amplify, and its pages need to know the API: write domain or siteUrl')
  return problems
}

function problemsOf(stage: string, given: Record<string, unknown>, error: z.ZodError): string {
  const seen = (path: PropertyKey[]) =>
    path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], given)
  const lines = error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${[...issue.path, ''].join('.')}${issue.keys.join(', ')} is not known: remove it`
    return `${issue.path.join('.')} is ${JSON.stringify(seen(issue.path))}: write ${issue.message}`
  })
  return `stage ${stage} in infra/config.ts:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/** What holds for a whole account, whatever stages it has. */
const AccountConfig = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'the 12 digits of an account')
    .optional(),
  /** The month's bill of everything in the account, in dollars. */
  budgetUsd: whole(1, 10_000_000),
  /** Of it, for models. */
  bedrockUsd: whole(1, 10_000_000),
  /** Spending beyond what is usual for a service at which somebody is told, in dollars. */
  anomalyUsd: whole(1, 1_000_000).default(10),
  operators: z.array(email).min(1, 'at least one e-mail address: the account stack does nothing but tell somebody'),
})
export type AccountSettings = z.output<typeof AccountConfig>

/** To be edited like the stages: the addresses of those who pay. */
const ACCOUNT: z.input<typeof AccountConfig> = { budgetUsd: 300, bedrockUsd: 100, operators: ['operators@example.com'] }

/** The account's values with the given ones in front. Throws one error that lists every wrong value, and what to write. */
export function accountSettings(given: Record<string, unknown> = {}): AccountSettings {
  const merged = { ...ACCOUNT, ...given }
  const parsed = AccountConfig.safeParse(merged)
  if (!parsed.success) throw new Error(problemsOf('account', merged, parsed.error))
  return parsed.data
}
