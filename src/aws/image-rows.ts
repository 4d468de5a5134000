import type { Image, ImageState } from '#core/image.ts'
import { dueShard, orderKey, type Row } from './dynamodb.ts'

/** The list that an image stands in: its owner's library, the owner's trash, or none while it is purged. */
const trashOf = (ownerId: string) => `${ownerId}#trash`
export const libraryKey = (ownerId: string, { trash }: { trash: boolean }): string => (trash ? trashOf(ownerId) : ownerId)

/** An image as a row: its own fields, and beside them the keys of the indexes. */
export function imageRow({ id, ...image }: Image): Row {
  const shelf = shelfOf(image.state)
  return {
    ...image,
    imageId: id,
    orderKey: orderKey(image.createdAt, id),
    dueShard: dueShard(id),
    // An update copies its list's name from these, since an expression can copy an attribute but not build one.
    libraryName: image.ownerId,
    trashName: trashOf(image.ownerId),
    ...(shelf && { libraryKey: shelf === 'trashName' ? trashOf(image.ownerId) : image.ownerId }),
  }
}

export function imageOf(row: Row | undefined): Image | undefined {
  if (!row) return undefined
  const { imageId, orderKey: _, dueShard: __, libraryName: ___, trashName: ____, libraryKey: _____, ...image } = row
  return { id: imageId, ...image } as Image
}

/** Which attribute holds the name of the list that a state belongs to. */
export const shelfOf = (state: ImageState): 'libraryName' | 'trashName' | undefined =>
  state === 'purging' ? undefined : state === 'trashed' ? 'trashName' : 'libraryName'

/** The words of an update: what is defined is set, what is `undefined` is removed, `plus` are further assignments. */
export function updateWords(change: Row, plus: { set?: readonly string[]; remove?: readonly string[] } = {}) {
  const entries = Object.entries(change)
  const set = entries.filter(([, value]) => value !== undefined)
  const removed = entries.filter(([, value]) => value === undefined)
  const sets = [...set.map(([name]) => `#${name} = :${name}`), ...(plus.set ?? [])]
  const removes = [...removed.map(([name]) => `#${name}`), ...(plus.remove ?? [])]
  return {
    UpdateExpression: [sets.length && `set ${sets.join(', ')}`, removes.length && `remove ${removes.join(', ')}`].filter(Boolean).join(' '),
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
  }
}
