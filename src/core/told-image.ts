import type { Image } from './image.ts'
import { iso } from './iso-time.ts'
import type { Page } from './page.ts'

/**
 * An image as its owner is told of it, its URLs apart: owner, store versions, stored files and attempts stay inside. The local database
 * keeps this as text and reads the record back from it: all values but the times are the record's own, and another shape needs a migration.
 */
export function toldImage(image: Image) {
  const { createdAt, updatedAt, trashedAt } = image
  // One literal without spreads: a page of search results makes fifty.
  return {
    id: image.id,
    state: image.state,
    reason: image.reason,
    reasonDetail: image.reasonDetail,
    duplicateOf: image.duplicateOf,
    origin: image.origin,
    title: image.title,
    tags: image.tags,
    isFavourite: image.isFavourite,
    fileName: image.fileName,
    width: image.width,
    height: image.height,
    byteLength: image.byteLength,
    format: image.format,
    frames: image.frames,
    hasAlpha: image.hasAlpha,
    placeholder: image.placeholder,
    palette: image.palette,
    camera: image.camera,
    parentId: image.parentId,
    generationId: image.generationId,
    outputIndex: image.outputIndex,
    madeWith: image.madeWith,
    albumIds: image.albumIds,
    revision: image.revision,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    trashedAt: trashedAt === undefined ? undefined : iso(trashedAt),
  } satisfies { [K in keyof Image]?: K extends ToldTime ? string | undefined : Image[K] | undefined }
}
/** What is a number in a record and a text where it is told. */
export type ToldTime = 'createdAt' | 'updatedAt' | 'trashedAt'
export type ToldImage = ReturnType<typeof toldImage>

/** The same as a list has it. */
export type ToldLine = {
  id: string
  /** JSON of the `ToldImage`. */
  json: string
  /** Pixels; absent while there is no picture of it to fetch. */
  pictureWidth?: number
}

export const toldLine = (image: Image): ToldLine => ({
  id: image.id,
  json: JSON.stringify(toldImage(image)),
  ...(hasPictures(image) && { pictureWidth: image.width }),
})

export const toldLines = ({ items, ...rest }: Page<Image>): Page<ToldLine> => ({ items: items.map(toldLine), ...rest })

/** Whether its sizes, and the original, may be fetched. */
export const hasPictures = ({ state, renditions }: Image): boolean => renditions.length > 0 && (state === 'ready' || state === 'trashed')
