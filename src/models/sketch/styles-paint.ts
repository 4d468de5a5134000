import type { Canvas } from './canvas.ts'
import { clamp, cos, hash2, mix, random, sin, smooth, TAU } from './exact.ts'
import { blurred, calmed, edgesOf, lumaAt, planeOf, sample, thickened } from './filters.ts'
import { coarsely, fbm, noise2 } from './noise.ts'

/** The tooth of paper, about −1 to 1. Finer than any brush. */
export const paperGrain = (x: number, y: number, unit: number, seed: number): number => {
  const k = Math.max(0.16, 260 / unit)
  return noise2(x * k, y * k, seed) * 0.6 + noise2(x * k * 2.3, y * k * 2.3, seed + 1) * 0.4
}

/** Pigment in water: simplified shapes with wandering rims, blooms, darker where a wash dried, on white paper that shows at the border. */
export function watercolor(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const flat: Canvas = { ...on, data: calmed(on, unit * 0.0055) }
  const rims = thickened(edgesOf(on, { step: 0.07 }), width, { thickness: unit * 0.0035 })
  const wide = blurred(planeOf(flat), unit * 0.02)
  const out = new Float32Array(3)
  const paper = [0.985, 0.975, 0.95]
  const margin = unit * 0.035
  const step = Math.max(2, Math.round(unit / 256))
  const field = (frequency: number, layer: number) =>
    coarsely(on, step, (x, y) => noise2((x / unit) * frequency, (y / unit) * frequency, seed + layer))
  const [wanderX, wanderY, shakeX, shakeY] = [field(26, 0), field(26, 2), field(80, 1), field(80, 3)]
  const pools = coarsely(on, step, (x, y) => fbm((x / unit) * 3.1, (y / unit) * 3.1, seed + 4, 4))
  const torn = coarsely(on, 2, (x, y) => fbm((x / unit) * 7, (y / unit) * 7, seed + 8, 4) * margin * 0.9)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wx = wanderX(x, y) * 0.0028 + shakeX(x, y) * 0.0012
      const wy = wanderY(x, y) * 0.0028 + shakeY(x, y) * 0.0012
      sample(flat, x + wx * unit, y + wy * unit, out)
      const pool = pools(x, y)
      const grain = paperGrain(x, y, unit, seed + 6)
      const rim = rims[clamp(Math.round(y + wy * unit), 0, height - 1) * width + clamp(Math.round(x + wx * unit), 0, width - 1)]!
      const away = Math.min(x, y, width - x, height - y) + torn(x, y)
      const painted = smooth(margin * 0.82, margin * 1.02, away)
      const dried = smooth(margin * 1.5, margin * 1.05, away) * 0.22
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++) {
        const tone = mix(out[c]!, wide[at + c]!, 0.25)
        // Transparent pigment: paper shines through, more where it is thin.
        const strength = 0.86 + pool * 0.3 + rim * 0.34 + grain * 0.085 + dried
        const layered = paper[c]! * (1 - clamp((1 - tone) * strength))
        data[at + c] = mix(paper[c]! + grain * 0.012, layered, painted)
      }
    }
}

type Stroke = { x: number; y: number; angle: number; length: number; width: number; color: Float32Array; seed: number }

/** Strokes that follow the forms, from broad to fine, thick enough to catch the light. */
export function oil(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const source: Canvas = { ...on, data: blurred(planeOf(on), Math.max(1, unit * 0.0025)) }
  const relief = new Float32Array(width * height)
  const draw = random(seed)
  const out = new Float32Array(3)
  for (const [size, long, density] of [
    [0.03, 3.2, 1.5],
    [0.014, 3.6, 1.25],
    [0.0075, 3.4, 0.8],
  ] as const) {
    const brush = Math.max(1.6, unit * size)
    const count = Math.round(((width * height) / (brush * brush)) * density * 0.55)
    for (let i = 0; i < count; i++) {
      const x = draw.next() * width
      const y = draw.next() * height
      const [gx, gy] = slopeAt(source, x, y, brush * 0.6)
      const steep = Math.sqrt(gx * gx + gy * gy)
      // Fine strokes only where there is something to say.
      if (size < 0.01 && steep < 0.025 && draw.next() < 0.8) continue
      sample(source, x, y, out)
      const flow = fbm((x / unit) * 1.7, (y / unit) * 1.7, seed + 5, 2) * 2.6
      const angle = steep > 0.02 ? direction(-gy, gx) : flow
      const jitter = draw.between(-0.035, 0.035)
      const color = Float32Array.from(out, (value, c) => clamp(value * 1.03 + jitter + draw.between(-0.018, 0.018) * (c === 1 ? 0.6 : 1)))
      dab(on, relief, {
        x,
        y,
        angle: angle + draw.between(-0.25, 0.25),
        length: brush * long * draw.between(0.6, 1.2),
        width: brush,
        color,
        seed: i,
      })
    }
  }
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const lift = (relief[i]! - relief[i - width - 1]!) * 0.24
      for (let c = 0; c < 3; c++) data[i * 3 + c] = clamp(data[i * 3 + c]! + clamp(lift, -0.09, 0.09))
    }
}

