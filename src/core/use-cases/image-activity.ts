import type { Actor } from '../actor.ts'
import type { Activity } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** What was done to an image of the actor's, oldest first, at most 500 lines. */
export async function imageActivity(ports: Pick<Ports, 'images'>, actor: Actor, id: string): Promise<Activity[]> {
  const image = await ownImage(ports, actor, id)
  return ports.images.activity(image.id)
}
