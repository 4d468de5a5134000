import type { RouteRow } from '#http/route-table.ts'

/** Patterns of CloudFront behaviours that go to the API, from the route table: a row's first folder, and single paths as they are. */
export function apiPatterns(table: readonly RouteRow[]): string[] {
  const patterns = table
    .filter(({ path, isLocalOnly }) => !isLocalOnly && !isPicture(path))
    .flatMap(({ path }) => {
      const [, first, ...rest] = path.split('/')
      return rest.length > 0 ? [`/${first}/*`] : [`/${first}`]
    })
  return [...new Set(patterns)].sort()
}

/** Pictures have a way of their own: edge, store, maker. */
export const isPicture = (path: string): boolean => path === '/i' || path.startsWith('/i/')
export const PICTURE_PATTERN = '/i/*'
