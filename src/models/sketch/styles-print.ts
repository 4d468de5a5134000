import { type Canvas, fill } from './canvas.ts'
import { type Lab, labToRgb, oklch, type Rgb, rgbToLab } from './color.ts'
import { clamp, mix, random, smooth } from './exact.ts'
import { blurred, calmed, edgesOf, lumaAt, planeOf, sample, thickened } from './filters.ts'
import { coarsely, fbm, noise2 } from './noise.ts'
import { rectangle } from './path.ts'
import { MARK } from './scene.ts'
import { paperGrain } from './styles-paint.ts'

const XUAN: Rgb = [0.955, 0.93, 0.875]
const SUMI: Rgb = [0.11, 0.105, 0.12]
const SEAL: Rgb = [0.76, 0.2, 0.16]

/** Ink wash: tones of one ink on warm paper, brush lines that swell and break, red kept where red was, and a seal. */
export function ink(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const flat: Canvas = { ...on, data: calmed(on, unit * 0.006) }
  const lines = thickened(edgesOf(on, { step: 0.1 }), width, { thickness: unit * 0.0042 })
  const [dark, bright] = rangeOf(flat.data)
  const step = Math.max(2, Math.round(unit / 256))
  const field = (frequency: number, layer: number) =>
    coarsely(on, step, (x, y) => noise2((x / unit) * frequency, (y / unit) * frequency, seed + layer))
  const [bleedX, bleedY, press] = [field(34, 0), field(34, 1), field(9, 5)]
  const washes = coarsely(on, step, (x, y) => fbm((x / unit) * 2.6, (y / unit) * 3.4, seed + 2, 4))
  const out = new Float32Array(3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [bx, by] = [bleedX(x, y) * unit * 0.005, bleedY(x, y) * unit * 0.005]
      sample(flat, x + bx, y + by, out)
      const tone = clamp((lumaAt(out, 0) - dark) / (bright - dark))
      const wash = washes(x, y)
      const grain = paperGrain(x, y, unit, seed + 3)
      const level = clamp(1 - tone + wash * 0.16)
      // Few washes laid over each other: steps with soft rims.
      const stepped = (Math.floor(level * 5) + smooth(0.25, 0.75, level * 5 - Math.floor(level * 5))) / 5
      const at = clamp(Math.round(y + by * 0.5), 0, height - 1) * width + clamp(Math.round(x + bx * 0.5), 0, width - 1)
      const pressure = smooth(-0.35, 0.5, press(x, y))
      const line = lines[at]! * pressure * 0.72
      const density = clamp(stepped * stepped * 0.78 + line + grain * 0.035 * stepped)
      const red =
        smooth(0.14, 0.3, out[0]! - Math.max(out[1]!, out[2]!)) *
        smooth(0.35, 0.6, out[0]!) *
        (on.marks[y * width + x]! >= MARK.figure ? 1 : 0.22)
      const i = (y * width + x) * 3
      for (let c = 0; c < 3; c++) {
        const paper = XUAN[c]! + grain * 0.012 - 0.05 * smooth(0.4, 0.75, Math.max(Math.abs(x / width - 0.5), Math.abs(y / height - 0.5)))
        data[i + c] = mix(mix(paper, SUMI[c]!, density), mix(paper, SEAL[c]!, 0.85), red * (1 - density * 0.6))
      }
    }
  stampSeal(on, seed)
}

/** The darkest and brightest twentieth. */
function rangeOf(data: Float32Array): [number, number] {
  const counts = new Uint32Array(256)
  for (let i = 0; i < data.length; i += 3) counts[Math.floor(clamp(lumaAt(data, i)) * 255)]!++
  const total = data.length / 3
  let low = 0
  let high = 255
  for (let sum = 0; low < 255 && sum < total * 0.04; low++) sum += counts[low]!
  for (let sum = 0; high > 0 && sum < total * 0.1; high--) sum += counts[high]!
  return [low / 255, Math.max(high, low + 24) / 255]
}

