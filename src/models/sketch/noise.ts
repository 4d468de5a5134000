import { clamp, hash2 } from './exact.ts'

/** A shuffled byte for each byte, twice over: three look-ups mix a lattice point faster than any arithmetic. */
const SHUFFLED = shuffled()

function shuffled(): Uint8Array {
  const order = Array.from({ length: 256 }, (_, i) => i).sort((a, b) => hash2(a, 5, 17) - hash2(b, 5, 17))
  return Uint8Array.from([...order, ...order])
}

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
  const mixed = Math.imul(seed | 0, 0x9e3779b1)
  const [px, py, pz] = [mixed >>> 24, (mixed >>> 16) & 255, (mixed >>> 8) & 255]
  const left = SHUFFLED[(cx + px) & 255]!
  const right = SHUFFLED[(cx + 1 + px) & 255]!
  const top = (cy + py) & 255
  const low = (cy + 1 + py) & 255
  const a = slope(SHUFFLED[SHUFFLED[left + top]! + pz]!, tx, ty)
  const b = slope(SHUFFLED[SHUFFLED[right + top]! + pz]!, tx - 1, ty)
  const c = slope(SHUFFLED[SHUFFLED[left + low]! + pz]!, tx, ty - 1)
  const d = slope(SHUFFLED[SHUFFLED[right + low]! + pz]!, tx - 1, ty - 1)
  const upper = a + (b - a) * sx
  return (upper + (c + (d - c) * sx - upper) * sy) * 1.4
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

/** A slow field reckoned on every `step`-th pixel and read between them: for noise much wider than a step. */
export function coarsely(
  { width, height }: { width: number; height: number },
  step: number,
  at: (x: number, y: number) => number,
): (x: number, y: number) => number {
  const stride = Math.ceil(width / step) + 2
  const rows = Math.ceil(height / step) + 2
  const field = new Float32Array(stride * rows)
  for (let y = 0; y < rows; y++) for (let x = 0; x < stride; x++) field[y * stride + x] = at(x * step, y * step)
  return (px, py) => {
    const x = clamp(px / step, 0, stride - 1.001)
    const y = clamp(py / step, 0, rows - 1.001)
    const cx = Math.floor(x)
    const cy = Math.floor(y)
    const i = cy * stride + cx
    const top = field[i]! + (field[i + 1]! - field[i]!) * (x - cx)
    const low = field[i + stride]! + (field[i + stride + 1]! - field[i + stride]!) * (x - cx)
    return top + (low - top) * (y - cy)
  }
}
