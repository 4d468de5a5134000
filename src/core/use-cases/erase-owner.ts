import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import { stopGeneration } from './cancel-generation.ts'
import { type PurgePorts, purge } from './purge-image.ts'
import { isSettled, type SettlePorts } from './settle-generation.ts'

/** One line per store: what went, and what stays and why. */
export type EraseReceipt = { ownerId: string; at: string; stores: { store: string; removed?: number; note: string }[] }

type ErasePorts = PurgePorts & SettlePorts & Pick<Ports, 'keys' | 'directory' | 'audit' | 'newId'>

const PAGE = 100

/**
 * Removes everything of one person: by themselves or by an operator; another's is `not_found`. Safe to repeat; `unavailable` while one
 * of their generations is still being stopped. The receipt names every store.
 */
export async function eraseOwner(ports: ErasePorts, actor: Pick<Actor, 'id' | 'role'>, ownerId: string): Promise<EraseReceipt> {
  if (actor.id !== ownerId && actor.role !== 'admin') throw new StudioError('not_found', 'no such person', { what: 'user' })
  const at = ports.now()
  await ports.audit.append({ at, actorId: actor.id, action: 'owner.erase.begun', subjectId: ownerId })
  // The doors close first, so that nothing new comes in behind.
  await ports.keys.removeByOwner(ownerId)
  if (await ports.directory.find(ownerId)) await ports.directory.setDisabled(ownerId, true)
  await stopAll(ports, ownerId)
  const images = await purgeAll(ports, ownerId)
  const albums = await removeAlbums(ports, ownerId)
  const strays = (await ports.blobs.purge(`originals/${ownerId}/`)) + (await ports.blobs.purge(`inbox/${ownerId}/`))
  const generations = await ports.generations.removeByOwner(ownerId)
  await ports.events.removeByOwner(ownerId)
  await ports.ledger.setLimits(ownerId, {})
  await ports.directory.remove(ownerId)
  await ports.audit.append({
    at: ports.now(),
    actorId: actor.id,
    action: 'owner.erased',
    subjectId: ownerId,
    details: { images, albums, generations },
  })
  return {
    ownerId,
    at: new Date(at).toISOString(),
    stores: [
      { store: 'images', removed: images, note: 'records with history, originals in every version, renditions, search index, links' },
      { store: 'albums', removed: albums, note: 'titles and what lay in them' },
      {
        store: 'inbox',
        removed: strays,
        note: 'masks and unfinished uploads; the promises to accept one hold no content and end in 7 days',
      },
      { store: 'generations', removed: generations, note: 'prompts and settings' },
      { store: 'feed', note: 'all events' },
      { store: 'keys', note: 'all API keys' },
      { store: 'directory', note: 'the account with its e-mail address' },
      { store: 'ledger', note: 'kept: sums of money per period under the id alone, for the accounts' },
      { store: 'audit', note: 'kept: who erased what and when, under ids alone' },
      { store: 'backups', note: 'backups taken before this still hold the data until the operator deletes them' },
    ],
  }
}

/** Stops what is under way. Lists are eventually consistent and newest first, so every page is looked at. */
async function stopAll(ports: ErasePorts, ownerId: string): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const page = await ports.generations.listByOwner(ownerId, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const generation of page.items.filter((one) => !isSettled(one))) {
      if (isSettled(await stopGeneration(ports, generation))) continue
      throw new StudioError('unavailable', 'a generation is still being stopped; repeat this in a few seconds', { retryAfterSeconds: 3 })
    }
    cursor = page.nextCursor
    if (cursor === undefined) return
  }
}

/** Always the first page: what was removed is gone from the list. */
async function removeAlbums(ports: ErasePorts, ownerId: string): Promise<number> {
  for (let removed = 0; ; ) {
    const { items } = await ports.albums.listByOwner(ownerId, { limit: PAGE })
    if (items.length === 0) return removed
    for (const { id } of items) await ports.albums.remove(id)
    removed += items.length
  }
}

async function purgeAll(ports: ErasePorts, ownerId: string): Promise<number> {
  let purged = 0
  for (const trash of [false, true]) {
    for (let cursor: string | undefined; ; ) {
      const page = await ports.images.listByOwner(ownerId, { limit: PAGE, trash, ...(cursor === undefined ? {} : { cursor }) })
      for (const image of page.items) await purge(ports, image)
      purged += page.items.length
      cursor = page.nextCursor
      if (cursor === undefined) break
    }
  }
  return purged
}
