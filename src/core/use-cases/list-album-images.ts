import type { Actor } from '../actor.ts'
import type { Image } from '../image.ts'
import { ownAlbum } from '../owned.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Ports } from '../ports/index.ts'

/** Images that the store reads at once. */
const AT_ONCE = 100

/**
 * The images of an album of the actor's, last added first, without those in the trash: they come back in their place when they are
 * restored. A page may be short while a cursor is present.
 */
export async function listAlbumImages(
  ports: Pick<Ports, 'albums' | 'images'>,
  actor: Actor,
  { id, page }: { id: string; page: PageRequest },
): Promise<Page<Image>> {
  await ownAlbum(ports, actor, id)
  const { items: ids, ...rest } = await ports.albums.listImages(id, page)
  const images: Image[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) images.push(...(await ports.images.findMany(ids.slice(at, at + AT_ONCE))))
  return { items: images.filter(({ ownerId, state }) => ownerId === actor.id && state !== 'trashed' && state !== 'purging'), ...rest }
}
