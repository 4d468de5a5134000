import type { Canvas } from './canvas.ts'
import { clamp } from './exact.ts'

/** Rec. 709 weights on gamma-encoded values: enough to steer brushes by. */
export const lumaAt = (data: Float32Array, at: number): number => data[at]! * 0.2126 + data[at + 1]! * 0.7152 + data[at + 2]! * 0.0722

export type Plane = { data: Float32Array; width: number; height: number; channels: number }
export const planeOf = ({ data, width, height }: Canvas): Plane => ({ data, width, height, channels: 3 })

/** Three passes of a running mean: nearly a Gaussian of deviation `radius`, in time that does not depend on it. */
export function blurred(plane: Plane, radius: number): Float32Array {
  let data = plane.data
  const r = Math.max(1, Math.round(radius))
  for (let pass = 0; pass < (radius < 1.5 ? 1 : 3); pass++) data = boxColumns({ ...plane, data: boxRows({ ...plane, data }, r) }, r)
  return data
}

function boxRows({ data, width, height, channels }: Plane, r: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let c = 0; c < channels; c++) {
      const row = y * width * channels + c
      let sum = 0
      for (let x = -r; x <= r; x++) sum += data[row + clamp(x, 0, width - 1) * channels]!
      for (let x = 0; x < width; x++) {
        out[row + x * channels] = sum / (2 * r + 1)
        sum += data[row + Math.min(width - 1, x + r + 1) * channels]! - data[row + Math.max(0, x - r) * channels]!
      }
    }
  return out
}

function boxColumns({ data, width, height, channels }: Plane, r: number): Float32Array {
  const out = new Float32Array(data.length)
  const stride = width * channels
  // A row of running sums, so that memory is walked in its own order.
  const sums = new Float32Array(stride)
  for (let y = -r; y <= r; y++) {
    const from = clamp(y, 0, height - 1) * stride
    for (let i = 0; i < stride; i++) sums[i] = sums[i]! + data[from + i]!
  }
  for (let y = 0; y < height; y++) {
    const plus = Math.min(height - 1, y + r + 1) * stride
    const minus = Math.max(0, y - r) * stride
    for (let i = 0; i < stride; i++) {
      out[y * stride + i] = sums[i]! / (2 * r + 1)
      sums[i] = sums[i]! + data[plus + i]! - data[minus + i]!
    }
  }
  return out
}

/** Kuwahara's filter: each pixel takes the mean of the calmest of four squares beside it. Flattens areas and keeps their edges sharp. */
export function calmed({ data, width, height }: Canvas, radius: number): Float32Array {
  const r = Math.max(1, Math.round(radius))
  const planes = new Float32Array(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const l = lumaAt(data, i * 3)
    planes[i * 4] = data[i * 3]!
    planes[i * 4 + 1] = data[i * 3 + 1]!
    planes[i * 4 + 2] = data[i * 3 + 2]!
    planes[i * 4 + 3] = l * l
  }
  // The mean of the square that begins at each pixel: a pixel's four squares are four of these.
  const means = windowMeans({ data: planes, width, height, channels: 4 }, r)
  const unrest = new Float32Array(width * height)
  for (let i = 0; i < unrest.length; i++) {
    const l = means[i * 4]! * 0.2126 + means[i * 4 + 1]! * 0.7152 + means[i * 4 + 2]! * 0.0722
    unrest[i] = means[i * 4 + 3]! - l * l
  }
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const [above, here] = [Math.max(0, y - r) * width, y * width]
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - r)
      let best = above + left
      if (unrest[above + x]! < unrest[best]!) best = above + x
      if (unrest[here + left]! < unrest[best]!) best = here + left
      if (unrest[here + x]! < unrest[best]!) best = here + x
      const at = (here + x) * 3
      out[at] = means[best * 4]!
      out[at + 1] = means[best * 4 + 1]!
      out[at + 2] = means[best * 4 + 2]!
    }
  }
  return out
}

/** Means of the squares of side r + 1 that begin at each pixel, the picture's edge repeated beyond it. */
function windowMeans({ data, width, height, channels: n }: Plane, r: number): Float32Array {
  const rows = new Float32Array(data.length)
  const share = 1 / ((r + 1) * (r + 1))
  const sum = new Float64Array(n)
  for (let y = 0; y < height; y++) {
    const row = y * width * n
    sum.fill(0)
    for (let x = 0; x <= r; x++) for (let c = 0; c < n; c++) sum[c] = sum[c]! + data[row + Math.min(x, width - 1) * n + c]!
    for (let x = 0; x < width; x++) {
      const [gone, next] = [row + x * n, row + Math.min(width - 1, x + r + 1) * n]
      for (let c = 0; c < n; c++) {
        rows[gone + c] = sum[c]!
        sum[c] = sum[c]! + data[next + c]! - data[gone + c]!
      }
    }
  }
  const out = new Float32Array(data.length)
  const stride = width * n
  const sums = new Float64Array(stride)
  for (let y = 0; y <= r; y++) for (let i = 0; i < stride; i++) sums[i] = sums[i]! + rows[Math.min(y, height - 1) * stride + i]!
  for (let y = 0; y < height; y++) {
    const [gone, next] = [y * stride, Math.min(height - 1, y + r + 1) * stride]
    for (let i = 0; i < stride; i++) {
      out[gone + i] = sums[i]! * share
      sums[i] = sums[i]! + rows[next + i]! - rows[gone + i]!
    }
  }
  return out
}

/** Where one thing ends and another begins, 0 to 1: by the marks of what was painted, and by steps in lightness. */
export function edgesOf({ data, marks, width, height }: Canvas, { step = 0.12, byMarks = true } = {}): Float32Array {
  const edges = new Float32Array(width * height)
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x
      const parted = byMarks && (marks[i] !== marks[i + 1] || marks[i] !== marks[i + width])
      const l = lumaAt(data, i * 3)
      const rise = Math.abs(lumaAt(data, i * 3 + 3) - l) + Math.abs(lumaAt(data, (i + width) * 3) - l)
      edges[i] = Math.max(parted ? 1 : 0, clamp((rise - step) / step))
    }
  return edges
}

/** Lines of a given width in pixels from edges, soft at their rims. */
export function thickened(edges: Float32Array, width: number, { thickness }: { thickness: number }): Float32Array {
  const height = edges.length / width
  if (thickness < 1.2) return edges
  const soft = blurred({ data: edges, width, height, channels: 1 }, thickness / 2)
  return soft.map((value) => clamp(value * thickness * 1.5))
}

/** The colour at a point between pixels, written to `out`. */
export function sample({ data, width, height }: Canvas, x: number, y: number, out: Float32Array): void {
  const px = clamp(x, 0, width - 1.001)
  const py = clamp(y, 0, height - 1.001)
  const [ix, iy] = [Math.floor(px), Math.floor(py)]
  const [tx, ty] = [px - ix, py - iy]
  const at = (iy * width + ix) * 3
  for (let c = 0; c < 3; c++) {
    const top = data[at + c]! + (data[at + 3 + c]! - data[at + c]!) * tx
    const low = at + width * 3 + c
    out[c] = top + (data[low]! + (data[low + 3]! - data[low]!) * tx - top) * ty
  }
}
