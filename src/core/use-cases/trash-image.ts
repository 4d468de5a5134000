import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { DAY, MINUTE } from '../times.ts'

export type TrashPorts = Pick<Ports, 'images' | 'links' | 'search' | 'events' | 'policy' | 'telemetry' | 'now'>

/** Puts an image into the trash, from which it can be restored until its days are over. Idempotent. Work on it stops. */
export async function trashImage(ports: TrashPorts, actor: Actor, id: string): Promise<Image> {
  return moveToTrash(ports, await ownImage(ports, actor, id))
}

/** The same for an image already at hand. */
export async function moveToTrash(ports: TrashPorts, image: Image): Promise<Image> {
  const { id, ownerId, state } = image
  if (state === 'trashed') return image
  if (state === 'pending')
    throw new StudioError(
      'conflict',
      `image ${id} has no bytes yet; ${image.generationId ? 'cancel its generation' : 'purge it'} instead`,
      {
        state,
      },
    )
  const at = ports.now()
  const trashed = await ports.images.update(
    id,
    { from: [state], revision: image.revision },
    { state: 'trashed', stateBeforeTrash: state, trashedAt: at, updatedAt: at, dueAt: at + MINUTE },
  )
  if (!trashed) return moveToTrash(ports, await ownImage(ports, { id: ownerId }, id))
  await bestEffort(ports, 'unindexing a trashed image', () => concludeTrash(ports, trashed))
  return (await ports.images.find(id)) ?? trashed
}

/** When the trash gives an image up, integer ms. */
export const trashEnds = ({ trashedAt = 0 }: Pick<Image, 'trashedAt'>, { trashDays }: Pick<Ports['policy'], 'trashDays'>): number =>
  trashedAt + trashDays * DAY

/** What follows from the trash: the index forgets the image, the owner's feed hears of it, and the next thing owed is its end. */
export async function concludeTrash(ports: Omit<TrashPorts, 'telemetry'>, image: Image): Promise<void> {
  const { id, ownerId, revision } = image
  // First: a picture in the trash is nobody else's, whatever fails after.
  await ports.links.setShown(id, false)
  await ports.search.remove(image)
  await ports.events.append(ownerId, { type: 'image.trashed', subjectId: id, at: ports.now() })
  await ports.images.update(id, { from: ['trashed'], revision }, { dueAt: trashEnds(image, ports.policy) })
}
