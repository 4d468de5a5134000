import { z } from 'zod'
import type { Actor } from '../actor.ts'
import type { Ports } from '../ports/index.ts'
import { addToAlbum, MAX_ADDED } from './add-to-album.ts'
import { type CoveredAlbum, withCover } from './album-covers.ts'
import { getAlbum } from './get-album.ts'

export const AlbumTitle = z.string().trim().min(1).max(200)
export const NewAlbum = z.strictObject({ title: AlbumTitle, imageIds: z.array(z.uuid()).max(MAX_ADDED).default([]) })
export type NewAlbum = z.output<typeof NewAlbum>

/** Makes an album, with images of the actor's in it when some are given. `not_found` for one that is not theirs, and no album then. */
export async function createAlbum(
  ports: Pick<Ports, 'albums' | 'images' | 'now' | 'newId'>,
  actor: Actor,
  { title, imageIds }: NewAlbum,
): Promise<CoveredAlbum> {
  const at = ports.now()
  const album = { id: ports.newId(), ownerId: actor.id, title, createdAt: at, updatedAt: at }
  await ports.albums.insert(album)
  if (imageIds.length === 0) return withCover(ports, { ...album, images: 0 })
  try {
    await addToAlbum(ports, actor, { id: album.id, imageIds })
  } catch (error) {
    await ports.albums.remove(album.id)
    throw error
  }
  return getAlbum(ports, actor, album.id)
}
