import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { noAlbum, noImage, ownAlbum } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** At most this many in one request: what the store reads at once. */
export const MAX_ADDED = 100
/** More than a person looks through, and few enough to take an album apart in one request. */
export const MAX_IN_ALBUM = 10_000

export const AlbumAddition = z.strictObject({ imageIds: z.array(z.uuid()).min(1).max(MAX_ADDED) })

/**
 * Puts images of the actor's into an album of theirs; those in it already stay where they are. Returns how many are new. `not_found` names
 * the first that is not theirs, and then none is put in; `conflict` when the album is full.
 */
export async function addToAlbum(
  ports: Pick<Ports, 'albums' | 'images' | 'now'>,
  actor: Actor,
  { id, imageIds }: { id: string; imageIds: readonly string[] },
): Promise<number> {
  await ownAlbum(ports, actor, id)
  const unique = [...new Set(imageIds)]
  const missing = await firstNotOwn(ports, actor, unique)
  if (missing !== undefined) throw noImage(missing)
  const added = await ports.albums.addImages(id, { imageIds: unique, at: ports.now(), most: MAX_IN_ALBUM })
  if (added === undefined) throw noAlbum(id)
  // An image purged meanwhile was taken out of its albums perhaps before it came into this one.
  for (let gone = await firstNotOwn(ports, actor, unique); gone !== undefined; gone = await firstNotOwn(ports, actor, unique)) {
    await ports.albums.removeImage(id, gone)
    unique.splice(unique.indexOf(gone), 1)
  }
  return added
}

async function firstNotOwn(ports: Pick<Ports, 'images'>, actor: Actor, ids: readonly string[]): Promise<string | undefined> {
  const found = await ports.images.findMany(ids)
  const own = new Set(found.filter(({ ownerId, state }) => ownerId === actor.id && state !== 'purging').map(({ id }) => id))
  return ids.find((id) => !own.has(id))
}
