import { errorName } from '../best-effort.ts'
import { isStudioError, StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import type { Ports } from '../ports/index.ts'
import { SECOND } from '../times.ts'
import { embedImage } from './find-by-meaning.ts'

export type EmbedLibraryPorts = Pick<Ports, 'directory' | 'images' | 'blobs' | 'embeddings' | 'vectors' | 'telemetry'>
/** What an embedding model does not know yet. `microUsd` by its list price; absent where that is not known. */
export type Unembedded = { images: number; missing: number; microUsd?: number }

const PAGE = 100
/** Calls at once: a few a second, far below what an account may. */
const AT_ONCE = 4
/** This many failures with nothing made between them are no fault of the pictures. */
const HOPELESS = 8
/** A provider that says when to come back is believed up to here. */
const LONGEST_PAUSE_MS = 30 * SECOND

/** How many ready images of everybody there are, how many of them searches by meaning cannot find yet, and what mending that costs. */
export async function countUnembedded(ports: EmbedLibraryPorts): Promise<Unembedded> {
  let [images, missing] = [0, 0]
  for await (const page of readyPages(ports)) {
    images += page.length
    missing += (await withoutVector(ports, page)).length
  }
  const { pictureMicroUsd } = ports.embeddings
  return { images, missing, ...(pictureMicroUsd !== undefined && { microUsd: missing * pictureMicroUsd }) }
}

/**
 * Asks for the vectors that up to `limit` images lack, so that pictures of before an embedding model are found by meaning. What was made is
 * kept, so a run that was cut goes on at the next. One picture that fails is counted and passed over; a provider that fails at everything
 * ends the run with its error.
 */
export async function embedLibrary(
  ports: EmbedLibraryPorts,
  { limit, onProgress = () => {} }: { limit: number; onProgress?: (done: number) => void },
): Promise<{ made: number; failed: number }> {
  let [made, failed, inARow] = [0, 0, 0]
  const one = async (image: Image) => {
    try {
      await patiently(() => embedImage(ports, image))
      // Purged meanwhile, its purge saw no vector yet.
      const now = await ports.images.find(image.id)
      if (!now || now.state === 'purging') await ports.vectors.remove({ ownerId: image.ownerId, imageId: image.id })
      made += 1
      inARow = 0
    } catch (error) {
      failed += 1
      inARow += 1
      ports.telemetry.log('warn', 'an image could not be embedded', { imageId: image.id, error: errorName(error) })
      if (inARow >= HOPELESS) throw error
    }
    onProgress(made + failed)
  }
  for await (const page of readyPages(ports)) {
    const wanted = (await withoutVector(ports, page)).slice(0, limit - made - failed)
    for (let at = 0; at < wanted.length; at += AT_ONCE) await Promise.all(wanted.slice(at, at + AT_ONCE).map(one))
    if (made + failed >= limit) break
  }
  return { made, failed }
}

/** Comes back once when the provider says when. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isStudioError(error, 'throttled')) throw error
    const pauseMs = Math.min(error.details.retryAfterSeconds * SECOND, LONGEST_PAUSE_MS)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    return ask()
  }
}

async function* readyPages({ directory, images }: EmbedLibraryPorts): AsyncGenerator<Image[]> {
  for (let people: string | undefined; ; ) {
    const found = await directory.list({ limit: PAGE, ...(people !== undefined && { cursor: people }) })
    for (const { id } of found.items)
      for (let cursor: string | undefined; ; ) {
        const page = await images.listByOwner(id, { limit: PAGE, ...(cursor !== undefined && { cursor }) })
        yield page.items.filter(({ state }) => state === 'ready')
        cursor = page.nextCursor
        if (cursor === undefined) break
      }
    people = found.nextCursor
    if (people === undefined) return
  }
}

async function withoutVector({ vectors, embeddings }: EmbedLibraryPorts, images: readonly Image[]): Promise<Image[]> {
  const { space } = embeddings
  if (!embeddings.isConfigured || space === undefined)
    throw new StudioError(
      'unavailable',
      'no embedding model is configured: set BEDROCK_EMBEDDING_MODEL_ID and a Bedrock key in .env.local',
      {
        service: 'embeddings',
      },
    )
  const kept = await Promise.all(images.map(({ ownerId, id: imageId }) => vectors.find({ ownerId, imageId, space })))
  return images.filter((_, at) => !kept[at])
}
