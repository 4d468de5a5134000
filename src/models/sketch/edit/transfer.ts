import type { Canvas } from '../canvas.ts'
import { type Lab, labToRgb, rgbToLab } from '../color.ts'
import { clamp, mix } from '../exact.ts'

const BINS = 256

/** What a picture's colours are like: the mean and spread of a and b by lightness, and how its lightness is spread. */
export type Look = { quantiles: Float32Array; a: Float32Array; b: Float32Array; mean: Lab; spread: Lab }

export function lookOf({ data }: Pick<Canvas, 'data'>): Look {
  const n = data.length / 3
  const counts = new Float64Array(BINS)
  const sums = [new Float64Array(BINS), new Float64Array(BINS)]
  const total = [0, 0, 0]
  const squares = [0, 0, 0]
  // A step through the pixels: statistics of a hundred thousand are those of a million.
  const step = Math.max(1, Math.floor(n / 120_000))
  let seen = 0
  for (let i = 0; i < n; i += step, seen++) {
    const lab = rgbToLab([clamp(data[i * 3]!), clamp(data[i * 3 + 1]!), clamp(data[i * 3 + 2]!)])
    const bin = Math.min(BINS - 1, Math.floor(clamp(lab[0]) * BINS))
    counts[bin]!++
    sums[0]![bin]! += lab[1]
    sums[1]![bin]! += lab[2]
    for (let c = 0; c < 3; c++) {
      total[c]! += lab[c]!
      squares[c]! += lab[c]! * lab[c]!
    }
  }
  const mean = total.map((sum) => sum / seen) as unknown as Lab
  const spread = squares.map((sum, c) => Math.sqrt(Math.max(1e-6, sum / seen - mean[c]! * mean[c]!))) as unknown as Lab
  return {
    quantiles: quantilesOf(counts, seen),
    a: smoothed(sums[0]!, counts, mean[1]),
    b: smoothed(sums[1]!, counts, mean[2]),
    mean,
    spread,
  }
}

/** Lightness at each of 256 ranks. */
function quantilesOf(counts: Float64Array, total: number): Float32Array {
  const out = new Float32Array(BINS)
  let [bin, sum] = [0, counts[0]!]
  for (let q = 0; q < BINS; q++) {
    while (sum < ((q + 0.5) / BINS) * total && bin < BINS - 1) sum += counts[++bin]!
    out[q] = (bin + 0.5) / BINS
  }
  return out
}

/** The mean chroma at each lightness; where there is none, its neighbours'. */
function smoothed(sums: Float64Array, counts: Float64Array, fallback: number): Float32Array {
  const out = new Float32Array(BINS)
  for (let i = 0; i < BINS; i++) {
    let [sum, weight] = [fallback * 0.5, 0.5]
    for (let k = -14; k <= 14; k++) {
      const j = clamp(i + k, 0, BINS - 1)
      const w = 15 - Math.abs(k)
      sum += sums[j]! * w
      weight += counts[j]! * w
    }
    out[i] = sum / weight
  }
  return out
}

/** Which of 256 ranks a lightness holds in its own picture: the first half of matching histograms. */
function ranksOf({ quantiles }: Look): Float32Array {
  const ranks = new Float32Array(BINS)
  let q = 0
  for (let bin = 0; bin < BINS; bin++) {
    const first = q
    while (q < BINS && quantiles[q]! <= (bin + 1) / BINS) q++
    ranks[bin] = (first + q) / 2
  }
  return ranks
}

/**
 * The picture in another's colours (after Reinhard 2001, in OKLab): lightness is matched by histogram, a and b are moved and scaled by
 * their spread and drawn to what the other has at that lightness. `tone` and `color` say how far each goes, 0 to 1.
 */
export function transferred(on: Canvas, to: Look, { tone, color }: { tone: number; color: number }): Canvas {
  const from = lookOf(on)
  const ranks = ranksOf(from)
  const data = new Float32Array(on.data.length)
  const scale = [0, 1, 2].map((c) => clamp(to.spread[c]! / from.spread[c]!, 0.35, 2.4))
  for (let i = 0; i < data.length; i += 3) {
    const [l, a, b] = rgbToLab([clamp(on.data[i]!), clamp(on.data[i + 1]!), clamp(on.data[i + 2]!)])
    const rank = interpolated(ranks, clamp(l) * BINS - 0.5)
    const matched = mix(l, interpolated(to.quantiles, rank), tone)
    const bin = Math.min(BINS - 1, Math.floor(clamp(matched) * BINS))
    const na = mix((a - from.mean[1]) * scale[1]! + to.mean[1], to.a[bin]!, 0.55)
    const nb = mix((b - from.mean[2]) * scale[2]! + to.mean[2], to.b[bin]!, 0.55)
    const rgb = labToRgb([clamp(matched), mix(a, na, color), mix(b, nb, color)])
    data[i] = rgb[0]
    data[i + 1] = rgb[1]
    data[i + 2] = rgb[2]
  }
  return { ...on, data }
}

function interpolated(table: Float32Array, at: number): number {
  const x = clamp(at, 0, BINS - 1)
  const i = Math.min(BINS - 2, Math.floor(x))
  return table[i]! + (table[i + 1]! - table[i]!) * (x - i)
}
