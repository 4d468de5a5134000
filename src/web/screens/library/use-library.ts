import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { get, patch, post, remove } from '../../api/client.ts'
import type { ImageView, List } from '../../api/types.ts'
import { apiQueryOf, type Filters } from './filters.ts'
import { pageJoiner } from './growing.ts'
import { changePages, sharePages } from './pages.ts'

const PAGE = 200
type Loaded = InfiniteData<List<ImageView>>

/** The images of a view, page after page; `more` fetches the next while there is one. */
export function useLibrary(filters: Filters, { isTrash }: { isTrash: boolean }) {
  const pages = useInfiniteQuery({
    queryKey: ['images', isTrash ? 'trash' : 'library', filters],
    queryFn: ({ pageParam, signal }) =>
      get<List<ImageView>>('/api/images', { ...apiQueryOf(filters), limit: PAGE, cursor: pageParam, trash: isTrash || undefined }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    structuralSharing: (before, after) => sharePages(before as Loaded | undefined, after as Loaded),
  })
  const [join] = useState(() => pageJoiner<ImageView>())
  const images = useMemo(() => join(pages.data?.pages ?? []), [join, pages.data])
  return { pages, images }
}

/** Changes to many images: shown at once, taken back where the server says no. */
export function useImageActions() {
  const queries = useQueryClient()
  const settle = () =>
    Promise.all([queries.invalidateQueries({ queryKey: ['images'] }), queries.invalidateQueries({ queryKey: ['image'] })])
  const rewrite = (change: (image: ImageView) => ImageView | undefined) =>
    queries.setQueriesData<Loaded>({ queryKey: ['images'] }, (data) => (data?.pages ? changePages(data, change) : data))
  const hide = (ids: readonly string[]) => {
    const gone = new Set(ids)
    rewrite((image) => (gone.has(image.id) ? undefined : image))
  }

  const trash = useMutation({
    mutationFn: (ids: readonly string[]) => each(ids, (id) => remove<ImageView>(`/api/images/${id}`)),
    onMutate: hide,
    onSettled: settle,
  })
  const restore = useMutation({
    mutationFn: (ids: readonly string[]) => each(ids, (id) => post(`/api/images/${id}/restore`)),
    onMutate: hide,
    onSettled: settle,
  })
  const purge = useMutation({
    mutationFn: (ids: readonly string[]) => each(ids, (id) => remove(`/api/images/${id}?permanently=true`)),
    onMutate: hide,
    onSettled: settle,
  })
  const change = useMutation({
    mutationFn: ({ ids, values }: { ids: readonly string[]; values: Partial<Pick<ImageView, 'title' | 'tags' | 'isFavourite'>> }) =>
      each(ids, (id) => patch<ImageView>(`/api/images/${id}`, values)),
    onMutate: ({ ids, values }) => {
      const changed = new Set(ids)
      rewrite((image) => (changed.has(image.id) ? { ...image, ...values } : image))
    },
    onSettled: settle,
  })
  const addTags = useMutation({
    mutationFn: ({ images, tags }: { images: readonly ImageView[]; tags: readonly string[] }) =>
      each(images, (image) => patch<ImageView>(`/api/images/${image.id}`, { tags: [...new Set([...image.tags, ...tags])] })),
    onSettled: settle,
  })
  return { trash, restore, purge, change, addTags }
}

const AT_ONCE = 6
/** Runs the work over all items, six at a time; the first failure is thrown when the others have ended. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items]
  const failures: unknown[] = []
  const run = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item).catch((error) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, run))
  if (failures.length > 0) throw failures[0]
}
