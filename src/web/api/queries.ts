import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { get } from './client.ts'
import type { GenerationView, ImageView, List, ModelView } from './types.ts'

/** Query keys begin with what the feed names: `image`, `images`, `generation`, `generations`, `usage`. */
export const useModels = () =>
  useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => get<List<ModelView> & { defaults?: Record<string, string> }>('/api/models', undefined, signal),
    staleTime: 300_000,
  })

export const useImage = (id: string | undefined) =>
  useQuery({
    queryKey: ['image', id],
    queryFn: ({ signal }) => get<ImageView>(`/api/images/${id}`, undefined, signal),
    enabled: id !== undefined,
  })

export const useGenerations = (limit = 12) =>
  useInfiniteQuery({
    queryKey: ['generations'],
    queryFn: ({ pageParam, signal }) => get<List<GenerationView>>('/api/generations', { limit, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  })
