import type { Image, Origin } from '../image.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Task } from '../task.ts'

/** Facets that are indexed beside the words. One may be combined with any words; the rest are filtered after reading. */
export type SearchQuery = {
  ownerId: string
  /** As typed; the rule of `core/words.ts` makes tokens of it. All must match, the last word as the beginning of one. */
  text?: string
  origin?: Origin
  task?: Task
  modelId?: string
  state?: string
  tag?: string
  isFavourite?: boolean
  /** Inclusive, integer ms of creation. */
  from?: number
  to?: number
  minPixels?: number
  maxPixels?: number
}

/**
 * Finds an owner's images by words of prompt, title, tags and file name, and by facets, newest first.
 * The same tokens in FTS5 and in DynamoDB postings. Eventually consistent. At most 2,000 candidates are read for one page;
 * past that the page is short and `nextCursor` goes on.
 */
export interface Search {
  /**
   * Makes the index say what the image says now; repeating it is harmless, an older revision never overwrites a newer. Trashed images
   * leave the index.
   */
  put(image: Image): Promise<void>
  remove(image: Pick<Image, 'id' | 'ownerId'>): Promise<void>
  /** Ids, newest first. The caller reads the images and drops what has gone. */
  query(query: SearchQuery, page: PageRequest): Promise<Page<string>>
}
