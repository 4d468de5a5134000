/** One page of a list. `nextCursor` is opaque and absent on the last page; a page may be short while one is present. */
export type Page<T> = { items: T[]; nextCursor?: string }

/** What every list takes. `limit` is 1–200, 50 when absent at the edge. */
export type PageRequest = { cursor?: string; limit: number }
