import type { Page, PageRequest } from '../page.ts'

/** Images that their owner laid together. An image may lie in several, and lives on without them. Times integer ms. */
export type Album = {
  id: string
  ownerId: string
  title: string
  /** What the owner chose to stand for it; absent: the newest in it. */
  coverId?: string
  /** How many images were put in and not taken out; those in the trash count, since they may come back. */
  images: number
  createdAt: number
  updatedAt: number
}

/** Which images lie together. Images are known by id alone: whose they are and in what state is the caller's to check. */
export interface Albums {
  /** Stores an empty album. `conflict` when the id is taken. */
  insert(album: Omit<Album, 'images'>): Promise<void>
  /** Strong. */
  find(id: string): Promise<Album | undefined>
  /** Newest first by creation. */
  listByOwner(ownerId: string, page: PageRequest): Promise<Page<Album>>
  /** Changes title or cover; `undefined` as cover lets the newest image stand for it. Undefined when there is none. */
  update(id: string, change: { title?: string; coverId?: string | undefined; updatedAt: number }): Promise<Album | undefined>
  /** Removes the album; its images stay. Succeeds when there is none, and goes on where a crash left it. */
  remove(id: string): Promise<void>
  /**
   * Puts at most 100 images in; those that are in already keep their place. Returns how many are new; undefined when there is no such
   * album. `conflict` when it would then hold more than `most`; some of them may be in by then.
   */
  addImages(id: string, add: { imageIds: readonly string[]; at: number; most: number }): Promise<number | undefined>
  /** Takes an image out; it stops being the cover. Succeeds when it is not in. */
  removeImage(id: string, imageId: string): Promise<void>
  /** Ids, last added first. Strong; what is added while pages are read does not move the rest. */
  listImages(id: string, page: PageRequest): Promise<Page<string>>
  /** The ids of all albums that an image is in. */
  listByImage(imageId: string): Promise<string[]>
}
