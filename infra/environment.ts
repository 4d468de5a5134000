import type { Settings } from './config.ts'
import { type EnvOf, envKeysOf, type FunctionName } from './functions.ts'
import { stageName } from './names.ts'
import type { DataStack } from './stacks/data-stack.ts'
import type { EngineStack } from './stacks/engine-stack.ts'

/** Variables that many functions read. Each construct picks what its function's row in FUNCTIONS names. */
export function commonEnvironment(settings: Settings) {
  return {
    GENZO_STAGE: settings.stage,
    GENZO_LOG_LEVEL: settings.stage === 'dev' ? 'debug' : 'info',
    GENZO_TABLE_PREFIX: stageName(settings, ''),
    GENZO_BEDROCK_REGION: settings.bedrock.region,
    GENZO_BEDROCK_GUARDRAIL: guardrailText(settings),
    BEDROCK_MODEL_ID: settings.bedrock.textModelId,
    BEDROCK_EMBEDDING_MODEL_ID: settings.bedrock.embeddingModelId,
    GENZO_ISSUERS: settings.identity.otherIssuers.length > 0 ? JSON.stringify(settings.identity.otherIssuers) : undefined,
  }
}

const guardrailText = ({ bedrock: { guardrail } }: Settings) => guardrail && `${guardrail.arn}:${guardrail.version}:${guardrail.how}`

export function byteEnvironment({ bytes }: DataStack) {
  return { GENZO_ORIGINALS_BUCKET: bytes.originals.bucketName, GENZO_RENDITIONS_BUCKET: bytes.renditions.bucketName }
}

/** A studio without an address yet signs URLs that nobody can follow; the deploy script gives it one in a second pass. */
export function signingEnvironment({ secret, linkKeys }: DataStack, settings: Settings) {
  return {
    GENZO_SECRET_ID: secret.arn,
    GENZO_LINK_KEYS_ARN: linkKeys.keyValueStoreArn,
    GENZO_PUBLIC_URL: settings.publicUrl ?? 'https://not-deployed-yet.invalid',
    GENZO_POLICY: JSON.stringify(policyOf(settings)),
  }
}

const MICRO = 1_000_000
/** The operator's limits as `Policy` names them; what is not given keeps the program's own. */
export function policyOf({ limits }: Settings): Record<string, number> {
  const { dayUsd, monthUsd, dayImages, monthImages, storageGb, maxUploadMb, maxMegapixels, trashDays, deleteGeneratedDays } = limits
  const values = {
    ...{ maxUploadBytes: maxUploadMb * 1024 ** 2, maxPixels: maxMegapixels * MICRO, trashDays, dayImages, monthImages },
    deleteGeneratedAfterDays: deleteGeneratedDays,
    dayMicroUsd: dayUsd === undefined ? undefined : Math.round(dayUsd * MICRO),
    monthMicroUsd: monthUsd === undefined ? undefined : Math.round(monthUsd * MICRO),
    storageBytesPerOwner: storageGb === undefined ? undefined : Math.round(storageGb * 1024 ** 3),
  }
  return Object.fromEntries(Object.entries(values).filter((pair): pair is [string, number] => pair[1] !== undefined))
}

/** The values that a function's handler reads, of all that a stack knows. Throws the names of variables that nobody gave. */
export function picked<N extends FunctionName>(name: N, all: Record<string, string | undefined>): EnvOf<N> {
  const keys = envKeysOf(name)
  const missing = keys.filter((key) => !Object.hasOwn(all, key))
  if (missing.length > 0) throw new Error(`function ${name} reads ${missing.join(', ')}: give a value in the stack that makes it`)
  return Object.fromEntries(keys.map((key) => [key, all[key]])) as EnvOf<N>
}

/** `image-processor` as a construct's id. */
export const pascal = (name: string): string => name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())

/** Who people are, and how they write to us. */
export function whoEnvironment({ identity }: DataStack, settings: Settings) {
  return {
    GENZO_USER_POOL_ID: identity.pool.userPoolId,
    GENZO_CLIENT_IDS: identity.client.userPoolClientId,
    GENZO_LOGIN_URL: identity.loginUrl,
    GENZO_SIGNUP: settings.identity.isSignUpOpen ? 'open' : 'invite',
    GENZO_MAIL_FROM: settings.mailFrom,
  }
}

/** All that stands before and beside the engine: what the API knows, and what keeps it going. */
export const studioEnvironment = (settings: Settings, data: DataStack, engine: EngineStack) => ({
  ...commonEnvironment(settings),
  ...byteEnvironment(data),
  ...signingEnvironment(data, settings),
  ...whoEnvironment(data, settings),
  ...engine.queueEnvironment(data),
})
