import type { Rgb } from './color.ts'
import { clamp } from './exact.ts'

/** What is painted on: gamma-encoded RGB floats, and beside each pixel the number of the thing that owns it (its edges become lines). */
export type Canvas = {
  readonly width: number
  readonly height: number
  /** The short side in pixels: lengths are given in it, so that a composition scales with the size. */
  readonly unit: number
  readonly data: Float32Array
  readonly marks: Uint8Array
}

/** Writes a colour into `out` (r, g, b) for a pixel and returns its opacity, 0 to 1. */
export type Shade = (x: number, y: number, out: Float32Array) => number
export type Paint = Rgb | Shade

/** How much of each pixel of a box a shape covers. */
export type Coverage = { x0: number; y0: number; width: number; height: number; data: Float32Array }

export function canvas(width: number, height: number): Canvas {
  return {
    width,
    height,
    unit: Math.min(width, height),
    data: new Float32Array(width * height * 3),
    marks: new Uint8Array(width * height),
  }
}

/**
 * Exact area coverage of closed contours (flat x, y lists): each edge adds its signed area to an accumulation buffer, which is summed
 * along rows. Overlaps of one direction count once; a contour of the other direction cuts a hole.
 */
export function coverageOf(contours: readonly (readonly number[])[], width: number, height: number): Coverage | undefined {
  let left = Number.POSITIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (const points of contours)
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]!)
      right = Math.max(right, points[i]!)
      top = Math.min(top, points[i + 1]!)
      bottom = Math.max(bottom, points[i + 1]!)
    }
  const x0 = Math.max(0, Math.floor(left))
  const y0 = Math.max(0, Math.floor(top))
  const w = Math.min(width, Math.ceil(right)) - x0
  const h = Math.min(height, Math.ceil(bottom)) - y0
  if (!(w > 0 && h > 0)) return undefined
  const stride = w + 2
  const sums = new Float32Array(stride * h)
  for (const points of contours) {
    const n = points.length
    for (let i = 0; i < n; i += 2) {
      const j = (i + 2) % n
      addEdge(sums, stride, h, w, [points[i]! - x0, points[i + 1]! - y0, points[j]! - x0, points[j + 1]! - y0])
    }
  }
  return { x0, y0, width: w, height: h, data: summed(sums, stride, w, h) }
}

function summed(sums: Float32Array, stride: number, w: number, h: number): Float32Array {
  const data = new Float32Array(w * h)
  for (let y = 0; y < h; y++) {
    let sum = 0
    for (let x = 0; x < w; x++) {
      sum += sums[y * stride + x]!
      data[y * w + x] = Math.min(1, Math.abs(sum))
    }
  }
  return data
}

/** Adds one edge's trapezoids; what lies left of the box counts fully, what lies right of it not at all. */
function addEdge(sums: Float32Array, stride: number, h: number, w: number, edge: [number, number, number, number]): void {
  let [ax, ay, bx, by] = edge
  if (ay === by) return
  const direction = ay < by ? 1 : -1
  if (direction < 0) [ax, ay, bx, by] = [bx, by, ax, ay]
  const slope = (bx - ax) / (by - ay)
  const last = Math.min(h, Math.ceil(by))
  for (let row = Math.max(0, Math.floor(ay)); row < last; row++) {
    const ya = Math.max(ay, row)
    const yb = Math.min(by, row + 1)
    const dy = (yb - ya) * direction
    if (yb <= ya) continue
    const xa = clamp(ax + (ya - ay) * slope, 0, w)
    const xb = clamp(ax + (yb - ay) * slope, 0, w)
    addSpan(sums, row * stride, dy, Math.min(xa, xb), Math.max(xa, xb))
  }
}

function addSpan(sums: Float32Array, at: number, dy: number, x0: number, x1: number): void {
  const first = Math.floor(x0)
  const end = Math.ceil(x1)
  if (end <= first + 1) {
    const middle = (x0 + x1) / 2 - first
    sums[at + first] = sums[at + first]! + dy * (1 - middle)
    sums[at + first + 1] = sums[at + first + 1]! + dy * middle
    return
  }
  // The edge crosses several pixels of the row: each gets its share of the area to its right.
  const perX = dy / (x1 - x0)
  let carried = 0
  for (let x = first; x < end; x++) {
    const a = Math.max(x0, x)
    const b = Math.min(x1, x + 1)
    const part = (b - a) * perX
    const inside = part * (x + 1 - (a + b) / 2)
    sums[at + x] = sums[at + x]! + carried + inside
    carried = part - inside
  }
  sums[at + end] = sums[at + end]! + carried
}

