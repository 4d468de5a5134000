import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import { renditionKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { Picture } from '../ports/pixels.ts'
import { packVector, unpackVector } from '../vector.ts'
import { askWording } from './ask-wording.ts'

type MeaningPorts = Pick<Ports, 'images' | 'blobs' | 'embeddings' | 'vectors' | 'rates' | 'now'>
/** Optional where a process only works on pictures and was given none of these. */
export type EmbedPorts = Pick<Ports, 'blobs' | 'telemetry'> & Partial<Pick<Ports, 'embeddings' | 'vectors'>>

/** Each costs one call of the embedding model, which is not charged. */
const RATE = { perMinute: 60, burst: 10 }
/** Pictures that lie further off than this have as good as nothing to do with the words. */
const LEAST_SCORE = 0.05

/** The actor's ready images that the words describe, best first. `unavailable` with the variable to set without an embedding model. */
export async function findByMeaning(
  ports: MeaningPorts,
  actor: Actor,
  { words, limit }: { words: string; limit: number },
): Promise<Image[]> {
  await assertTurn(ports, actor)
  const vector = await askWording((signal) => ports.embeddings.text(words, signal))
  return nearestImages(ports, actor, { vector, limit })
}

/** Images of the actor that mean much the same as one of theirs, best first; that one is not among them. Same refusals. */
export async function similarImages(
  ports: MeaningPorts,
  actor: Actor,
  { imageId, limit }: { imageId: string; limit: number },
): Promise<Image[]> {
  const image = await ownImage(ports, actor, imageId)
  if (image.state !== 'ready')
    throw new StudioError('conflict', `image ${imageId} is ${image.state}; ask once it is ready`, { state: image.state })
  const space = ports.embeddings.space ?? ''
  const kept = await ports.vectors.find({ ownerId: actor.id, imageId, space })
  if (!kept) await assertTurn(ports, actor)
  // One that was there before the embedding model was gets its vector now.
  const vector = kept ? unpackVector(kept) : await embedImage(ports, image)
  return nearestImages(ports, actor, { vector, limit, but: imageId })
}

/** Keeps the image's vector for searches, when an embedding model is configured. Best effort: without it, only those do not find it. */
export async function rememberMeaning(ports: EmbedPorts, image: Image): Promise<void> {
  const { embeddings, vectors } = ports
  if (!embeddings?.isConfigured || !vectors) return
  await bestEffort(ports, 'a vector of an image', () => embedImage({ ...ports, embeddings, vectors }, image))
}

/** Asks for the vector of a ready image and keeps it. Costs one call; a repeat replaces it. */
export async function embedImage(ports: Pick<Ports, 'blobs' | 'embeddings' | 'vectors'>, image: Image): Promise<Float32Array> {
  const { id: imageId, ownerId } = image
  const picture = await readPreview(ports, image)
  const vector = await askWording((signal) => ports.embeddings.picture(picture, signal))
  await ports.vectors.put({ ownerId, imageId, space: ports.embeddings.space ?? '', vector: packVector(vector) })
  return vector
}

/** The widest WebP of at most 1280 pixels: all that an embedding model looks at. */
async function readPreview(ports: Pick<Ports, 'blobs'>, image: Image): Promise<Picture> {
  const [rung] = image.renditions.filter(({ format, width }) => format === 'webp' && width <= 1280).sort((a, b) => b.width - a.width)
  const bytes = rung && (await ports.blobs.read(renditionKey(image.id, rung.canonical)))
  if (!bytes) throw new StudioError('unavailable', 'the picture is not in the store yet')
  const { width, height } = rung
  return { bytes, contentType: 'image/webp', width, height, hasAlpha: image.hasAlpha ?? false }
}

type Near = { vector: Float32Array; limit: number; but?: string }

async function nearestImages(ports: MeaningPorts, actor: Actor, { vector, limit, but }: Near): Promise<Image[]> {
  // Some may be in the trash or gone meanwhile, so more are asked for than are wanted.
  const near = await ports.vectors.nearest({ ownerId: actor.id, space: ports.embeddings.space ?? '' }, vector, limit * 2 + 1)
  const ids = near.filter(({ imageId, score }) => imageId !== but && score >= LEAST_SCORE).map(({ imageId }) => imageId)
  const images: Image[] = []
  for (let at = 0; at < ids.length; at += 100) images.push(...(await ports.images.findMany(ids.slice(at, at + 100))))
  return images.filter(({ ownerId, state }) => ownerId === actor.id && state === 'ready').slice(0, limit)
}

async function assertTurn(ports: Pick<Ports, 'rates' | 'embeddings' | 'now'>, actor: Actor): Promise<void> {
  if (!ports.embeddings.isConfigured) return
  const turn = await ports.rates.take(`embeddings/${actor.id}`, { ...RATE, now: ports.now() })
  if (turn.taken) return
  const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / 1000))
  throw new StudioError('throttled', `searches by meaning are ${RATE.perMinute} a minute at most; wait a moment`, { retryAfterSeconds })
}
