import { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime'
import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import type { Embeddings } from '#core/ports/models.ts'
import type { Picture, Pixels } from '#core/ports/pixels.ts'
import { type BedrockAccess, runtimeClients } from './client.ts'
import { translated } from './errors.ts'

/** Both families offer it; longer vectors cost room in every index and find little more. */
const LENGTH = 1024
/** $0.00006 a picture by either: list price of October 2026 as third parties repeat it, unverified, since AWS shows it by script alone. */
const PICTURE_MICRO_USD = 60
/** Titan takes 2048 a side; 1024 shows a model all that it looks at. */
const SMALL = { formats: ['jpeg', 'png'] as const, maxSide: 1024, maxBytes: 3_500_000, flatten: true }

type Family = { text(text: string): unknown; picture(base64: string, format: string): unknown; read(answer: unknown): number[] | undefined }

const Titan = z.object({ embedding: z.array(z.number()) })
const Nova = z.object({ embeddings: z.array(z.object({ embedding: z.array(z.number()) })).min(1) })
const single = (embeddingPurpose: string, what: Record<string, unknown>) => ({
  schemaVersion: 'nova-multimodal-embed-v1',
  taskType: 'SINGLE_EMBEDDING',
  singleEmbeddingParams: { embeddingPurpose, embeddingDimension: LENGTH, ...what },
})

// Sources: Bedrock user guide "Titan Multimodal Embeddings G1" and Nova user guide "embeddings schema", October 2026.
const FAMILIES: readonly [RegExp, Family][] = [
  [
    /titan-embed-image/,
    {
      // At most 128 tokens; more is an error, and the first words say most.
      text: (inputText) => ({ inputText: inputText.slice(0, 400), embeddingConfig: { outputEmbeddingLength: LENGTH } }),
      picture: (inputImage) => ({ inputImage, embeddingConfig: { outputEmbeddingLength: LENGTH } }),
      read: (answer) => Titan.safeParse(answer).data?.embedding,
    },
  ],
  [
    /nova.*embeddings/,
    {
      // The query's purpose differs from the index's: the vectors are made to meet.
      text: (value) => single('IMAGE_RETRIEVAL', { text: { truncationMode: 'END', value: value.slice(0, 8000) } }),
      picture: (bytes, format) => single('GENERIC_INDEX', { image: { format, detailLevel: 'STANDARD_IMAGE', source: { bytes } } }),
      read: (answer) => Nova.safeParse(answer).data?.embeddings[0]?.embedding,
    },
  ],
]

/**
 * Vectors of texts and pictures in one space, unit length, by Titan Multimodal Embeddings or Nova Multimodal Embeddings
 * (`BEDROCK_EMBEDDING_MODEL_ID`). Without an id every method throws `unavailable` saying what to set; without `pixels`, which make a
 * picture small enough to send, only texts are taken.
 */
export function bedrockEmbeddings({
  modelId,
  region = 'us-east-1',
  pixels,
  ...access
}: BedrockAccess & { modelId?: string; region?: string; pixels?: Pick<Pixels, 'prepare'> }): Embeddings {
  const clients = runtimeClients(access)
  const family = FAMILIES.find(([pattern]) => modelId && pattern.test(modelId))?.[1]

  async function ask(make: (family: Family) => Promise<unknown> | unknown, signal: AbortSignal): Promise<Float32Array> {
    if (!modelId)
      throw new StudioError('unavailable', 'no embedding model is configured: set BEDROCK_EMBEDDING_MODEL_ID in .env.local', {
        service: 'embeddings',
      })
    if (!family)
      throw new StudioError(
        'unavailable',
        `${modelId} is no embedding model Genzo knows; set BEDROCK_EMBEDDING_MODEL_ID to amazon.titan-embed-image-v1`,
      )
    const body = JSON.stringify(await make(family))
    const command = new InvokeModelCommand({ modelId, body, contentType: 'application/json', accept: 'application/json' })
    const sent = clients.of(region).client.send(command, { abortSignal: signal })
    const answer = await translated(sent, { modelId, region, signal })
    const vector = family.read(parse(answer.body.transformToString()))
    if (vector?.length !== LENGTH)
      throw new StudioError('unavailable', 'the embedding model answered without a vector', { service: 'embeddings' })
    return unit(vector)
  }

  return {
    isConfigured: Boolean(modelId && family),
    ...(modelId && { space: modelId, pictureMicroUsd: PICTURE_MICRO_USD }),
    text: (text, signal) => ask((one) => one.text(text), signal),
    picture: (picture, signal) =>
      ask(async (one) => {
        const small = await shrink(picture, pixels)
        return one.picture(Buffer.from(small.bytes).toString('base64'), small.contentType === 'image/jpeg' ? 'jpeg' : 'png')
      }, signal),
  }
}

async function shrink(picture: Picture, pixels: Pick<Pixels, 'prepare'> | undefined): Promise<Picture> {
  if (pixels) return pixels.prepare({ bytes: picture.bytes }, SMALL)
  throw new StudioError('unavailable', 'this picture has no vector yet: it gets one when it is processed', { service: 'embeddings' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Length 1, so that a product is a cosine. */
function unit(vector: number[]): Float32Array {
  const norm = Math.hypot(...vector) || 1
  return Float32Array.from(vector, (value) => value / norm)
}
