import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { get, patch, post, remove } from '../../api/client.ts'
import type { AlbumView, ImageView, List } from '../../api/types.ts'
import { chunksOf } from './chunks.ts'

/** What the server takes in one request. */
const AT_ONCE = 100
const PAGE = 200

/** A person's albums, page after page. */
export function useAlbums({ isEnabled = true }: { isEnabled?: boolean } = {}) {
  const pages = useInfiniteQuery({
    queryKey: ['albums', 'list'],
    queryFn: ({ pageParam, signal }) => get<List<AlbumView>>('/api/albums', { limit: 60, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isEnabled,
  })
  return { pages, albums: pages.data?.pages.flatMap(({ items }) => items) }
}

export const useAlbum = (id: string) =>
  useQuery({ queryKey: ['albums', 'one', id], queryFn: ({ signal }) => get<AlbumView>(`/api/albums/${id}`, undefined, signal) })

/** The albums that an image lies in. */
export const useAlbumsOf = (imageId: string) =>
  useQuery({
    queryKey: ['albums', 'of', imageId],
    queryFn: ({ signal }) => get<List<AlbumView>>(`/api/images/${imageId}/albums`, undefined, signal),
  })

/** What lies in an album. Under `images`, so that every change of images finds it as it finds the library. */
export function useAlbumImages(id: string) {
  const pages = useInfiniteQuery({
    queryKey: imagesKey(id),
    queryFn: ({ pageParam, signal }) => get<List<ImageView>>(`/api/albums/${id}/images`, { limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  })
  const images = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data])
  return { pages, images }
}
const imagesKey = (id: string) => ['images', 'album', id]

/** Every change of albums. What is taken out goes from the screen at once, and comes back where the server says no. */
export function useAlbumActions() {
  const queries = useQueryClient()
  const settle = (id?: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['albums'] }),
      ...(id === undefined ? [] : [queries.invalidateQueries({ queryKey: imagesKey(id) })]),
    ])

  const create = useMutation({
    mutationFn: async ({ title, imageIds = [] }: { title: string; imageIds?: readonly string[] }) => {
      const [first = [], ...rest] = chunksOf(imageIds, AT_ONCE)
      const album = await post<AlbumView>('/api/albums', { title, imageIds: first })
      for (const some of rest) await post(`/api/albums/${album.id}/images`, { imageIds: some })
      return album
    },
    onSettled: () => settle(),
  })
  const change = useMutation({
    mutationFn: ({ id, values }: { id: string; values: { title?: string; coverId?: string | null } }) =>
      patch<AlbumView>(`/api/albums/${id}`, values),
    onSuccess: (album) => queries.setQueryData(['albums', 'one', album.id], album),
    onSettled: () => settle(),
  })
  const discard = useMutation({
    mutationFn: (id: string) => remove(`/api/albums/${id}`),
    onSuccess: () => settle(),
  })
  const add = useMutation({
    mutationFn: async ({ id, imageIds }: { id: string; imageIds: readonly string[] }) => {
      let added = 0
      // The last chosen chunk first, so that the first chosen come to lie on top.
      for (const some of chunksOf(imageIds, AT_ONCE).reverse())
        added += (await post<{ added: number }>(`/api/albums/${id}/images`, { imageIds: some })).added
      return added
    },
    onSettled: (_added, _error, { id }) => settle(id),
  })
  const takeOut = useMutation({
    mutationFn: async ({ id, imageIds }: { id: string; imageIds: readonly string[] }) => {
      for (const some of chunksOf(imageIds, 6)) await Promise.all(some.map((imageId) => remove(`/api/albums/${id}/images/${imageId}`)))
    },
    onMutate: ({ id, imageIds }) => {
      queries.setQueryData<AlbumView>(['albums', 'one', id], (album) => album && { ...album, images: album.images - imageIds.length })
      queries.setQueryData<InfiniteData<List<ImageView>>>(
        imagesKey(id),
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({ ...page, items: page.items.filter((image) => !imageIds.includes(image.id)) })),
          },
      )
    },
    onSettled: (_done, _error, { id }) => settle(id),
  })
  return { create, change, discard, add, takeOut }
}
