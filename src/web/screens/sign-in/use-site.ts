import { useQuery } from '@tanstack/react-query'
import { loadSite, type Site } from '../../session/site.ts'

export const useSite = (): Site | undefined =>
  useQuery({ queryKey: ['site'], queryFn: () => loadSite(), staleTime: Number.POSITIVE_INFINITY }).data
