import { hash2 } from './exact.ts'

/** Smooth noise of a line, −1 to 1, one feature a unit. */
export function noise1(x: number, seed: number): number {
  const cell = Math.floor(x)
  const t = x - cell
  const a = hash2(cell, 71, seed) / 2147483648 - 1
  const b = hash2(cell + 1, 71, seed) / 2147483648 - 1
  return a + (b - a) * t * t * t * (t * (t * 6 - 15) + 10)
}

/** Gradient noise of a plane (Perlin 2002), about −1 to 1, one feature a unit. */
export function noise2(x: number, y: number, seed: number): number {
  const cx = Math.floor(x)
  const cy = Math.floor(y)
  const tx = x - cx
  const ty = y - cy
  const sx = tx * tx * tx * (tx * (tx * 6 - 15) + 10)
  const sy = ty * ty * ty * (ty * (ty * 6 - 15) + 10)
  const a = slope(hash2(cx, cy, seed), tx, ty)
  const b = slope(hash2(cx + 1, cy, seed), tx - 1, ty)
  const c = slope(hash2(cx, cy + 1, seed), tx, ty - 1)
  const d = slope(hash2(cx + 1, cy + 1, seed), tx - 1, ty - 1)
  const top = a + (b - a) * sx
  return (top + (c + (d - c) * sx - top) * sy) * 1.4
}

/** One of eight directions, dotted with the offset. */
function slope(hash: number, x: number, y: number): number {
  switch (hash & 7) {
    case 0:
      return x
    case 1:
      return -x
    case 2:
      return y
    case 3:
      return -y
    case 4:
      return (x + y) * Math.SQRT1_2
    case 5:
      return (x - y) * Math.SQRT1_2
    case 6:
      return (y - x) * Math.SQRT1_2
    default:
      return (-x - y) * Math.SQRT1_2
  }
}

/** Octaves of noise, each half as strong and twice as fine; about −1 to 1. */
export function fbm(x: number, y: number, seed: number, octaves = 5): number {
  let sum = 0
  let weight = 0.5
  let fx = x
  let fy = y
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise2(fx, fy, seed + i * 101)
    weight *= 0.5
    // Turned a little at each octave, or the lattice shows.
    const rx = fx * 1.6 - fy * 1.2
    fy = fx * 1.2 + fy * 1.6
    fx = rx + 17.3
  }
  return sum * 1.5
}

export function fbm1(x: number, seed: number, octaves = 5): number {
  let sum = 0
  let weight = 0.5
  let f = x
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise1(f, seed + i * 101)
    weight *= 0.5
    f = f * 2.03 + 11.7
  }
  return sum
}

/** Sharp crests and round valleys, 0 to 1: mountains. */
export function ridged1(x: number, seed: number, octaves = 6): number {
  let sum = 0
  let weight = 0.5
  let f = x
  for (let i = 0; i < octaves; i++) {
    const n = 1 - Math.abs(noise1(f, seed + i * 101))
    sum += weight * n * n
    weight *= 0.47
    f = f * 2.07 + 5.9
  }
  return sum
}

export function ridged2(x: number, y: number, seed: number, octaves = 4): number {
  let sum = 0
  let weight = 0.5
  let fx = x
  let fy = y
  for (let i = 0; i < octaves; i++) {
    const n = 1 - Math.abs(noise2(fx, fy, seed + i * 101))
    sum += weight * n * n
    weight *= 0.5
    const rx = fx * 1.6 - fy * 1.2
    fy = fx * 1.2 + fy * 1.6
    fx = rx + 3.1
  }
  return sum
}
