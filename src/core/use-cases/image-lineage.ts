import type { Actor } from '../actor.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'

/** Far past any chain a person makes; a bound against a cycle that a fault might write. */
const DEEPEST = 50

/**
 * Where an image comes from and what was made of it: ancestors nearest first, children oldest first (at most 200). Purged ones are
 * left out, and end the line.
 */
export async function imageLineage(
  ports: Pick<Ports, 'images'>,
  actor: Actor,
  id: string,
): Promise<{ ancestors: Image[]; children: Image[] }> {
  const image = await ownImage(ports, actor, id)
  const isShown = (other: Image | undefined): other is Image => other?.ownerId === actor.id && other.state !== 'purging'
  const ancestors: Image[] = []
  for (let next = image.parentId; next !== undefined && ancestors.length < DEEPEST; ) {
    const parent = await ports.images.find(next)
    if (!isShown(parent)) break
    ancestors.push(parent)
    next = parent.parentId
  }
  return { ancestors, children: (await ports.images.listChildren(image.id)).filter(isShown) }
}
