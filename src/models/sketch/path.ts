import { cos, sin, TAU } from './exact.ts'

/** Flat x, y pairs. */
export type Points = number[]

const CURVE_STEPS = 10

/** Contours of a path in the figures' own notation: absolute M L Q C Z, E(llipse) and R(ectangle). Curves become short lines. */
export function contoursOf(path: string): Points[] {
  const contours: Points[] = []
  let current: Points = []
  const tokens = path.match(/[A-Z]|-?\d*\.?\d+/g) ?? []
  for (let i = 0; i < tokens.length; ) {
    const command = tokens[i++]!
    const numbers: number[] = []
    while (i < tokens.length && !/[A-Z]/.test(tokens[i]!)) numbers.push(Number(tokens[i++]))
    if (command === 'M') contours.push((current = [...numbers]))
    else if (command === 'E') contours.push(ellipse(numbers[0]!, numbers[1]!, numbers[2]!, numbers[3]!))
    else if (command === 'R') contours.push(rectangle(numbers[0]!, numbers[1]!, numbers[2]!, numbers[3]!))
    else if (command === 'L') current.push(...numbers)
    else if (command === 'C') for (let n = 0; n < numbers.length; n += 6) cubic(current, numbers.slice(n, n + 6))
    else if (command === 'Q') for (let n = 0; n < numbers.length; n += 4) quadratic(current, numbers.slice(n, n + 4))
  }
  return contours.filter((points) => points.length >= 4)
}

function cubic(points: Points, [ax = 0, ay = 0, bx = 0, by = 0, x = 0, y = 0]: number[]): void {
  const [px, py] = points.slice(-2) as [number, number]
  for (let step = 1; step <= CURVE_STEPS; step++) {
    const t = step / CURVE_STEPS
    const s = 1 - t
    const [k0, k1, k2, k3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
    points.push(k0 * px + k1 * ax + k2 * bx + k3 * x, k0 * py + k1 * ay + k2 * by + k3 * y)
  }
}

function quadratic(points: Points, [ax = 0, ay = 0, x = 0, y = 0]: number[]): void {
  const [px, py] = points.slice(-2) as [number, number]
  cubic(points, [px + ((ax - px) * 2) / 3, py + ((ay - py) * 2) / 3, x + ((ax - x) * 2) / 3, y + ((ay - y) * 2) / 3, x, y])
}

export const rectangle = (x: number, y: number, width: number, height: number): Points => [
  x,
  y,
  x + width,
  y,
  x + width,
  y + height,
  x,
  y + height,
]

export function ellipse(cx: number, cy: number, rx: number, ry: number, steps = 28): Points {
  const points: Points = []
  for (let i = 0; i < steps; i++) points.push(cx + rx * cos((i / steps) * TAU), cy + ry * sin((i / steps) * TAU))
  return points
}

/** The outlines of a line drawn with a round pen whose width may change from `from` to `to` along it. */
export function strokeOf(points: Points, from: number, to = from): Points[] {
  const pieces: Points[] = []
  const last = points.length / 2 - 1
  for (let i = 0; i <= last; i++) {
    const [x, y] = [points[i * 2]!, points[i * 2 + 1]!]
    const half = (from + ((to - from) * i) / Math.max(1, last)) / 2
    pieces.push(ellipse(x, y, half, half, half > 6 ? 16 : 8))
    if (i === last) break
    const [nx, ny] = [points[i * 2 + 2]!, points[i * 2 + 3]!]
    const length = Math.sqrt((nx - x) * (nx - x) + (ny - y) * (ny - y))
    if (length === 0) continue
    const nextHalf = (from + ((to - from) * (i + 1)) / Math.max(1, last)) / 2
    const [ux, uy] = [-(ny - y) / length, (nx - x) / length]
    // The same direction round as the ellipses, so that overlaps add up and never cancel.
    pieces.push([
      x - ux * half,
      y - uy * half,
      nx - ux * nextHalf,
      ny - uy * nextHalf,
      nx + ux * nextHalf,
      ny + uy * nextHalf,
      x + ux * half,
      y + uy * half,
    ])
  }
  return pieces
}

/** Moved, scaled and turned over (`flip`). Turning over reverses the order of points, so that the direction round stays. */
export function placed(points: Points, { x, y, scale, flip = false }: { x: number; y: number; scale: number; flip?: boolean }): Points {
  const out: Points = []
  const last = points.length - 2
  for (let i = 0; i <= last; i += 2) {
    const from = flip ? last - i : i
    out.push(x + points[from]! * scale * (flip ? -1 : 1), y + points[from + 1]! * scale)
  }
  return out
}
