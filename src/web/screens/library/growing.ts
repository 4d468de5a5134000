import { justify, type Row } from './justify.ts'

type Sized = { id: string; width: number; height: number }
type Page<T> = { items: readonly T[] }
type Frame = { width: number; target: number; gap: number }

/**
 * Lists of one line only ever grew at their end. Who keeps something for a list asks this instead of comparing 100,000 images, each
 * somewhere else in memory. (Not a chain from list to list: that would keep them all.)
 */
const lines = new WeakMap<readonly unknown[], object>()
const hasGrown = (before: readonly unknown[], after: readonly unknown[]) =>
  before.length <= after.length && lines.has(before) && lines.get(before) === lines.get(after)

/**
 * Puts pages together into one list, each image once, as last told. It keeps what it has put together, so that a page more costs that page
 * and not the whole library; any other change starts over. The same pages give the same array.
 */
export function pageJoiner<T extends { id: string }>(): (pages: readonly Page<T>[]) => readonly T[] {
  let joined: readonly Page<T>[] = []
  let images: readonly T[] = []
  let places = new Map<string, number>()
  let line = {}
  return (pages) => {
    const isMore = isPrefix(joined, pages)
    if (isMore && pages.length === joined.length) return images
    const next = isMore ? images.slice() : []
    const length = next.length
    if (!isMore) {
      places = new Map()
      line = {}
    }
    for (const page of isMore ? pages.slice(joined.length) : pages) {
      for (const image of page.items) {
        // A picture that was made while pages were read may come twice.
        const place = places.get(image.id) ?? next.length
        if (place < length) line = {}
        places.set(image.id, place)
        next[place] = image
      }
    }
    joined = pages
    images = next
    lines.set(next, line)
    return next
  }
}

/** `justify` for a list that grows at its end: the rows before the end stay the very same, whatever the library's length. */
export function rowKeeper(): (images: readonly Sized[], frame: Frame) => readonly Row[] {
  let kept: { images: readonly Sized[]; frame: Frame; rows: readonly Row[] } | undefined
  return (images, frame) => {
    const isSameFrame = kept && kept.frame.width === frame.width && kept.frame.target === frame.target && kept.frame.gap === frame.gap
    // The last row was not full.
    const before = kept && isSameFrame && extendsTo(kept.images, images) ? kept.rows.slice(0, -1) : []
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

/** The ids of a list that grows at its end, as `rowKeeper` keeps rows. */
export function idKeeper(): (images: readonly { id: string }[]) => readonly string[] {
  let kept: { images: readonly { id: string }[]; ids: readonly string[] } | undefined
  return (images) => {
    const before = kept && extendsTo(kept.images, images) ? kept.ids : []
    const ids = before.concat(images.slice(before.length).map(({ id }) => id))
    kept = { images, ids }
    return ids
  }
}

const extendsTo = (before: readonly unknown[], after: readonly unknown[]) => hasGrown(before, after) || isPrefix(before, after)
const isPrefix = <T>(some: readonly T[], all: readonly T[]) => some.length <= all.length && some.every((one, at) => one === all[at])
