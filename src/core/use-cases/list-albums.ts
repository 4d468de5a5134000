import type { Actor } from '../actor.ts'
import { ownImage } from '../owned.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Album } from '../ports/albums.ts'
import type { Ports } from '../ports/index.ts'
import { type CoveredAlbum, withCover } from './album-covers.ts'

/** The actor's albums, newest first, each with its cover. */
export async function listAlbums(ports: Pick<Ports, 'albums' | 'images'>, actor: Actor, page: PageRequest): Promise<Page<CoveredAlbum>> {
  const { items, ...rest } = await ports.albums.listByOwner(actor.id, page)
  return { items: await Promise.all(items.map((album) => withCover(ports, album))), ...rest }
}

/** The albums that an image of the actor's lies in, by title. */
export async function listAlbumsOfImage(ports: Pick<Ports, 'albums' | 'images'>, actor: Actor, imageId: string): Promise<Album[]> {
  await ownImage(ports, actor, imageId)
  const ids = await ports.albums.listByImage(imageId)
  const albums = await Promise.all(ids.map((id) => ports.albums.find(id)))
  return albums.flatMap((album) => (album?.ownerId === actor.id ? [album] : [])).sort((a, b) => a.title.localeCompare(b.title))
}
