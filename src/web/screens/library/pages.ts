import type { ImageView, List } from '../../api/types.ts'

type Pages = { pages: List<ImageView>[] }

/**
 * What is asked again and came back the same stays the very same, page and image. Instead of the query library's comparison of every field
 * of every image, which stops the page for a second at 100,000: a revision says whether the studio changed one, and the few fields that
 * are shown changed before it knows are looked at.
 */
export function sharePages<T extends Pages>(before: T | undefined, after: T): T {
  const pages = after.pages.map((page, at) => {
    const old = before?.pages[at]
    if (!old || old === page) return page
    let known: Map<string, ImageView> | undefined
    const items = page.items.map((one, place) => {
      let same = old.items[place]
      if (same?.id !== one.id) {
        known ??= new Map(old.items.map((image) => [image.id, image]))
        same = known.get(one.id)
      }
      return same && isSame(same, one) ? same : one
    })
    return page.nextCursor === old.nextCursor && areSame(items, old.items) ? old : { ...page, items }
  })
  return { ...after, pages: before && areSame(pages, before.pages) ? before.pages : pages }
}

/** Each image as `change` says, without those for which it says nothing. Pages without a change stay the very same. */
export function changePages<T extends Pages>(data: T, change: (image: ImageView) => ImageView | undefined): T {
  const pages = data.pages.map((page) => {
    const items = page.items.map(change).filter((one) => one !== undefined)
    return areSame(items, page.items) ? page : { ...page, items }
  })
  return { ...data, pages }
}

const isSame = (one: ImageView, other: ImageView) =>
  one === other ||
  (one.revision === other.revision &&
    one.urls?.thumbnail === other.urls?.thumbnail &&
    one.title === other.title &&
    one.isFavourite === other.isFavourite &&
    areSame(one.tags, other.tags))

const areSame = <T>(some: readonly T[], others: readonly T[]) =>
  some.length === others.length && some.every((one, at) => one === others[at])
