import type { Canvas } from '../canvas.ts'
import { clamp, hash2 } from '../exact.ts'
import { blurred, planeOf } from '../filters.ts'
import { boundsOf, resized, type Soft, shrunk } from './layer.ts'
import { withMats } from './opencv.ts'

/** Inpainting walks the hole from its rim: slow on large holes, whose middle is smooth anyway. */
const WORKING_SIDE = 512

/**
 * Fills what a mask covers from its surroundings (Telea 2004, or Navier–Stokes flow for thin things), then gives the fill the grain of
 * the picture beside it, so that it is no smooth patch. Pixels outside the mask stay as they are.
 */
export async function filledIn(on: Canvas, soft: Soft, seed: number): Promise<Canvas> {
  const { width, height } = on
  const small = shrunk(planeOf(on), WORKING_SIDE)
  const hole = shrunk({ data: soft, width, height, channels: 1 }, WORKING_SIDE)
  const covered = hole.data.reduce((sum, value) => sum + (value > 0.02 ? 1 : 0), 0) / hole.data.length
  if (covered === 0) return on
  if (covered > 0.995) return { ...on, data: on.data.map(() => 0.5) }
  const smooth = await inpainted(small, hole.data, covered < 0.004)
  const full = resized({ ...small, data: smooth }, width, height)
  const grain = grainBeside(on, soft, seed)
  const data = on.data.slice()
  for (let i = 0; i < soft.length; i++) {
    if (soft[i]! <= 0) continue
    for (let c = 0; c < 3; c++) data[i * 3 + c] = clamp(full[i * 3 + c]! + grain(i, c))
  }
  return { ...on, data }
}

function inpainted(
  small: { data: Float32Array; width: number; height: number },
  hole: Float32Array,
  isThin: boolean,
): Promise<Float32Array> {
  return withMats(({ cv, mat }) => {
    const { width, height } = small
    const source = mat(
      height,
      width,
      cv.CV_8UC3,
      small.data.map((value) => Math.round(clamp(value) * 255)),
    )
    const mask = mat(
      height,
      width,
      cv.CV_8UC1,
      hole.map((value) => (value > 0.02 ? 255 : 0)),
    )
    const out = mat()
    cv.inpaint(source, mask, out, isThin ? 3 : 6, isThin ? cv.INPAINT_NS : cv.INPAINT_TELEA)
    return Float32Array.from(out.data, (value) => value / 255)
  })
}

/** More than this is no grain but the edge of some other thing, whose ghost would stand in the hole. */
const MOST_GRAIN = 0.03

/** What is finer than a small blur, taken from the calmest place as large as the hole that the mask leaves alone. */
function grainBeside(on: Canvas, soft: Soft, seed: number): (i: number, channel: number) => number {
  const { width, height, data } = on
  const box = boundsOf(soft, width)
  const low = blurred(planeOf(on), Math.max(1.5, on.unit * 0.006))
  const fine = data.map((value, i) => value - low[i]!)
  const shift = box && calmestBeside(soft, fine, { width, height, box })
  return (i, c) => {
    if (!shift) return (hash2(i, c, seed) / 4294967296 - 0.5) * 0.012
    const x = clamp((i % width) + shift.x, 0, width - 1)
    const y = clamp(Math.floor(i / width) + shift.y, 0, height - 1)
    if (soft[y * width + x]! > 0.02) return 0
    return clamp(fine[(y * width + x) * 3 + c]! * 0.9, -MOST_GRAIN, MOST_GRAIN)
  }
}

type Place = { width: number; height: number; box: { left: number; top: number; right: number; bottom: number } }

/** Of the eight places around the hole, and those twice as far, the one with the least that stands out; of mostly open ones only. */
function calmestBeside(soft: Soft, fine: Float32Array, { width, height, box }: Place): { x: number; y: number } | undefined {
  const [w, h] = [box.right - box.left + 4, box.bottom - box.top + 4]
  const steps = [-2, -1, 0, 1, 2].flatMap((x) => [-2, -1, 0, 1, 2].map((y) => ({ x: x * w, y: y * h })))
  const places = steps.filter(({ x, y }) => x !== 0 || y !== 0).map((shift) => ({ ...shift, ...seenAt(shift) }))
  const open = places.filter(({ free }) => free > 0.3)
  return open.length > 0 ? open.reduce((a, b) => (b.unrest < a.unrest ? b : a)) : undefined

  function seenAt({ x, y }: { x: number; y: number }): { free: number; unrest: number } {
    let [free, all, sum] = [0, 0, 0]
    for (let py = box.top; py < box.bottom; py += 3)
      for (let px = box.left; px < box.right; px += 3) {
        const [qx, qy] = [px + x, py + y]
        all++
        if (qx < 0 || qx >= width || qy < 0 || qy >= height || soft[qy * width + qx]! >= 0.02) continue
        free++
        // Squared, so that one edge weighs more than grain everywhere.
        sum += fine[(qy * width + qx) * 3 + 1]! ** 2
      }
    return { free: free / Math.max(1, all), unrest: sum / Math.max(1, free) }
  }
}
