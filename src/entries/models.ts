import type { Ports } from '#core/ports/index.ts'
import { sketchThread } from '#local/sketch-thread.ts'
import type { BedrockAccess } from '#models/bedrock/client.ts'
import { bedrockEmbeddings } from '#models/bedrock/embeddings.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockLifecycles } from '#models/bedrock/lifecycles.ts'
import { bedrockWording } from '#models/bedrock/wording.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { studioModels } from '#models/studio-models.ts'
import { type Config, readEnvFile } from './config.ts'
import { readCatalogue } from './operator-files.ts'

const SKETCHING = new URL('./sketch.worker.ts', import.meta.url)

type Options = { isServer: boolean; pixels: Pick<Ports['pixels'], 'prepare'>; warn: (message: string) => void }

/** The models that this studio may ask: sketch always, Amazon Bedrock once there is a key, credentials or another endpoint. */
export function openModels(
  config: Config,
  { isServer, pixels, warn }: Options,
): { ports: Pick<Ports, 'models'> & Partial<Pick<Ports, 'wording' | 'embeddings'>>; close(): Promise<void> } {
  const { models: catalogue, defaults } = readCatalogue(config)
  // A guest asks for no pictures, so it starts no thread.
  const thread = isServer ? sketchThread({ workerUrl: SKETCHING }) : undefined
  const local = { invoke: thread ?? sketchInvoker() }
  const access = bedrockAccess(config)
  if (!access)
    return { ports: { models: studioModels({ catalogue, defaults, warn, invokers: { local } }) }, close: async () => thread?.close() }

  const { values, bedrockRegion: preferredRegion } = config
  const bedrock = bedrockInvoker({ ...access, preferredRegion, pixels })
  const lifecycles = isServer ? { lifecycles: bedrockLifecycles({ ...access, catalogue, preferredRegion, warn }) } : {}
  const { BEDROCK_MODEL_ID: textModel, BEDROCK_EMBEDDING_MODEL_ID: embeddingModel } = values
  return {
    ports: {
      models: studioModels({ catalogue, defaults, warn, invokers: { local, bedrock }, ...lifecycles }),
      ...(textModel && { wording: bedrockWording({ ...access, modelId: textModel, region: preferredRegion }) }),
      ...(embeddingModel && { embeddings: bedrockEmbeddings({ ...access, modelId: embeddingModel, pixels }) }),
    },
    async close() {
      bedrock.close()
      await thread?.close()
    },
  }
}

/** How Bedrock is asked, undefined when nothing says how. The key is read again for each call, since short-term keys end. */
export function bedrockAccess({ values }: Config): BedrockAccess | undefined {
  const { AWS_BEARER_TOKEN_BEDROCK: key, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = values
  const { AWS_SESSION_TOKEN: sessionToken, AWS_PROFILE: profile, GENZO_BEDROCK_ENDPOINT: endpoint } = values
  if (!key && !accessKeyId && !profile && !endpoint) return undefined
  const credentials = accessKeyId && secretAccessKey && { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
  return {
    token: () => process.env['AWS_BEARER_TOKEN_BEDROCK']?.trim() || readEnvFile()['AWS_BEARER_TOKEN_BEDROCK'],
    ...(credentials && { credentials }),
    ...(endpoint && { endpoint }),
  }
}
