import { bestEffort } from '../best-effort.ts'
import type { Ports } from '../ports/index.ts'
import { DAY } from '../times.ts'
import { moveToTrash, type TrashPorts } from './trash-image.ts'

const PAGE = 100

/**
 * Puts generated and edited images older than the policy's days into the trash, favourites excepted; nothing when the policy keeps them.
 * From the trash they can be restored until its own days are over. Returns how many. To be run daily; a repeat is harmless.
 */
export async function applyRetention(ports: TrashPorts & Pick<Ports, 'directory'>): Promise<number> {
  const days = ports.policy.deleteGeneratedAfterDays
  if (days === undefined) return 0
  const to = ports.now() - days * DAY
  let trashed = 0
  for (let cursor: string | undefined; ; ) {
    const people = await ports.directory.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id } of people.items) {
      for (const origin of ['generated', 'edited'] as const) trashed += await trashOlder(ports, { ownerId: id, origin, to })
    }
    cursor = people.nextCursor
    if (cursor === undefined) return trashed
  }
}

type Older = { ownerId: string; origin: 'generated' | 'edited'; to: number }

async function trashOlder(ports: TrashPorts, query: Older): Promise<number> {
  let trashed = 0
  for (let cursor: string | undefined; ; ) {
    const found = await ports.search.query(query, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const image of await ports.images.findMany(found.items)) {
      // The index is a hint; the record decides.
      if (image.isFavourite || image.createdAt > query.to || image.ownerId !== query.ownerId) continue
      if (!['ready', 'failed', 'rejected'].includes(image.state)) continue
      await bestEffort(ports, 'trashing by retention', async () => {
        await moveToTrash(ports, image)
        trashed += 1
      })
    }
    cursor = found.nextCursor
    if (cursor === undefined) return trashed
  }
}