/** A red square with strokes that spell nothing, in a lower corner. */
function stampSeal(on: Canvas, seed: number): void {
  const draw = random(seed ^ 0x5ea1)
  const size = on.unit * 0.05
  const x = draw.chance(0.5) ? on.width - size * 1.9 : size * 0.9
  const y = on.height - size * 2
  fill(on, [rectangle(x, y, size, size)], SEAL, { alpha: 0.9 })
  for (let i = 0; i < 4; i++) {
    const upright = draw.chance(0.5)
    const [sx, sy] = [x + size * draw.between(0.14, 0.55), y + size * (0.16 + i * 0.19)]
    fill(
      on,
      [
        upright
          ? rectangle(sx, sy, size * 0.08, size * draw.between(0.2, 0.34))
          : rectangle(sx, sy, size * draw.between(0.22, 0.38), size * 0.08),
      ],
      XUAN,
    )
  }
}

/** The pigments of the old prints. */
const BLOCKS: readonly Lab[] = [
  [0.32, 0.075, 262],
  [0.43, 0.095, 255],
  [0.55, 0.085, 245],
  [0.68, 0.065, 235],
  [0.81, 0.04, 225],
  [0.93, 0.028, 88],
  [0.88, 0.05, 85],
  [0.8, 0.07, 80],
  [0.7, 0.085, 70],
  [0.58, 0.15, 33],
  [0.7, 0.12, 38],
  [0.82, 0.06, 35],
  [0.86, 0.05, 10],
  [0.5, 0.06, 140],
  [0.62, 0.07, 130],
  [0.38, 0.045, 155],
  [0.46, 0.04, 60],
  [0.26, 0.02, 270],
  [0.6, 0.02, 90],
].map(([l, c, h]) => rgbToLab(oklch(l!, c!, h!)))

/** A woodblock print: few pigments, key lines, graded skies, the grain of the block. */
export function ukiyoe(on: Canvas, seed: number): void {
  const { width, height, unit, data, marks } = on
  const flat = calmed(on, unit * 0.005)
  const lines = thickened(edgesOf(on, { step: 0.16 }), width, { thickness: unit * 0.0028 })
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const at = i * 3
      const lab = rgbToLab([flat[at]!, flat[at + 1]!, flat[at + 2]!])
      // Bokashi: skies and water keep their gradation, everything else becomes an even block.
      const isGraded = marks[i] === MARK.sky || marks[i] === MARK.water
      const [l, a, b] = nearest(lab)
      const keep = isGraded ? 0.5 : 0.16
      const print = labToRgb([mix(l, lab[0], keep) * 0.97 + 0.02, mix(a, lab[1], keep * 0.7), mix(b, lab[2], keep * 0.7)])
      const wood = noise2(x * (14 / unit) + noise2(x * (3 / unit), y * (3 / unit), seed + 1) * 2, y * (150 / unit), seed)
      const grain = paperGrain(x, y, unit, seed + 2)
      const key = lines[i]! * 0.85
      for (let c = 0; c < 3; c++) data[at + c] = clamp(mix(print[c]! * (0.985 + wood * 0.022 + grain * 0.018), [0.13, 0.15, 0.25][c]!, key))
    }
  frame(on, { color: [0.955, 0.93, 0.87], margin: 0.028, line: [0.16, 0.17, 0.24] })
}

function nearest([l, a, b]: Lab): Lab {
  let best = BLOCKS[0]!
  let least = Number.POSITIVE_INFINITY
  for (const block of BLOCKS) {
    const d = (block[0] - l) * (block[0] - l) * 1.3 + (block[1] - a) * (block[1] - a) * 2.2 + (block[2] - b) * (block[2] - b) * 2.2
    if (d < least) {
      least = d
      best = block
    }
  }
  return best
}

