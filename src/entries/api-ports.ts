import type { CognitoIdentityProviderClient as Cognito } from '@aws-sdk/client-cognito-identity-provider'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { withEdgeCopies } from '#aws/edge-copies.ts'
import { awsFacts } from '#aws/facts.ts'
import { hmacSigner, readSecrets } from '#aws/secrets-manager.ts'
import { StudioError } from '#core/errors.ts'
import type { Derivatives } from '#core/ports/derivatives.ts'
import type { Ports } from '#core/ports/index.ts'
import type { Wording } from '#core/ports/models.ts'
import type { Pixels } from '#core/ports/pixels.ts'
import type { Workflows } from '#core/ports/workflows.ts'
import { zip } from '#imaging/zip.ts'
import { type AwsEnv, type EnvKeyOf, policyOf } from './aws-config.ts'
import { catalogueOnly } from './catalogue-only.ts'
import { embeddingsOf } from './embeddings-of.ts'
import { laidModerator } from './laid-files.ts'
import { linksOf } from './links-of.ts'
import { heardLives } from './model-lives.ts'
import { awsAccess, bytesConfig, factsConfig, newId, now, onFirstUse, telemetryOf } from './on-aws.ts'

type ApiEnv = AwsEnv<EnvKeyOf<'api'>>

/**
 * The ports of the HTTP API. Only DynamoDB and the signing keys are there from the start: most requests are a read of facts. Everything
 * else loads its client when it is first asked, so a start is not kept waiting by five SDKs.
 */
export async function apiPorts(env: ApiEnv): Promise<Ports> {
  const secrets = await readSecrets({ secrets: new SecretsManagerClient(awsAccess()), id: env.GENZO_SECRET_ID })
  const { people, uploadRecords, edgeCopies, ...facts } = awsFacts(factsConfig(env))
  const bytes = once(async () => (await import('#aws/bytes.ts')).awsBytes(bytesConfig(env)))
  const queue = (url: string, deadUrl: string) =>
    onFirstUse(async () => {
      const [{ SQSClient }, { sqsQueue }] = await Promise.all([import('@aws-sdk/client-sqs'), import('#aws/sqs-queue.ts')])
      return sqsQueue({ sqs: new SQSClient(awsAccess()), url, deadUrl, now })
    })

  return {
    ...facts,
    links: linksOf(facts.links, env.GENZO_LINK_KEYS_ARN),
    blobs: onFirstUse(async () => (await bytes()).blobs),
    derivatives: withEdgeCopies(
      onFirstUse<Derivatives>(async () => (await bytes()).derivatives),
      edgeCopies,
    ),
    uploads: onFirstUse(async () => ({ ...(await bytes()).signedUploads, ...uploadRecords })),
    queues: {
      processing: queue(env.GENZO_PROCESSING_QUEUE_URL, env.GENZO_PROCESSING_DLQ_URL),
      generation: queue(env.GENZO_GENERATION_QUEUE_URL, env.GENZO_GENERATION_DLQ_URL),
    },
    directory: onFirstUse(async () => {
      const [{ CognitoIdentityProviderClient }, { cognitoDirectory }] = await Promise.all([
        import('@aws-sdk/client-cognito-identity-provider'),
        import('#aws/cognito-directory.ts'),
      ])
      const cognito: Cognito = new CognitoIdentityProviderClient(awsAccess())
      return cognitoDirectory({ cognito, userPoolId: env.GENZO_USER_POOL_ID, people })
    }),
    mail: onFirstUse(async () => {
      const from = env.GENZO_MAIL_FROM
      if (!from) throw new StudioError('unavailable', 'no sender is configured: set mailFrom of the stage', { service: 'ses' })
      const [{ SESv2Client }, { sesMail }] = await Promise.all([import('@aws-sdk/client-sesv2'), import('#aws/ses-mail.ts')])
      return sesMail({ ses: new SESv2Client(awsAccess()), from })
    }),
    models: await catalogueOnly({ lifecycles: heardLives({ ...facts, now }) }),
    wording: wordingOf(env),
    // Pictures get their vector when they are processed, by a function that opens them.
    embeddings: embeddingsOf(env),
    moderator: await laidModerator(),
    // What opens pictures and runs workflows are other functions, whose bundles hold what that takes.
    pixels: onFirstUse<Pixels>(elsewhere('pixels')),
    workflows: onFirstUse<Workflows>(elsewhere('workflows')),
    ...{ telemetry: telemetryOf(env, 'api'), policy: policyOf(env), signer: hmacSigner(secrets), zip, now, newId },
  }
}

/** A text model, where one is configured. */
function wordingOf({ BEDROCK_MODEL_ID: modelId, GENZO_BEDROCK_REGION: region }: ApiEnv): Wording {
  const load = async () => (await import('#models/bedrock/wording.ts')).bedrockWording({ region, ...(modelId && { modelId }) })
  const { expand, translate } = onFirstUse(load as () => Promise<Pick<Wording, 'expand' | 'translate'>>)
  return { expand, translate, isConfigured: modelId !== undefined }
}

const elsewhere = (service: string) => async (): Promise<never> => {
  throw new StudioError('unavailable', `${service} are not in the API's function`, { service })
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
