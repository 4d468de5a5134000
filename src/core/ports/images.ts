import type { Activity, Image, ImageState } from '../image.ts'
import type { Page, PageRequest } from '../page.ts'
import type { ToldLine } from '../told-image.ts'

/** What an update may change; `undefined` removes the field. */
export type ImageChange = { [K in keyof Omit<Image, 'id' | 'ownerId' | 'origin' | 'createdAt' | 'revision'>]?: Image[K] | undefined }

/** The record of every image. Table `ImageMetadata` with partition key `imageId` on AWS. */
export interface Images {
  /** `conflict` when the id is taken. */
  insert(image: Image): Promise<void>
  /** Strong: sees every write that was acknowledged before. */
  find(id: string): Promise<Image | undefined>
  /** Strong, in the order asked, without those that are missing. At most 100 ids. */
  findMany(ids: readonly string[]): Promise<Image[]>
  /**
   * Applies the change if the image is in one of the states `from` (and, when given, at `revision`), raising `revision` by one.
   * One atomic write. Returns the image as it now is, or undefined when the condition did not hold: the caller reads again and decides.
   */
  update(id: string, when: { from: readonly ImageState[]; revision?: number }, change: ImageChange): Promise<Image | undefined>
  /**
   * Newest first by creation. Eventually consistent; a page may be short while `nextCursor` is present. `trash: true` lists only the
   * trash.
   */
  listByOwner(ownerId: string, page: PageRequest & { trash?: boolean }): Promise<Page<Image>>
  /** The same page as its owner is told of it: for a gallery, which looks at nothing else. */
  listTold(ownerId: string, page: PageRequest & { trash?: boolean }): Promise<Page<ToldLine>>
  /** Images made from this one, oldest first, at most 200. */
  listChildren(imageId: string): Promise<Image[]>
  /**
   * Claims these bytes for this image among the owner's own. Returns the id that holds the claim: the image's own when it was free
   * or already its, another's when the owner has the bytes already. Atomic. Released by `remove`.
   */
  claimHash(ownerId: string, sha256: string, imageId: string): Promise<string>
  findByHash(ownerId: string, sha256: string): Promise<string | undefined>
  releaseHash(ownerId: string, sha256: string, imageId: string): Promise<void>
  /** Images whose `dueAt` is at or before `now`, oldest first. */
  listDue(now: number, limit: number): Promise<Image[]>
  /** Removes the row and its activity. Succeeds when there is none. */
  remove(id: string): Promise<void>
  /** Counts and bytes of an owner, trash included; eventually consistent. */
  totals(ownerId: string): Promise<{ images: number; bytes: number }>

  /** Appends a line to the image's history. */
  note(imageId: string, activity: Activity): Promise<void>
  /** Oldest first, at most 500. */
  activity(imageId: string): Promise<Activity[]>
}