function slopeAt({ data, width, height }: Canvas, x: number, y: number, reach: number): [number, number] {
  const l = (px: number, py: number) =>
    lumaAt(data, (clamp(Math.round(py), 0, height - 1) * width + clamp(Math.round(px), 0, width - 1)) * 3)
  return [l(x + reach, y) - l(x - reach, y), l(x, y + reach) - l(x, y - reach)]
}

/** The angle of a vector, within 0.005: no engine's atan2. */
function direction(x: number, y: number): number {
  const [ax, ay] = [Math.abs(x), Math.abs(y)]
  const t = Math.min(ax, ay) / Math.max(ax, ay, 1e-9)
  const base = t * (1.0584 - t * 0.273)
  const eighth = ay > ax ? TAU / 4 - base : base
  const half = x < 0 ? TAU / 2 - eighth : eighth
  return y < 0 ? -half : half
}

/** How much paint each hair of the brush holds, −0.5 to 0.5. */
const BRISTLES = Float32Array.from({ length: 256 }, (_, i) => hash2(i, 3, 11) / 4294967296 - 0.5)

/** One touch of a bristled brush: full in the middle, thin at its end. */
function dab({ data, width, height }: Canvas, relief: Float32Array, stroke: Stroke): void {
  const [ca, sa] = [cos(stroke.angle), sin(stroke.angle)]
  const half = stroke.length / 2
  const reach = half + stroke.width
  const x1 = Math.min(width - 1, Math.ceil(stroke.x + reach))
  const y1 = Math.min(height - 1, Math.ceil(stroke.y + reach))
  for (let y = Math.max(0, Math.floor(stroke.y - reach)); y <= y1; y++)
    for (let x = Math.max(0, Math.floor(stroke.x - reach)); x <= x1; x++) {
      const dx = x - stroke.x
      const dy = y - stroke.y
      const along = (dx * ca + dy * sa) / half
      const across = ((-dx * sa + dy * ca) / stroke.width) * 2
      if (along < -1 || along > 1 || across < -1 || across > 1) continue
      const end = 1 - along * along
      const bristle = BRISTLES[(Math.floor((across + 1) * 7) + stroke.seed * 17 + (along > 0.3 ? 5 : 0)) & 255]!
      const alpha = smooth(0, 0.35, end) * smooth(1, 0.72, Math.abs(across)) * clamp(0.95 + bristle * 0.3)
      if (alpha < 0.02) continue
      const i = y * width + x
      for (let c = 0; c < 3; c++) data[i * 3 + c] = mix(data[i * 3 + c]!, clamp(stroke.color[c]! + bristle * 0.03), alpha)
      relief[i] = mix(relief[i]!, 0.5 + bristle * 0.34 + (1 - Math.abs(across)) * 0.35, alpha)
    }
}

/** Chalk on toned paper: pale, soft, with the tooth showing through. */
export function pastel(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const soft: Canvas = { ...on, data: calmed({ ...on, data: blurred(planeOf(on), Math.max(1, unit * 0.002)) }, unit * 0.004) }
  const out = new Float32Array(3)
  const paper = [0.965, 0.945, 0.925]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const shake = noise2(x * 0.35, y * 0.35, seed) * unit * 0.0022
      sample(soft, x + shake, y + shake * 0.7, out)
      const tooth = paperGrain(x, y, unit, seed + 3)
      const hatch = noise2((x + y) * (60 / unit), (x - y) * (420 / unit), seed + 4)
      const cover = clamp(0.86 + tooth * 0.3 + hatch * 0.14)
      const l = lumaAt(out, 0)
      for (let c = 0; c < 3; c++) {
        const pale = mix(0.3 + 0.68 * out[c]!, 0.3 + 0.68 * l, -0.12)
        data[(y * width + x) * 3 + c] = clamp(mix(paper[c]!, pale, cover))
      }
    }
}
