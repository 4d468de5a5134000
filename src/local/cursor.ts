import { StudioError } from '#core/errors.ts'
import type { PageRequest } from '#core/page.ts'
import type { Db, Row } from './sqlite.ts'

/** A place in a list, as the opaque text that clients carry. */
export const cursorOf = (...place: (string | number)[]): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** The place that a cursor of this list names. Fails with `invalid_input` on anything that this list did not give. */
export function placeOf<T extends readonly ('string' | 'number')[]>(cursor: string, shape: T): (string | number)[] {
  const place = tryParse(Buffer.from(cursor, 'base64url').toString())
  const fits = Array.isArray(place) && place.length === shape.length && place.every((part, at) => typeof part === shape[at])
  if (!fits) throw new StudioError('invalid_input', 'the cursor was not given by this list: start again without one')
  return place as (string | number)[]
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Keyset = {
  /** Columns, table and conditions of a list; among the columns are those of `by`. */
  select: string
  /** The columns of a number and an id, by which the list is ordered, last first. */
  by: readonly [string, string]
}

/** Pages of a list, each beginning after the last row of the one before: what it costs does not grow with the table. */
export function keysetPages(db: Pick<Db, 'prepare'>, { select, by: [number, id] }: Keyset) {
  const order = `order by ${number} desc, ${id} desc limit ?`
  const first = db.prepare(`${select} ${order}`)
  const next = db.prepare(`${select} and (${number}, ${id}) < (?, ?) ${order}`)
  return (conditions: readonly (string | number)[], { cursor, limit }: PageRequest): { rows: Row[]; nextCursor?: string } => {
    const place = cursor === undefined ? [] : placeOf(cursor, ['number', 'string'])
    // One row more than a page has tells whether there is another.
    const all = (cursor === undefined ? first : next).all(...conditions, ...place, limit + 1)
    const rows = all.slice(0, limit)
    const last = all.length > limit ? rows.at(-1) : undefined
    return { rows, ...(last && { nextCursor: cursorOf(Number(last[number]), String(last[id])) }) }
  }
}
