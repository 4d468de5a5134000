import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { noAlbum, ownAlbum } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { type CoveredAlbum, withCover } from './album-covers.ts'
import { AlbumTitle } from './create-album.ts'

/** `coverId: null` lets the newest image stand for the album again. */
export const AlbumPatch = z.strictObject({ title: AlbumTitle.optional(), coverId: z.uuid().nullable().optional() })
export type AlbumPatch = z.output<typeof AlbumPatch>

/** Renames an album or chooses its cover; fields left out stay. `conflict` for a cover that is not in the album. */
export async function patchAlbum(
  ports: Pick<Ports, 'albums' | 'images' | 'now'>,
  actor: Actor,
  { id, patch: { title, coverId } }: { id: string; patch: AlbumPatch },
): Promise<CoveredAlbum> {
  await ownAlbum(ports, actor, id)
  if (typeof coverId === 'string' && !(await ports.albums.listByImage(coverId)).includes(id))
    throw new StudioError('conflict', `image ${coverId} is not in album ${id}; add it first`, { reason: 'not_in_album' })
  const change = { ...(title !== undefined && { title }), ...(coverId !== undefined && { coverId: coverId ?? undefined }) }
  const album = await ports.albums.update(id, { ...change, updatedAt: ports.now() })
  if (!album) throw noAlbum(id)
  return withCover(ports, album)
}
