import { expect, it } from 'vitest'
import { iso } from './iso-time.ts'

it('writes every time as Date does', () => {
  const days = [
    0,
    Date.UTC(2026, 10, 21),
    Date.UTC(2024, 1, 29),
    Date.UTC(1969, 11, 31),
    Date.UTC(2026, 11, 31),
    Date.UTC(10_000, 0, 1),
    Date.UTC(-1, 0, 1),
  ]
  const times = days.flatMap((day) => [0, 1, 999, 59_999, 3_599_999, 43_200_000, 86_399_999].map((ms) => day + ms))
  // Forth and back, so that the day it knows is the wrong one.
  for (const time of [...times, ...times.toReversed()]) expect(iso(time)).toBe(new Date(time).toISOString())
  expect(() => iso(Number.NaN)).toThrow(RangeError)
})
