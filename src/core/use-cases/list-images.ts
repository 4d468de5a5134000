import type { Actor } from '../actor.ts'
import type { Image, ImageState, Origin } from '../image.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Ports } from '../ports/index.ts'
import type { Task } from '../task.ts'
import { type ToldLine, toldLines } from '../told-image.ts'

/** Times integer ms of creation, inclusive; sizes in pixels of the whole picture. */
export type ImageFilter = PageRequest & {
  trash?: boolean | undefined
  /** Words in any language, of prompt, title, tags and file name. All must match. */
  q?: string | undefined
  origin?: Origin | undefined
  task?: Task | undefined
  model?: string | undefined
  state?: ImageState | undefined
  tag?: string | undefined
  favourite?: boolean | undefined
  from?: number | undefined
  to?: number | undefined
  minPixels?: number | undefined
  maxPixels?: number | undefined
}

/** Pages read for one answer at most: past that the answer is short and its cursor goes on. */
const MOST_PAGES = 10

/**
 * The actor's images as they are told of them, newest first: all of them, the trash, or those that words and filters match. A page may be
 * short while a cursor is present.
 */
export async function listImages(ports: Pick<Ports, 'images' | 'search'>, actor: Actor, filter: ImageFilter): Promise<Page<ToldLine>> {
  const { trash, state, cursor, limit } = filter
  const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
  if (trash) return ports.images.listTold(actor.id, { ...page, trash: true })
  const isUnindexed = state !== undefined && !['ready', 'failed', 'rejected'].includes(state)
  if (isUnindexed) return toldLines(await scanImages(ports, actor, { filter, page }))
  return isFiltered(filter) ? toldLines(await searchImages(ports, actor, { filter, page })) : ports.images.listTold(actor.id, page)
}

const isFiltered = ({ q, origin, task, model, state, tag, favourite, from, to, minPixels, maxPixels }: ImageFilter): boolean =>
  [q?.trim() || undefined, origin, task, model, state, tag, favourite, from, to, minPixels, maxPixels].some((part) => part !== undefined)

type Ask = { filter: ImageFilter; page: PageRequest }

async function searchImages(ports: Pick<Ports, 'images' | 'search'>, actor: Actor, { filter, page }: Ask): Promise<Page<Image>> {
  const { q, model, favourite, origin, task, state, tag, from, to, minPixels, maxPixels } = filter
  const facets = {
    text: q?.trim() || undefined,
    modelId: model,
    isFavourite: favourite,
    origin,
    task,
    state,
    tag,
    from,
    to,
    minPixels,
    maxPixels,
  }
  const present = Object.fromEntries(Object.entries(facets).filter(([, value]) => value !== undefined))
  const found = await ports.search.query({ ownerId: actor.id, ...present }, page)
  const images: Image[] = []
  // The store takes 100 ids at once; a page has at most 200.
  for (let at = 0; at < found.items.length; at += 100) images.push(...(await ports.images.findMany(found.items.slice(at, at + 100))))
  // The index may lag behind: what has gone, or is another's by a fault, is never shown.
  const items = images.filter((image) => image.ownerId === actor.id && image.state !== 'trashed' && image.state !== 'purging')
  return { items, ...(found.nextCursor === undefined ? {} : { nextCursor: found.nextCursor }) }
}

/** States that pass in minutes are not indexed: they are among the newest, so reading on from there finds them. */
async function scanImages(ports: Pick<Ports, 'images'>, actor: Actor, { filter, page }: Ask): Promise<Page<Image>> {
  const items: Image[] = []
  let cursor = page.cursor
  for (let read = 0; read < MOST_PAGES; read++) {
    const next = await ports.images.listByOwner(actor.id, { limit: page.limit, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...next.items.filter((image) => matches(image, filter)))
    cursor = next.nextCursor
    if (cursor === undefined || items.length > 0) break
  }
  return { items, ...(cursor === undefined ? {} : { nextCursor: cursor }) }
}

/** The filters that a picture not yet made can have an answer to. */
const matches = (image: Image, { state, origin, q, favourite }: ImageFilter): boolean =>
  image.state === state &&
  (origin === undefined || image.origin === origin) &&
  (favourite === undefined || image.isFavourite === favourite) &&
  (q === undefined || image.title.toLowerCase().includes(q.trim().toLowerCase()))
