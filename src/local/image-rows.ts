import type { Image } from '#core/image.ts'
import { hasPictures, type ToldImage, type ToldLine, type ToldTime, toldImage, toldLine } from '#core/told-image.ts'
import type { Row } from './sqlite.ts'

/** The columns that a change may touch, and their values. */
export const CHANGEABLE = ['revision', 'state', 'parent_id', 'due_at', 'byte_length', 'doc', 'picture_width', 'rest'] as const
export const changeable = (image: Image) => [
  ...[image.revision, image.state, image.parentId, image.dueAt, image.byteLength, JSON.stringify(toldImage(image))],
  ...[hasPictures(image) ? image.width : 0, JSON.stringify(restOf(image))],
]

/** What is not told, or not as a program needs it. A field that is new stands here or there, or it does not compile. */
type Rest = { [K in Exclude<keyof Image, Exclude<keyof ToldImage, ToldTime>>]: Image[K] | undefined }
const restOf = (image: Image): Rest => ({
  ownerId: image.ownerId,
  stateBeforeTrash: image.stateBeforeTrash,
  sha256: image.sha256,
  renditions: image.renditions,
  blobVersion: image.blobVersion,
  attempts: image.attempts,
  dueAt: image.dueAt,
  createdAt: image.createdAt,
  updatedAt: image.updatedAt,
  trashedAt: image.trashedAt,
})

/**
 * The text of a record: what is told, and the rest after it. Of two members of one name the later counts (ECMA-262, JSON.parse), so times
 * are numbers again. Before schema 5 there was no rest.
 */
function textOf({ doc, rest }: Row): string {
  return rest === null ? String(doc) : `${String(doc).slice(0, -1)},${String(rest).slice(1)}`
}

/** From the columns `doc` and `rest`. */
export const recordIn = (row: Row | undefined): Image | undefined => row && (JSON.parse(textOf(row)) as Image)

/** The same of many. One parse for all of them costs a fifth less than one each. */
export const recordsIn = (rows: Row[]): Image[] => JSON.parse(`[${rows.map(textOf).join(',')}]`) as Image[]

/** From the columns `id`, `doc` and `picture_width`. */
export function lineIn(row: Row): ToldLine {
  const { id, doc: json, picture_width: pictureWidth } = row as { id: string; doc: string; picture_width: number | null }
  if (pictureWidth === null) return toldLine(JSON.parse(json) as Image)
  return pictureWidth === 0 ? { id, json } : { id, json, pictureWidth }
}
