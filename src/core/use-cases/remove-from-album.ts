import type { Actor } from '../actor.ts'
import { ownAlbum } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** Takes an image out of an album of the actor's; it stays in the library. Succeeds when it was not in. */
export async function removeFromAlbum(
  ports: Pick<Ports, 'albums'>,
  actor: Actor,
  { id, imageId }: { id: string; imageId: string },
): Promise<void> {
  await ownAlbum(ports, actor, id)
  await ports.albums.removeImage(id, imageId)
}
