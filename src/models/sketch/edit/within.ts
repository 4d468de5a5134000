import type { Canvas } from '../canvas.ts'
import { labToRgb, rgbToLab } from '../color.ts'
import { clamp, hash2, mix, random, smooth } from '../exact.ts'
import { paintFigure } from '../figure.ts'
import { FIGURES } from '../figures.data.ts'
import { blurred, lumaAt, planeOf } from '../filters.ts'
import type { Wish } from '../lexicon.ts'
import { lightOf, namedColor } from '../light.ts'
import type { Pixels } from '../png.ts'
import type { Scene } from '../scene.ts'
import { filledIn } from './fill-in.ts'
import { type Job, maskOf, numberOf, promptOf, sceneOf, sourceOf, styled, textOf, wishesOf } from './job.ts'
import { boundsOf, composed, grown, type Layer, type Soft, toCanvas } from './layer.ts'
import { mainAreas, selected, subject } from './segment.ts'
import { lookOf, transferred } from './transfer.ts'

/** Takes away what the mask covers. */
export async function erase(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const soft = await maskOf(job, source)
  return composed(source, await filledIn(toCanvas(source), soft, job.seed), soft)
}

/** Paints what the prompt names inside the mask; without a prompt it erases. */
export async function inpaint(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  return paintInside(job, source, await maskOf(job, source))
}

/** Finds the thing by words, takes it away and paints the other in its place. */
export async function replace(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const found = mainAreas(await selected(toCanvas(source), textOf(job, 'searchPrompt')), source.width)
  return paintInside(job, source, grown(found, source, numberOf(job, 'growMask', 5)), { mayReachOut: true })
}

/** A mask drawn by a person is a border; one found by words is only the place of what was there: the new thing may have its own outline. */
async function paintInside(job: Job, source: Layer, soft: Soft, { mayReachOut = false } = {}): Promise<Pixels> {
  const canvas = toCanvas(source)
  const box = boundsOf(soft, source.width)
  if (!box) return composed(source, canvas, soft)
  const filled = await filledIn(canvas, soft, job.seed)
  if (promptOf(job).trim() === '') return composed(source, filled, soft)
  const wish = wishesOf(job).subjects.find(({ id }) => id in FIGURES)
  const painted = wish ? withFigure(job, filled, { wish, box }) : withScene(job, filled, box)
  const reach =
    mayReachOut && wish
      ? soft.map((value, i) => Math.max(value, [0, 1, 2].some((c) => painted.data[i * 3 + c] !== filled.data[i * 3 + c]) ? 1 : 0))
      : soft
  return composed(source, styled(job, painted), reach)
}

type Box = NonNullable<ReturnType<typeof boundsOf>>

/** The figure stands on the box's lower edge, as large as the box lets it, in the light of the picture around. */
function withFigure(job: Job, filled: Canvas, { wish, box }: { wish: Wish; box: Box }): Canvas {
  const draw = random(job.seed)
  const around = brightnessOf(filled)
  const wishes = { ...wishesOf(job), time: around < 0.25 ? 'night' : around < 0.42 ? 'dusk' : 'noon' }
  const light = lightOf(wishes, draw.fork('light'))
  const scene: Scene = {
    on: { ...filled, data: filled.data.slice() },
    wishes,
    light,
    random: draw,
    horizon: filled.height * 0.6,
    has: () => false,
    find: () => undefined,
    isWhite: false,
  }
  const figure = FIGURES[wish.id]!
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const aspect = widthOf(wish.id)
  const tall = Math.min(height * 0.9, (width * 0.92) / aspect)
  const at = { x: (box.left + box.right) / 2, y: box.bottom - height * 0.05, height: tall, color: wish.color, flip: draw.chance(0.5) }
  paintFigure(scene, figure, at)
  return scene.on
}

/** How wide a figure is for its height, from the numbers of its paths. */
function widthOf(id: string): number {
  const reach = FIGURES[id]!.parts.flatMap(([, path]) =>
    (path.match(/-?\d*\.?\d+/g) ?? []).map((value, i) => (i % 2 === 0 ? Math.abs(Number(value)) : 0)),
  )
  return clamp((Math.max(...reach) * 2) / 100, 0.4, 2.6)
}

const brightnessOf = ({ data }: Canvas): number => {
  let sum = 0
  for (let i = 0; i < data.length; i += 3) sum += lumaAt(data, i)
  return (sum * 3) / data.length
}

/** A scene of the prompt in the box, its colours drawn a little towards the picture's. */
function withScene(job: Job, filled: Canvas, box: Box): Canvas {
  const [width, height] = [Math.max(16, box.right - box.left), Math.max(16, box.bottom - box.top)]
  const scene = transferred(sceneOf(job, { width, height }), lookOf(filled), { tone: 0.2, color: 0.15 })
  const data = filled.data.slice()
  for (let y = box.top; y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++)
      for (let c = 0; c < 3; c++) data[(y * filled.width + x) * 3 + c] = scene.data[((y - box.top) * width + (x - box.left)) * 3 + c]!
  return { ...filled, data }
}