/** A border of paper with a fine line inside it. */
function frame(on: Canvas, { color, margin, line }: { color: Rgb; margin: number; line?: Rgb }): void {
  const { width, height, unit } = on
  const m = unit * margin
  const bars = [
    rectangle(0, 0, width, m),
    rectangle(0, height - m, width, m),
    rectangle(0, m, m, height - 2 * m),
    rectangle(width - m, m, m, height - 2 * m),
  ]
  for (const bar of bars) fill(on, [bar], color)
  if (!line) return
  const t = unit * 0.0028
  for (const bar of [
    rectangle(m, m, width - 2 * m, t),
    rectangle(m, height - m - t, width - 2 * m, t),
    rectangle(m, m, t, height - 2 * m),
    rectangle(width - m - t, m, t, height - 2 * m),
  ])
    fill(on, [bar], line)
}

/** A printed poster: each area one of a few even tones, no texture, a paper border. */
export function flat(on: Canvas, _seed: number, { outlined = false } = {}): void {
  const { width, height, unit, data } = on
  const calm = calmed({ ...on, data: calmed(on, unit * 0.008) }, unit * 0.005)
  const lines = outlined ? thickened(edgesOf(on, { step: 0.14 }), width, { thickness: unit * 0.0032 }) : undefined
  const levels = 9
  for (let i = 0; i < width * height; i++) {
    const at = i * 3
    const [l, a, b] = rgbToLab([calm[at]!, calm[at + 1]!, calm[at + 2]!])
    const scaled = l * levels
    const stepped = (Math.floor(scaled) + smooth(0.4, 0.6, scaled - Math.floor(scaled))) / levels
    const color = labToRgb([clamp(stepped * 1.02), a * 1.16, b * 1.16])
    for (let c = 0; c < 3; c++) data[at + c] = lines ? color[c]! * (1 - lines[i]! * 0.9) : color[c]!
  }
  frame(on, { color: [0.97, 0.95, 0.905], margin: outlined ? 0.022 : 0.04, ...(outlined && { line: [0.1, 0.1, 0.12] as const }) })
}

/** Pen on paper: contours, and hatching that thickens with the shade. */
export function lineArt(on: Canvas, seed: number): void {
  const { width, height, unit, data } = on
  const calm = calmed({ ...on, data: blurred(planeOf(on), Math.max(1, unit * 0.0015)) }, unit * 0.004)
  const lines = thickened(edgesOf(on, { step: 0.075 }), width, { thickness: Math.max(1.3, unit * 0.0026) })
  const [dark, bright] = rangeOf(calm)
  const pitch = Math.max(3.2, unit * 0.0068)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const shown = clamp((lumaAt(calm, i * 3) - dark) / (bright - dark))
      // A sky is paper: only its darkest part is hatched, and lightly.
      const tone = on.marks[i] === MARK.sky ? 0.5 + shown * 0.5 : shown
      const wobble = noise2((x / unit) * 8, (y / unit) * 8, seed) * pitch * 0.8
      let inked = 0
      // Three directions of hatching, each for a deeper shade; a line is as wide as the shade asks.
      const passes: readonly (readonly [number, number])[] = [
        [x + y, 0.72],
        [x - y, 0.46],
        [y * 1.5, 0.26],
      ]
      for (const [along, below] of passes) {
        const shade = clamp((below - tone) / 0.3)
        if (shade <= 0) continue
        const phase = (along * Math.SQRT1_2 + wobble) / pitch
        const off = Math.abs(phase - Math.floor(phase) - 0.5) * 2
        inked = Math.max(inked, smooth(1 - shade * 0.62 - 0.12, 1 - shade * 0.62 + 0.2, off) * 0.8)
      }
      const mark = clamp(Math.max(inked, lines[i]! * (0.75 + 0.25 * noise2(x * 0.12, y * 0.12, seed + 4))))
      const grain = paperGrain(x, y, unit, seed + 2) * 0.012
      for (let c = 0; c < 3; c++) data[i * 3 + c] = mix([0.975, 0.965, 0.94][c]! + grain, [0.13, 0.14, 0.19][c]!, mark)
    }
}
