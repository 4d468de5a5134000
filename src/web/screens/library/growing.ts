import { justify, type Row } from './justify.ts'

type Sized = { id: string; width: number; height: number }
type Page<T> = { items: readonly T[] }
type Frame = { width: number; target: number; gap: number }

/**
 * Puts pages together into one list, each image once, as last told. It keeps what it has put together, so that a page more costs that page
 * and not the whole library; any other change starts over. The same pages give the same array.
 */
export function pageJoiner<T extends { id: string }>(): (pages: readonly Page<T>[]) => readonly T[] {
  let joined: readonly Page<T>[] = []
  let images: readonly T[] = []
  let places = new Map<string, number>()
  return (pages) => {
    const isMore = isPrefix(joined, pages)
    if (isMore && pages.length === joined.length) return images
    const next = isMore ? images.slice() : []
    if (!isMore) places = new Map()
    for (const page of isMore ? pages.slice(joined.length) : pages) {
      for (const image of page.items) {
        // A picture that was made while pages were read may come twice.
        const place = places.get(image.id) ?? next.length
        places.set(image.id, place)
        next[place] = image
      }
    }
    joined = pages
    images = next
    return next
  }
}

/** `justify` for a list that grows at its end: the rows before the end stay the very same, whatever the library's length. */
export function rowKeeper(): (images: readonly Sized[], frame: Frame) => readonly Row[] {
  let kept: { images: readonly Sized[]; frame: Frame; rows: readonly Row[] } | undefined
  return (images, frame) => {
    const isSameFrame = kept && kept.frame.width === frame.width && kept.frame.target === frame.target && kept.frame.gap === frame.gap
    // The last row was not full.
    const before = kept && isSameFrame && isPrefix(kept.images, images) ? kept.rows.slice(0, -1) : []
    const from = before.at(-1)?.end ?? 0
    const added = justify(
      images.slice(from).map(({ width, height }) => width / height),
      frame,
    )
    const rows = [...before, ...added.map((row) => ({ ...row, start: row.start + from, end: row.end + from }))]
    kept = { images, frame, rows }
    return rows
  }
}

const isPrefix = <T>(some: readonly T[], all: readonly T[]) => some.length <= all.length && some.every((one, at) => one === all[at])
