import { StudioError } from '#core/errors.ts'

/** A place in a list, as the opaque text that clients carry. */
export const cursorOf = (place: string): string => Buffer.from(place).toString('base64url')

/** The place that a cursor names, if it looks as this list's places do. Fails with `invalid_input` on anything else. */
export function placeOf(cursor: string, shape: RegExp): string {
  const place = Buffer.from(cursor, 'base64url').toString()
  if (!shape.test(place)) throw new StudioError('invalid_input', 'the cursor was not given by this list: start again without one')
  return place
}

/** How an `orderKey` looks: 15 digits of time, then an id. Ids are ours, so the shape is all there is to check. */
export const ORDER_KEY = /^\d{15}#[\w.-]{1,64}$/
