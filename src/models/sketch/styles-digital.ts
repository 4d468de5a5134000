import { type Canvas, fill } from './canvas.ts'
import { type Lab, labToRgb, oklch, type Rgb, rgbToLab } from './color.ts'
import { clamp, hash2, mix, random, smooth } from './exact.ts'
import { blurred, edgesOf, lumaAt, planeOf, thickened } from './filters.ts'
import { MARK } from './scene.ts'

/** Bayer's 4 × 4 thresholds. */
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((step) => (step + 0.5) / 16 - 0.5)

/** Large square pixels in 28 colours of the picture's own, mixed by an ordered pattern. */
export function pixelArt(on: Canvas, _seed: number): void {
  const { width, height, unit, data } = on
  const cell = Math.max(2, Math.round(unit / 128))
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)]
  const cells = cellMeans(on, cell)
  const palette = medianCut(cells, 28)
  const spread = 0.075
  for (let cy = 0; cy < rows; cy++)
    for (let cx = 0; cx < columns; cx++) {
      const threshold = BAYER[(cy % 4) * 4 + (cx % 4)]! * spread
      const [l, a, b] = cells[cy * columns + cx]!
      const color = labToRgb(closest(palette, [l + threshold, a, b]))
      for (let y = cy * cell; y < Math.min(height, (cy + 1) * cell); y++)
        for (let x = cx * cell; x < Math.min(width, (cx + 1) * cell); x++) data.set(color, (y * width + x) * 3)
    }
}

function cellMeans({ data, width, height }: Canvas, cell: number): Lab[] {
  const means: Lab[] = []
  for (let y0 = 0; y0 < height; y0 += cell)
    for (let x0 = 0; x0 < width; x0 += cell) {
      const sum = [0, 0, 0]
      let n = 0
      for (let y = y0; y < Math.min(height, y0 + cell); y++)
        for (let x = x0; x < Math.min(width, x0 + cell); x++, n++)
          for (let c = 0; c < 3; c++) sum[c] = sum[c]! + data[(y * width + x) * 3 + c]!
      means.push(rgbToLab([sum[0]! / n, sum[1]! / n, sum[2]! / n]))
    }
  return means
}

/** Heckbert's median cut in OKLab: the box with the widest side is halved at its median. */
export function medianCut(colors: readonly Lab[], count: number): Lab[] {
  const boxes: Lab[][] = [[...colors]]
  while (boxes.length < count) {
    const measured = boxes.map((box, i) => ({ i, ...widest(box) }))
    const best = measured.reduce((a, b) => (b.extent > a.extent ? b : a))
    if (best.extent < 0.004) break
    const box = boxes[best.i]!.sort((a, b) => a[best.axis]! - b[best.axis]!)
    boxes.splice(best.i, 1, box.slice(0, box.length >> 1), box.slice(box.length >> 1))
  }
  return boxes
    .filter((box) => box.length > 0)
    .map((box) => [0, 1, 2].map((axis) => box.reduce((sum, color) => sum + color[axis]!, 0) / box.length) as unknown as Lab)
}

function widest(box: readonly Lab[]): { axis: 0 | 1 | 2; extent: number } {
  let best: { axis: 0 | 1 | 2; extent: number } = { axis: 0, extent: 0 }
  for (const axis of [0, 1, 2] as const) {
    let [low, high] = [9, -9]
    for (const color of box) {
      low = Math.min(low, color[axis])
      high = Math.max(high, color[axis])
    }
    // Hue counts more than lightness: a small red thing among greens must keep its red.
    const extent = (high - low) * (axis === 0 ? 1 : 1.7) * Math.min(1, box.length / 40)
    if (extent > best.extent) best = { axis, extent }
  }
  return best
}

