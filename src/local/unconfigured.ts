import { StudioError } from '#core/errors.ts'
import type { Embeddings, Wording } from '#core/ports/models.ts'

const missing = async (): Promise<never> => {
  throw new StudioError('unavailable', 'no text model is configured: give a Bedrock key and BEDROCK_EMBEDDING_MODEL_ID in .env.local')
}

/** No text model to ask: says what to configure. */
export const unconfiguredWording = (): Wording => ({ expand: missing, translate: missing, isConfigured: false })
/** No embedding model to ask: says what to configure. */
export const unconfiguredEmbeddings = (): Embeddings => ({ text: missing, picture: missing, isConfigured: false })
