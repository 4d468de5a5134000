import { StudioError } from '#core/errors.ts'
import type { Embeddings, Wording } from '#core/ports/models.ts'

const missing = (what: string, variable: string, service: string) => async (): Promise<never> => {
  throw new StudioError('unavailable', `no ${what} is configured: set ${variable} and a Bedrock key in .env.local`, { service })
}
const noText = missing('text model', 'BEDROCK_MODEL_ID', 'text')
const noEmbeddings = missing('embedding model', 'BEDROCK_EMBEDDING_MODEL_ID', 'embeddings')

/** No text model to ask: says what to configure. */
export const unconfiguredWording = (): Wording => ({ expand: noText, translate: noText, isConfigured: false })
/** No embedding model to ask: says what to configure. */
export const unconfiguredEmbeddings = (): Embeddings => ({ text: noEmbeddings, picture: noEmbeddings, isConfigured: false })
