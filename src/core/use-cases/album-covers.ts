import type { Image } from '../image.ts'
import type { Album } from '../ports/albums.ts'
import type { Ports } from '../ports/index.ts'

/** An album with the picture that stands for it; none while no image in it is ready. */
export type CoveredAlbum = Album & { cover?: Image }

/** How many of the newest are looked at for one that is ready: those before it may lie in the trash. */
const LOOK_AT = 8

/** The cover its owner chose, else the newest picture in it that can be shown. */
export async function withCover(ports: Pick<Ports, 'albums' | 'images'>, album: Album): Promise<CoveredAlbum> {
  if (album.images === 0) return album
  const { items: newest } = await ports.albums.listImages(album.id, { limit: LOOK_AT })
  const wanted = album.coverId === undefined ? newest : [album.coverId, ...newest]
  const found = await ports.images.findMany([...new Set(wanted)])
  const cover = found.find(({ state, ownerId }) => state === 'ready' && ownerId === album.ownerId)
  return cover ? { ...album, cover } : album
}
