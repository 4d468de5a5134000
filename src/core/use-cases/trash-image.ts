import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { DAY } from '../times.ts'

export type TrashPorts = Pick<Ports, 'images' | 'search' | 'events' | 'policy' | 'telemetry' | 'now'>

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
    { state: 'trashed', stateBeforeTrash: state, trashedAt: at, updatedAt: at, dueAt: at + ports.policy.trashDays * DAY },
  )
  if (!trashed) return moveToTrash(ports, await ownImage(ports, { id: ownerId }, id))
  // Left in the index by a failure here, it is not shown: readers drop what is trashed, and the purge removes it.
  await bestEffort(ports, 'unindexing a trashed image', () => ports.search.remove(trashed))
  await bestEffort(ports, 'telling of the trash', () => ports.events.append(ownerId, { type: 'image.trashed', subjectId: id, at }))
  return trashed
}