/** Gives the selected part the prompt's colour, keeping its light and shade. */
export async function recolor(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const canvas = toCanvas(source)
  const soft = await selected(canvas, textOf(job, 'selectPrompt'))
  const wishes = wishesOf(job)
  const word = wishes.colors[0] ?? wishes.subjects.find((wish) => wish.color)?.color
  // Without a colour word the words themselves choose one: the same words, the same colour.
  const target = rgbToLab(
    word ? namedColor(word) : namedColor(random(job.seed).pick(['red', 'orange', 'gold', 'green', 'teal', 'blue', 'purple', 'pink'])),
  )
  let [lightness, weight] = [0, 1e-6]
  for (let i = 0; i < soft.length; i++) {
    lightness += soft[i]! * rgbToLab([canvas.data[i * 3]!, canvas.data[i * 3 + 1]!, canvas.data[i * 3 + 2]!])[0]
    weight += soft[i]!
  }
  const shift = (target[0] - lightness / weight) * 0.7
  const data = new Float32Array(canvas.data.length)
  for (let i = 0; i < soft.length; i++) {
    const [l] = rgbToLab([canvas.data[i * 3]!, canvas.data[i * 3 + 1]!, canvas.data[i * 3 + 2]!])
    // Highlights and shadows carry less colour than the middle.
    const body = smooth(0.02, 0.25, l) * smooth(1.04, 0.75, l)
    data.set(labToRgb([clamp(l + shift), target[1] * mix(0.35, 1, body), target[2] * mix(0.35, 1, body)]), i * 3)
  }
  return composed(source, { ...canvas, data }, soft)
}

/** The subject alone, on transparency, with a soft edge. */
export async function removeBackground(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const { width, height, rgb, alpha } = source
  const soft = await subject(toCanvas(source))
  const data = new Uint8Array(width * height * 4)
  for (let i = 0; i < soft.length; i++) {
    data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4)
    data[i * 4 + 3] = Math.round(soft[i]! * (alpha ? alpha[i]! : 255))
  }
  return { data, width, height, channels: 4 }
}

/** Grows the picture: its own mirror beyond each edge, dissolving into the prompt's scene the farther it goes. */
export async function outpaint(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const [left, right, up, down] = ['left', 'right', 'up', 'down'].map((name) => Math.round(numberOf(job, name, 0))) as [
    number,
    number,
    number,
    number,
  ]
  const [width, height] = [source.width + left + right, source.height + up + down]
  const mirror = mirrored(source, { width, height, left, up })
  const far = Math.max(left, right, up, down, 1)
  const soft = blurred(planeOf(mirror), Math.max(1, far * 0.06))
  const creativity = numberOf(job, 'creativity', 0.5)
  const scene =
    promptOf(job).trim() === ''
      ? undefined
      : transferred(sceneOf(job, { width, height }), lookOf(toCanvas(source)), { tone: 0.55, color: 0.6 })
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const out = Math.max(left - x, x - (left + source.width - 1), up - y, y - (up + source.height - 1))
      if (out <= 0) continue
      const away = out / far
      const at = (y * width + x) * 3
      const grain = (hash2(x, y, job.seed) / 4294967296 - 0.5) * 0.014
      for (let c = 0; c < 3; c++) {
        const near = mix(mirror.data[at + c]!, soft[at + c]!, smooth(0.02, 0.5, away) * 0.85)
        mirror.data[at + c] = clamp(mix(near, scene ? scene.data[at + c]! : near, smooth(0.04, 0.7, away) * creativity) + grain)
      }
    }
  return withSourceBytes(source, mirror, { left, up })
}

function mirrored(
  { rgb, width: w, height: h }: Layer,
  { width, height, left, up }: { width: number; height: number; left: number; up: number },
): Canvas {
  const data = new Float32Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (reflected(y - up, h) * w + reflected(x - left, w)) * 3
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = rgb[from + c]! / 255
    }
  return { width, height, unit: Math.min(width, height), data, marks: new Uint8Array(width * height) }
}

/** 2 1 0 | 0 1 2 … : a margin wider than the picture swings to and fro. */
function reflected(i: number, length: number): number {
  const period = length * 2
  const at = ((i % period) + period) % period
  return at < length ? at : period - 1 - at
}

function withSourceBytes(source: Layer, made: Canvas, { left, up }: { left: number; up: number }): Pixels {
  const data = Uint8Array.from(made.data, (value) => Math.round(clamp(value) * 255))
  for (let y = 0; y < source.height; y++)
    data.set(source.rgb.subarray(y * source.width * 3, (y + 1) * source.width * 3), ((y + up) * made.width + left) * 3)
  return { data, width: made.width, height: made.height, channels: 3 }
}