function closest(palette: readonly Lab[], [l, a, b]: Lab): Lab {
  let best = palette[0]!
  let least = Number.POSITIVE_INFINITY
  for (const color of palette) {
    const d = (color[0] - l) * (color[0] - l) + (color[1] - a) * (color[1] - a) * 2 + (color[2] - b) * (color[2] - b) * 2
    if (d < least) [least, best] = [d, color]
  }
  return best
}

/** Small square tiles with bevelled rims in grout. */
export function mosaic(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const cell = Math.max(5, Math.round(unit / 72))
  const columns = Math.ceil(width / cell)
  const cells = cellMeans(on, cell)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [cx, cy] = [Math.floor(x / cell), Math.floor(y / cell)]
      const [fx, fy] = [(x + 0.5) / cell - cx, (y + 0.5) / cell - cy]
      const [l, a, b] = cells[cy * columns + cx]!
      const rim = Math.min(fx, fy, 1 - fx, 1 - fy)
      const bevel = (smooth(0.24, 0.05, Math.min(fx, fy)) - smooth(0.24, 0.05, Math.min(1 - fx, 1 - fy))) * 0.07
      const jitter = (hash2(cx, cy, seed) / 4294967296 - 0.5) * 0.05
      const color = labToRgb([clamp(l + bevel + jitter), a * 1.12, b * 1.12])
      const tile = smooth(0.02, 0.075, rim)
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = mix([0.8, 0.78, 0.74][c]!, color[c]!, tile)
    }
}

const NIGHT: readonly Rgb[] = [
  oklch(0.08, 0.05, 290),
  oklch(0.2, 0.11, 292),
  oklch(0.42, 0.2, 325),
  oklch(0.72, 0.2, 350),
  oklch(0.93, 0.09, 190),
]

/** After dark under tubes of light: everything in violet shade, contours glowing magenta and cyan. */
export function neon(on: Canvas, _seed: number): void {
  const { width, height, unit, data, marks } = on
  const lines = thickened(edgesOf(on, { step: 0.15 }), width, { thickness: unit * 0.0026 })
  const light = new Float32Array(data.length)
  const tubes = [oklch(0.86, 0.15, 200), oklch(0.72, 0.28, 345), oklch(0.7, 0.22, 305), oklch(0.72, 0.28, 350), oklch(0.82, 0.16, 215)]
  for (let i = 0; i < width * height; i++) {
    const at = i * 3
    const l = clamp(lumaAt(data, at))
    const stop = Math.min(3, Math.floor(l * 3.4))
    const t = clamp(l * 3.4 - stop)
    // Each thing has a tube of its own colour.
    const tube = tubes[marks[i]! === 0 ? 0 : marks[i]! % tubes.length]!
    const isSky = marks[i] === MARK.sky
    for (let c = 0; c < 3; c++) {
      const dusk = isSky ? smooth(0.1, 0.72, Math.floor(i / width) / height) * 0.55 : 0
      const graded = mix(mix(NIGHT[stop]![c]!, NIGHT[stop + 1]![c]!, t), NIGHT[2]![c]!, dusk)
      const own = data[at + c]! * smooth(0.5, 0.9, l) * 0.6
      data[at + c] = Math.max(graded * (isSky ? 0.92 : 0.78), own + data[at + c]! * 0.26)
      light[at + c] = tube[c]! * lines[i]!
    }
  }
  const plane = { data: light, width, height, channels: 3 }
  const near = blurred(plane, unit * 0.004)
  const wide = blurred(plane, unit * 0.02)
  for (let i = 0; i < data.length; i++)
    data[i] = 1 - (1 - data[i]!) * (1 - clamp(light[i]! * 0.85)) * (1 - clamp(near[i]! * 0.95)) * (1 - clamp(wide[i]! * 1.5))
  bloom(on, 0.35)
}

