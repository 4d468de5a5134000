import type { Actor } from '../actor.ts'
import { ownAlbum } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** Removes an album of the actor's. The images in it stay in the library. */
export async function removeAlbum(ports: Pick<Ports, 'albums'>, actor: Actor, id: string): Promise<void> {
  await ownAlbum(ports, actor, id)
  await ports.albums.remove(id)
}
