import { StudioError } from '#core/errors.ts'

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