/** Facets: a shaken grid of triangles, each of one tone. */
export function lowPoly(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const source = { ...on, data: data.slice() }
  const cell = unit / 40
  const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1]
  const corner = (cx: number, cy: number): [number, number] => {
    const h = hash2(cx, cy, seed)
    const edgeX = cx === 0 || cx === columns - 1
    const edgeY = cy === 0 || cy === rows - 1
    return [
      cx * cell + (edgeX ? 0 : ((h & 0xffff) / 65536 - 0.5) * cell * 0.85),
      cy * cell + (edgeY ? 0 : ((h >>> 16) / 65536 - 0.5) * cell * 0.85),
    ]
  }
  for (let cy = 0; cy < rows - 1; cy++)
    for (let cx = 0; cx < columns - 1; cx++) {
      const [a, b, c, d] = [corner(cx, cy), corner(cx + 1, cy), corner(cx, cy + 1), corner(cx + 1, cy + 1)]
      const halves =
        hash2(cx, cy, seed + 9) & 1
          ? [
              [a, b, c],
              [b, d, c],
            ]
          : [
              [a, b, d],
              [a, d, c],
            ]
      for (const three of halves)
        facet(on, source, three as [number, number][], hash2(cx, cy + 7 * halves.indexOf(three), seed + 5) / 4294967296)
    }
}

function facet(on: Canvas, source: Canvas, corners: [number, number][], luck: number): void {
  const { width, height } = on
  const [mx, my] = [0, 1].map((k) => corners.reduce((sum, corner) => sum + corner[k as 0 | 1], 0) / 3) as [number, number]
  const sum = [0, 0, 0]
  const spots = [[mx, my] as const, ...corners.map(([x, y]) => [mix(mx, x, 0.55), mix(my, y, 0.55)] as const)]
  for (const [x, y] of spots) {
    const at = (clamp(Math.round(y), 0, height - 1) * width + clamp(Math.round(x), 0, width - 1)) * 3
    for (let c = 0; c < 3; c++) sum[c] = sum[c]! + source.data[at + c]! / spots.length
  }
  const [l, a, b] = rgbToLab(sum as unknown as Rgb)
  const color = labToRgb([clamp(l + (luck - 0.5) * 0.06), a * 1.15, b * 1.15])
  // A hair larger than its place, so that no seam shows between neighbours.
  const grown = corners.flatMap(([x, y]) => [mx + (x - mx) * 1.04, my + (y - my) * 1.04])
  fill(on, [grown], color)
}

/** Bright parts spill over, as in a lens. */
export function bloom(on: Canvas, strength: number): void {
  const { data, unit } = on
  const bright = data.map((value) => Math.max(0, value - 0.62) * 1.6)
  const spill = blurred({ ...planeOf(on), data: bright }, unit * 0.018)
  for (let i = 0; i < data.length; i++) data[i] = 1 - (1 - clamp(data[i]!)) * (1 - clamp(spill[i]! * strength))
}

/** As a camera would: contrast, bloom, darker corners, grain. */
export function photo(on: Canvas, seed: number): void {
  bloom(on, 0.55)
  finish(on, { contrast: 0.5, vignette: 0.34, grain: 0.03, seed, warmth: 0.012 })
}

type Finish = { contrast: number; vignette: number; grain: number; seed: number; warmth?: number }

/** The last touch of every picture without a style of its own. */
export function finish({ data, width, height, unit }: Canvas, { contrast, vignette, grain, seed, warmth = 0 }: Finish): void {
  const draw = random(seed)
  const clump = Math.max(1, unit / 900)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x / width - 0.5, y / height - 0.5]
      const dark = 1 - vignette * smooth(0.18, 0.62, dx * dx + dy * dy)
      const speck = (hash2(Math.floor(x / clump), Math.floor(y / clump), draw.seed) / 4294967296 - 0.5) * grain
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++) {
        const value = clamp(data[at + c]! * dark + speck + (c === 0 ? warmth : c === 2 ? -warmth : 0))
        data[at + c] = mix(value, value * value * (3 - 2 * value), contrast)
      }
    }
}