/** Lays paint through a coverage. `mark` claims the pixels it mostly covers. */
export function lay(on: Canvas, coverage: Coverage, paint: Paint, { alpha = 1, mark }: { alpha?: number; mark?: number } = {}): void {
  const { data, marks, width } = on
  const out = new Float32Array(3)
  const shade = typeof paint === 'function' ? paint : undefined
  if (!shade) out.set(paint as Rgb)
  for (let y = 0; y < coverage.height; y++) {
    const row = (y + coverage.y0) * width + coverage.x0
    for (let x = 0; x < coverage.width; x++) {
      const covered = coverage.data[y * coverage.width + x]!
      if (covered < 0.002) continue
      const opacity = covered * alpha * (shade ? shade(x + coverage.x0, y + coverage.y0, out) : 1)
      const at = (row + x) * 3
      data[at] = data[at]! + (out[0]! - data[at]!) * opacity
      data[at + 1] = data[at + 1]! + (out[1]! - data[at + 1]!) * opacity
      data[at + 2] = data[at + 2]! + (out[2]! - data[at + 2]!) * opacity
      if (mark !== undefined && opacity > 0.5) marks[row + x] = mark
    }
  }
}

/** Fills closed contours, antialiased. */
export function fill(
  on: Canvas,
  contours: readonly (readonly number[])[],
  paint: Paint,
  how: { alpha?: number; mark?: number } = {},
): void {
  const coverage = coverageOf(contours, on.width, on.height)
  if (coverage) lay(on, coverage, paint, how)
}

/** Paints everything below a line of heights (one y for each x). */
export function fillBelow(on: Canvas, tops: Float32Array, paint: Paint, how: { alpha?: number; mark?: number } = {}): void {
  const { width, height } = on
  const top = Math.max(0, Math.floor(tops.reduce((least, y) => Math.min(least, y), height)))
  const coverage = { x0: 0, y0: top, width, height: height - top, data: new Float32Array(width * Math.max(0, height - top)) }
  if (top >= height) return
  for (let x = 0; x < width; x++) {
    // A steep flank crosses many rows in one column: it is softened over its own drop, or it would be a staircase.
    const drop = Math.max(1, Math.abs((tops[Math.min(width - 1, x + 1)]! - tops[Math.max(0, x - 1)]!) / 2))
    for (let y = Math.max(0, Math.floor(tops[x]! - drop) - top); y < coverage.height; y++) {
      coverage.data[y * width + x] = clamp((y + top + 0.5 - tops[x]!) / drop + 0.5)
    }
  }
  lay(on, coverage, paint, how)
}

/** Paints every pixel. */
export function fillAll(on: Canvas, paint: Shade, mark?: number): void {
  const out = new Float32Array(3)
  for (let y = 0, at = 0; y < on.height; y++)
    for (let x = 0; x < on.width; x++, at += 3) {
      const opacity = paint(x, y, out)
      if (opacity <= 0) continue
      for (let c = 0; c < 3; c++) on.data[at + c] = on.data[at + c]! + (out[c]! - on.data[at + c]!) * opacity
      if (mark !== undefined) on.marks[at / 3] = mark
    }
}

/** Adds light that fades from a centre: suns, lamps, windows. `strength` 1 reaches the colour itself at the centre. */
export function glow(on: Canvas, at: { x: number; y: number; radius: number }, color: Rgb, strength: number): void {
  const { x: cx, y: cy, radius } = at
  const x1 = Math.min(on.width, Math.ceil(cx + radius))
  const y1 = Math.min(on.height, Math.ceil(cy + radius))
  for (let y = Math.max(0, Math.floor(cy - radius)); y < y1; y++)
    for (let x = Math.max(0, Math.floor(cx - radius)); x < x1; x++) {
      const dx = (x + 0.5 - cx) / radius
      const dy = (y + 0.5 - cy) / radius
      const near = 1 - Math.sqrt(dx * dx + dy * dy)
      if (near <= 0) continue
      const light = near * near * near * strength
      const i = (y * on.width + x) * 3
      // Screen, not sum: light on light never burns out flat.
      for (let c = 0; c < 3; c++) on.data[i + c] = 1 - (1 - on.data[i + c]!) * (1 - clamp(color[c]! * light))
    }
}
