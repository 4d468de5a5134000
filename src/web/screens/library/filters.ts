import { ORIGINS, type Origin } from '#core/image.ts'

/** What the library shows, as its address says it: a filtered view can be kept as a bookmark and survives the back button. */
export type Filters = {
  q?: string
  /** The words say what the picture shows; no other filter counts then. */
  by?: 'meaning'
  origin?: Origin
  favourite?: true
  model?: string
  state?: 'failed' | 'processing'
  tag?: string
  from?: string
  to?: string
}

const STATES = ['failed', 'processing'] as const
const DAY = /^\d{4}-\d{2}-\d{2}$/

export function filtersOf(search: string): Filters {
  const query = new URLSearchParams(search)
  const one = (name: string) => query.get(name)?.slice(0, 200) || undefined
  const origin = ORIGINS.find((value) => value === one('origin'))
  const state = STATES.find((value) => value === one('state'))
  const day = (name: string) => (DAY.test(one(name) ?? '') ? one(name) : undefined)
  return compact({
    q: one('q'),
    by: one('by') === 'meaning' ? 'meaning' : undefined,
    origin,
    favourite: one('favourite') === 'true' || undefined,
    model: one('model'),
    state,
    tag: one('tag'),
    from: day('from'),
    to: day('to'),
  }) as Filters
}

export const searchOf = (filters: Filters): string => {
  const query = new URLSearchParams(Object.entries(compact(filters)).map(([name, value]) => [name, String(value)]))
  return query.size > 0 ? `?${query}` : ''
}

/** The same for the API: whole days become their first and last moment in the reader's own time zone. */
export function apiQueryOf({ from, to, by, ...rest }: Filters): Record<string, string | boolean | undefined> {
  if (by && rest.q) return { meaning: rest.q }
  return {
    ...rest,
    ...(from && { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(to && { to: new Date(`${to}T23:59:59.999`).toISOString() }),
  }
}

const compact = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''))
