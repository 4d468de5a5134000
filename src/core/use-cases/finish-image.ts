import type { Image, ImageState } from '../image.ts'
import { originalPrefix, renditionPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import { MINUTE } from '../times.ts'

type FinishPorts = Pick<Ports, 'blobs' | 'images' | 'search' | 'events' | 'now'>
type Ending = { state: 'failed' | 'rejected'; reason: string; reasonDetail?: string; duplicateOf?: string; from: readonly ImageState[] }

/**
 * Ends an image that cannot become ready. `failed` keeps its bytes, so that "process again" can repair it; `rejected` keeps none.
 * Undefined when the image was in none of the states `from`: a purge or another worker came first, and wins.
 */
export async function finishImage(ports: FinishPorts, image: Pick<Image, 'id'>, ending: Ending): Promise<Image | undefined> {
  const at = ports.now()
  const { from, ...change } = ending
  const bytes = ending.state === 'rejected' ? { byteLength: 0, renditions: [] } : {}
  // `dueAt` stays until everything that follows from the new state is done: a crash in between is taken up by the sweeper.
  const ended = await ports.images.update(image.id, { from }, { ...change, ...bytes, updatedAt: at, dueAt: at + MINUTE })
  if (ended) await concludeImage(ports, ended)
  return ended
}

/**
 * What follows from a final state: bytes of a rejected image go, the index and the owner's feed hear of it, and nothing is owed any
 * more. May run twice.
 */
export async function concludeImage(ports: FinishPorts, image: Image): Promise<void> {
  if (image.state !== 'ready' && image.state !== 'failed' && image.state !== 'rejected') return
  if (image.state === 'rejected') {
    await ports.blobs.purge(renditionPrefix(image.id))
    await ports.blobs.purge(originalPrefix(image.ownerId, image.id))
    // The claim on a duplicate's hash is the other image's; releasing is by id, so that one stays.
    if (image.sha256) await ports.images.releaseHash(image.ownerId, image.sha256, image.id)
  }
  await ports.search.put(image)
  await ports.events.append(image.ownerId, { type: `image.${image.state}`, subjectId: image.id, at: ports.now() })
  // At this revision only: a later change has debts of its own.
  await ports.images.update(image.id, { from: [image.state], revision: image.revision }, { dueAt: undefined })
}
