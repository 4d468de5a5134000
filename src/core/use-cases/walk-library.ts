import type { Image } from '../image.ts'
import type { Ports } from '../ports/index.ts'

export type WalkPorts = Pick<Ports, 'directory' | 'images' | 'settings' | 'now'>
/** `name` keeps the place; another `version` begins anew. */
export type Walk = { name: string; version: string; until: number }

type Place = { version: string; people?: string; images?: string; isDone?: true }

const PAGE = 100

/**
 * Shows `each` page of everybody's library once, the trash left out, and keeps its place after each, so that it goes on where a stop, a
 * crash or `until` (ms) cut it: a page is then shown again. True when all was shown. Pictures that come while it walks may be missed: what
 * makes them knows the new version already.
 */
export async function walkLibrary(ports: WalkPorts, walk: Walk, each: (images: Image[]) => Promise<void>): Promise<boolean> {
  const name = `walk.${walk.name}`
  const kept = await ports.settings.get<Place>(name)
  let place: Place = kept?.version === walk.version ? kept : { version: walk.version }
  while (!place.isDone && ports.now() < walk.until) {
    place = await step(ports, place, each)
    await ports.settings.set(name, place)
  }
  return place.isDone === true
}

/** One page of one person. People are kept in order of their coming, so a place in the list stays one. */
async function step(ports: WalkPorts, place: Place, each: (images: Image[]) => Promise<void>): Promise<Place> {
  const { version, people, images } = place
  const { items, nextCursor } = await ports.directory.list({ limit: 1, ...(people !== undefined && { cursor: people }) })
  const [person] = items
  const page = person && (await ports.images.listByOwner(person.id, { limit: PAGE, ...(images !== undefined && { cursor: images }) }))
  if (page && page.items.length > 0) await each(page.items)
  if (page?.nextCursor !== undefined) return { ...place, images: page.nextCursor }
  return nextCursor === undefined ? { version, isDone: true } : { version, people: nextCursor }
}
