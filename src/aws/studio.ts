import { randomFillSync } from 'node:crypto'
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { StudioError } from '#core/errors.ts'
import { uuidV7Source } from '#core/ids.ts'
import type { Model } from '#core/model.ts'
import { type ModerationPolicy, policyModerator } from '#core/moderation.ts'
import type { Policy, Ports } from '#core/ports/index.ts'
import type { QueueName } from '#core/ports/queue.ts'
import type { WorkflowName } from '#core/ports/workflows.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { zip } from '#imaging/zip.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { studioModels } from '#models/studio-models.ts'
import type { AwsAccess } from './access.ts'
import type { Buckets } from './buckets.ts'
import { awsBytes } from './bytes.ts'
import { cognitoDirectory } from './cognito-directory.ts'
import { withEdgeCopies } from './edge-copies.ts'
import { emfTelemetry } from './emf-telemetry.ts'
import { awsFacts } from './facts.ts'
import type { MakerLimits } from './s3-derivatives.ts'
import { hmacSigner, readSecrets } from './secrets-manager.ts'
import { sesMail } from './ses-mail.ts'
import { type Machine, sfnWorkflows } from './sfn-workflows.ts'
import { snsTopic, type Topic } from './sns-topic.ts'
import { sqsQueue } from './sqs-queue.ts'
import type { TableNames } from './tables.ts'

export type AwsConfig = {
  access: AwsAccess
  buckets: Buckets
  tables: TableNames
  queues: Record<QueueName, { url: string; deadUrl: string }>
  machines: Record<WorkflowName, Machine>
  /** Name or ARN of the secret with the delivery keys. */
  secretId: string
  policy: Policy
  /** Words and patterns that prompts may not hold. */
  moderation?: ModerationPolicy
  /** Absent: people come from an outside issuer. */
  userPoolId?: string
  /** A verified address. Absent: no letters are sent. */
  mailFrom?: string
  /** `image-processed-topic`. Absent: operators are not told. */
  topicArn?: string
  /** Where Bedrock is asked; a stack itself may be anywhere. */
  bedrockRegion?: string
  catalogue?: readonly Model[]
  invokers?: Parameters<typeof studioModels>[0]['invokers']
  makers?: MakerLimits
  /** Said with every metric and log line, such as the stage. */
  about?: Record<string, string>
  /** Takes one line of telemetry; standard output on Lambda. */
  write: (line: string) => void
  now?: () => number
  /** Ports made elsewhere, in place of the ones here. */
  ports?: Partial<Ports>
}

/** As many as a function of 2 vCPU encodes at once; more would only make each slower. */
const MAKERS: MakerLimits = { makers: 2, waiting: 16 }

/**
 * The studio on an AWS account. Reads the secret first, and so fails with `unavailable` before it could sign with nothing. A function
 * that needs a part composes `awsFacts` or `awsBytes` alone, and leaves the other clients out of its bundle.
 */
export async function awsPorts(config: AwsConfig): Promise<Ports & { topic?: Topic }> {
  const { access, now = Date.now } = config
  const newId = uuidV7Source(now, (bytes) => randomFillSync(bytes))
  const secrets = await readSecrets({ secrets: new SecretsManagerClient(access), id: config.secretId })
  const { people, uploadRecords, edgeCopies, ...facts } = awsFacts({ access, tables: config.tables, now, newId })
  const { signedUploads, ...bytes } = awsBytes({ access, buckets: config.buckets, makers: config.makers ?? MAKERS, now })
  const sqs = new SQSClient(access)
  const queue = (name: QueueName) => sqsQueue({ sqs, now, ...config.queues[name] })
  const { userPoolId, mailFrom, topicArn } = config

  return {
    ...facts,
    ...bytes,
    derivatives: withEdgeCopies(bytes.derivatives, edgeCopies),
    uploads: { ...signedUploads, ...uploadRecords },
    pixels: inProcessPixels({ read: (key, version) => bytes.blobs.read(key, version === undefined ? {} : { version }) }),
    zip,
    queues: { generation: queue('generation'), processing: queue('processing') },
    workflows: sfnWorkflows({ sfn: new SFNClient(access), machines: config.machines }),
    models: studioModels({
      catalogue: config.catalogue ?? BEDROCK_CATALOGUE,
      invokers: config.invokers ?? { bedrock: bedrockInvoker(config.bedrockRegion ? { preferredRegion: config.bedrockRegion } : {}) },
    }),
    wording: { expand: noTextModel, translate: noTextModel, isConfigured: false },
    embeddings: { text: noTextModel, picture: noTextModel, isConfigured: false },
    moderator: policyModerator(config.moderation),
    directory: userPoolId ? cognitoDirectory({ cognito: new CognitoIdentityProviderClient(access), userPoolId, people }) : people,
    mail: mailFrom ? sesMail({ ses: new SESv2Client(access), from: mailFrom }) : { send: noSender },
    telemetry: emfTelemetry({ write: config.write, now, namespace: 'Genzo', ...(config.about && { about: config.about }) }),
    policy: config.policy,
    signer: hmacSigner(secrets),
    now,
    newId,
    ...(topicArn && { topic: snsTopic({ sns: new SNSClient(access), topicArn }) }),
    ...config.ports,
  }
}

const noTextModel = async (): Promise<never> => {
  throw new StudioError('unavailable', 'no text model is configured: set BEDROCK_MODEL_ID and BEDROCK_EMBEDDING_MODEL_ID in the stack')
}
const noSender = async (): Promise<never> => {
  throw new StudioError('unavailable', 'no sender is configured: set a verified address in the stack', { service: 'ses' })
}
