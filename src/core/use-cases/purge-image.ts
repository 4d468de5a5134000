import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import { originalPrefix, renditionPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import { MINUTE } from '../times.ts'

export type PurgePorts = Pick<Ports, 'derivatives' | 'blobs' | 'images' | 'albums' | 'search' | 'vectors' | 'links' | 'events' | 'now'>

/**
 * Removes an image for good: derivatives, bytes with every version, index, links, its places in albums, the claim on its hash, then
 * the record. From the first step on nobody finds it; after a crash the sweeper goes on. `conflict` for a picture whose generation is
 * under way.
 */
export async function purgeImage(ports: PurgePorts, actor: Actor, id: string): Promise<void> {
  const image = await ownImage(ports, actor, id)
  if (image.state === 'pending' && image.generationId !== undefined)
    throw new StudioError('conflict', `image ${id} is being generated; cancel its generation instead`, { state: image.state })
  await purge(ports, image)
}

/** The same for an image already at hand, in whatever state. May run twice. */
export async function purge(ports: PurgePorts, image: Image): Promise<void> {
  const { id, ownerId } = image
  const at = ports.now()
  const from = ['pending', 'processing', 'ready', 'failed', 'rejected', 'trashed', 'purging'] as const
  const purging = await ports.images.update(id, { from }, { state: 'purging', updatedAt: at, dueAt: at + MINUTE })
  if (!purging) return
  await ports.derivatives.purge(id)
  await ports.blobs.purge(renditionPrefix(id))
  await ports.blobs.purge(originalPrefix(ownerId, id))
  await ports.search.remove(purging)
  await ports.vectors.remove({ ownerId, imageId: id })
  await ports.links.removeByImage(id)
  for (const albumId of await ports.albums.listByImage(id)) await ports.albums.removeImage(albumId, id)
  if (purging.sha256) await ports.images.releaseHash(ownerId, purging.sha256, id)
  // The row goes last: it is what makes the sweeper go on.
  await ports.events.append(ownerId, { type: 'image.purged', subjectId: id, at })
  await ports.images.remove(id)
}
