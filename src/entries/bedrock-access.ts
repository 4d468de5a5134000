import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { BedrockAccess } from '#models/bedrock/client.ts'
import { type Guardrail, guardrailFrom } from '#models/bedrock/guardrail.ts'
import { type Config, type Env, freshEnvFile } from './config.ts'

/** How Bedrock is asked, looked up at each call: keys and sessions end while the studio runs, and a first one may come late. */
export type StudioAccess = BedrockAccess & {
  token: () => string | undefined
  credentials: () => Promise<AwsCredentials>
  /** Whether there is any way of asking now. */
  isPresent(): boolean
  /** Whether AWS credentials are to be tried when there is no bearer key. */
  hasCredentials(): boolean
}
type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date }

/** What AWS puts into the environment of a task, a function or a pod; an instance puts nothing there. */
const ROLE_VARIABLES = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE']
/** The SDK asks again five minutes before credentials end, so with this it asks at each call, and a changed file counts at once. */
const AT_EACH_CALL_MS = 60_000

/**
 * Bearer key, else access keys, else the chain of the AWS SDK (profiles, SSO, assumed roles, the role of this machine). The environment
 * comes before `.env.local`; a named profile before access keys, as in the SDK. Naming a region or an endpoint says that Bedrock is
 * wanted, which an instance's role could not be known by.
 */
export function bedrockAccess({ values, bedrockRegion: region }: Config, env: Env, file: () => Env = freshEnvFile()): StudioAccess {
  const { GENZO_BEDROCK_ENDPOINT: endpoint, GENZO_BEDROCK_REGION: named } = values
  const read = (name: string) => env[name]?.trim() || file()[name]?.trim() || undefined
  const token = () => read('AWS_BEARER_TOKEN_BEDROCK')
  const chains = new Map<string | undefined, ReturnType<typeof fromNodeProviderChain>>()
  const chainOf = (profile: string | undefined) => {
    const kept = chains.get(profile) ?? fromNodeProviderChain({ ...(profile && { profile }), clientConfig: { region } })
    chains.set(profile, kept)
    return kept
  }
  const hasCredentials = () =>
    Boolean(read('AWS_PROFILE') || (read('AWS_ACCESS_KEY_ID') && read('AWS_SECRET_ACCESS_KEY')) || named) ||
    ROLE_VARIABLES.some((name) => env[name])

  return {
    token,
    async credentials() {
      const [profile, accessKeyId, secretAccessKey] = ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map(read)
      if (profile || !accessKeyId || !secretAccessKey) return chainOf(profile)()
      const sessionToken = read('AWS_SESSION_TOKEN')
      const expiration = new Date(Date.now() + AT_EACH_CALL_MS)
      return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }), expiration }
    },
    hasCredentials,
    isPresent: () => token() !== undefined || endpoint !== undefined || hasCredentials(),
    ...(endpoint && { endpoint }),
  }
}

export const guardrailOf = ({ values }: Pick<Config, 'values'>): Guardrail | undefined => guardrailFrom(values.GENZO_BEDROCK_GUARDRAIL)
