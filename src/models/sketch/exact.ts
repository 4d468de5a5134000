/**
 * Arithmetic that gives the same bits on every machine. ECMAScript fixes + − × ÷ and sqrt to IEEE 754 but leaves sin, exp and pow to the
 * engine, so those are built here from the exact ones: a prompt and a seed are then the same picture everywhere.
 */

export const TAU = 6.283185307179586

export const clamp = (x: number, low = 0, high = 1): number => (x < low ? low : x > high ? high : x)
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t

/** 0 below `low`, 1 above `high`, smooth between. `low` may be the greater one: then it falls. */
export function smooth(low: number, high: number, x: number): number {
  const t = clamp((x - low) / (high - low))
  return t * t * (3 - 2 * t)
}

/** Radians. Within 1e-7: a Taylor series to x¹¹ on a quarter turn. */
export function sin(x: number): number {
  const turns = x / TAU
  let t = turns - Math.floor(turns + 0.5)
  if (t > 0.25) t = 0.5 - t
  else if (t < -0.25) t = -0.5 - t
  const y = t * TAU
  const y2 = y * y
  return y * (1 - (y2 / 6) * (1 - (y2 / 20) * (1 - (y2 / 42) * (1 - (y2 / 72) * (1 - y2 / 110)))))
}

export const cos = (x: number): number => sin(x + TAU / 4)

/** Within 1e-6 relative for −20 to 20. */
export function exp(x: number): number {
  const y = x / 1024
  let e = 1 + y * (1 + (y / 2) * (1 + (y / 3) * (1 + y / 4)))
  for (let i = 0; i < 10; i++) e *= e
  return e
}

/** Newton's cube root of a number that is not negative. */
export function cbrt(x: number): number {
  if (x <= 0) return 0
  let r = x > 1 ? x / 2 + 0.5 : 0.5 + x / 2
  for (let i = 0; i < 18; i++) r = (2 * r + x / (r * r)) / 3
  return r
}

/** Newton's fifth root of a number that is not negative. */
export function fifthRoot(x: number): number {
  if (x <= 0) return 0
  let r = 1
  for (let i = 0; i < 30; i++) r = (4 * r + x / (r * r * r * r)) / 5
  return r
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
export function hashText(text: string, start = 0x811c9dc5): number {
  let hash = start | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** An integer hash of a lattice point; all 32 bits well mixed. */
export function hash2(x: number, y: number, seed: number): number {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(seed | 0, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Draws that repeat for a seed (mulberry32). `fork` gives an independent stream, so that one layer's draws never shift another's. */
export type Random = {
  next: () => number
  between: (low: number, high: number) => number
  integer: (low: number, high: number) => number
  pick: <T>(from: readonly T[]) => T
  chance: (p: number) => boolean
  /** About normal, mean 0, deviation 1. */
  normal: () => number
  fork: (name: string) => Random
  readonly seed: number
}

export function random(seed: number): Random {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + (high - low) * next()
  return {
    next,
    between,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (from) => from[Math.floor(next() * from.length)]!,
    chance: (p) => next() < p,
    normal: () => (next() + next() + next() + next() - 2) * 1.7320508075688772,
    fork: (name) => random(hashText(name, seed ^ 0x811c9dc5)),
    seed,
  }
}
