import type { Embeddings } from '#core/ports/models.ts'
import type { Pixels } from '#core/ports/pixels.ts'
import { type AwsEnv, embeddingRegion } from './aws-config.ts'
import { onFirstUse } from './on-aws.ts'

type Env = AwsEnv<'BEDROCK_EMBEDDING_MODEL_ID' | 'GENZO_BEDROCK_REGION'>

/**
 * Vectors for search by meaning, where a stage names their model; the client is loaded at the first. A function without `pixels` takes
 * words alone.
 */
export function embeddingsOf(env: Env, pixels?: Pick<Pixels, 'prepare'>): Embeddings {
  const { BEDROCK_EMBEDDING_MODEL_ID: modelId, GENZO_BEDROCK_REGION: preferred } = env
  const load = async () => {
    const { bedrockEmbeddings } = await import('#models/bedrock/embeddings.ts')
    return bedrockEmbeddings({ ...(modelId && { modelId, region: embeddingRegion(modelId, preferred) }), ...(pixels && { pixels }) })
  }
  const { text, picture } = onFirstUse(load as () => Promise<Pick<Embeddings, 'text' | 'picture'>>)
  return { text, picture, isConfigured: modelId !== undefined, ...(modelId && { space: modelId }) }
}
