import type { Image } from '#core/image.ts'
import { hasPictures, type ToldImage, type ToldLine, toldImage, toldLine } from '#core/told-image.ts'
import type { Row } from './sqlite.ts'

/** The columns of an image that a change may touch, in the order of the table: revision to picture_width. */
export const changeable = (image: Image) => [
  ...[image.revision, image.state, image.parentId, image.dueAt, image.byteLength, JSON.stringify(untold(image))],
  ...[JSON.stringify(toldImage(image)), hasPictures(image) ? image.width : null],
]

type Time = 'createdAt' | 'updatedAt' | 'trashedAt'
/** What `told` does not hold, or not as a program needs it. A field that is new stands here or there, or it does not compile. */
type Untold = { [K in Exclude<keyof Image, Exclude<keyof ToldImage, Time>>]: Image[K] | undefined }
const untold = (image: Image): Untold => ({
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
 * are numbers again. Before schema 5, all of it lay in `doc`.
 */
function textOf({ told, doc }: Row): string {
  return told === null ? String(doc) : `${String(told).slice(0, -1)},${String(doc).slice(1)}`
}

/** From the columns `told` and `doc`. */
export const recordIn = (row: Row | undefined): Image | undefined => row && (JSON.parse(textOf(row)) as Image)

/** The same of many. One parse for all of them costs a fifth less than one each. */
export const recordsIn = (rows: Row[]): Image[] => JSON.parse(`[${rows.map(textOf).join(',')}]`) as Image[]

/** From the columns `id`, `told` and `picture_width`; `doc` is read only where `told` is null. */
export function lineIn(row: Row): ToldLine {
  const { id, told, picture_width: width } = row as { id: string; told: string | null; picture_width: number | null }
  if (told === null) return toldLine(recordIn(row)!)
  return width === null ? { id, json: told } : { id, json: told, pictureWidth: width }
}
