import type { Canvas } from '../canvas.ts'
import { labToRgb, rgbToLab } from '../color.ts'
import { clamp, mix, smooth } from '../exact.ts'
import { blurred, calmed, edgesOf, lumaAt, planeOf, thickened } from '../filters.ts'
import { fbm } from '../noise.ts'
import type { Pixels } from '../png.ts'
import { toPixels } from '../render.ts'
import { applyStyle, styleOf } from '../styles.ts'
import { oil } from '../styles-paint.ts'
import { guideOf, type Job, numberOf, promptOf, sceneOf, sourceOf, styled, wishesOf } from './job.ts'
import { composed, toCanvas } from './layer.ts'
import { lookOf, transferred } from './transfer.ts'

/** The source in the prompt's light and manner; `strength` 0 leaves it as it is, 1 lets the prompt's own scene take over. */
export async function imageToImage(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const canvas = toCanvas(source)
  const strength = numberOf(job, 'strength', 0.6)
  if (strength === 0) return composed(source, canvas)
  const scene = sceneOf(job, source)
  const calm = { ...canvas, data: calmed(canvas, canvas.unit * 0.006 * strength) }
  const dressed = transferred(calm, lookOf(scene), { tone: Math.min(1, strength * 1.1), color: Math.min(1, strength * 1.25) })
  // Past the middle the scene itself shows through, first where the source has little to say.
  const edges = thickened(edgesOf(canvas, { step: 0.1, byMarks: false }), canvas.width, { thickness: canvas.unit * 0.02 })
  for (let i = 0; i < edges.length; i++) {
    const through = clamp(smooth(0.45, 1, strength) - edges[i]! * 0.7 * (1 - smooth(0.8, 1, strength)))
    for (let c = 0; c < 3; c++) dressed.data[i * 3 + c] = mix(dressed.data[i * 3 + c]!, scene.data[i * 3 + c]!, through)
  }
  return composed(source, mixed(canvas, styled(job, dressed), clamp(strength * 1.6)))
}

const mixed = (from: Canvas, to: Canvas, t: number): Canvas => ({ ...from, data: from.data.map((value, i) => mix(value, to.data[i]!, t)) })

/** A drawing coloured in: its lines stay, each area they enclose takes the colours that the prompt's scene has there. */
export async function controlSketch(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const canvas = toCanvas(source)
  const { width, height } = canvas
  const control = numberOf(job, 'controlStrength', 0.7)
  const lines = inkOf(canvas)
  const scene = sceneOf(job, source)
  const { labels, count } = areasOf(lines, width, height)
  const means = new Float64Array(count * 4)
  for (let i = 0; i < labels.length; i++) {
    const at = labels[i]! * 4
    for (let c = 0; c < 3; c++) means[at + c] = means[at + c]! + scene.data[i * 3 + c]!
    means[at + 3] = means[at + 3]! + 1
  }
  const isDark = lookOf(scene).mean[0] < 0.42
  const data = new Float32Array(canvas.data.length)
  for (let i = 0; i < labels.length; i++) {
    const at = labels[i]! * 4
    const pigment = fbm(((i % width) / canvas.unit) * 5, (Math.floor(i / width) / canvas.unit) * 5, job.seed, 4) * 0.06
    for (let c = 0; c < 3; c++) {
      const even = means[at + c]! / Math.max(1, means[at + 3]!)
      const color = mix(scene.data[i * 3 + c]!, even, control * 0.9) + pigment
      // Ink on a night would not be seen: there the lines shine in the colour of what they enclose.
      const ink = isDark ? mix(clamp(color * 2.2), 0.92, 0.55) : canvas.data[i * 3 + c]! * 0.5
      data[i * 3 + c] = mix(clamp(color), ink, lines[i]! * mix(0.5, 1, control))
    }
  }
  return composed(source, styled(job, { ...canvas, data }))
}

/** How much each pixel is line: darker than the paper around it. */
function inkOf(canvas: Canvas): Float32Array {
  const around = blurred(planeOf(canvas), Math.max(2, canvas.unit * 0.03))
  return Float32Array.from({ length: canvas.width * canvas.height }, (_, i) =>
    smooth(0.08, 0.3, lumaAt(around, i * 3) - lumaAt(canvas.data, i * 3)),
  )
}

/** Connected areas between lines, by filling each from its first pixel; the lines belong to area 0. */
function areasOf(lines: Float32Array, width: number, height: number): { labels: Uint32Array; count: number } {
  const labels = new Uint32Array(width * height)
  const stack: number[] = []
  let count = 1
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] || lines[start]! > 0.35) continue
    labels[start] = count
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop()!
      const x = at % width
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width])
        if (next >= 0 && next < labels.length && !labels[next] && lines[next]! <= 0.35) {
          labels[next] = count
          stack.push(next)
        }
    }
    count++
  }
  return { labels, count }
}

/** The source's light and contours, painted anew in the prompt's colours. */
export async function controlStructure(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const canvas = toCanvas(source)
  const control = numberOf(job, 'controlStrength', 0.7)
  const scene = sceneOf(job, source)
  const calm = { ...canvas, data: calmed(canvas, canvas.unit * 0.005) }
  const dressed = transferred(calm, lookOf(scene), { tone: 0.75, color: 1 })
  const lines = thickened(edgesOf(calm, { step: 0.1, byMarks: false }), canvas.width, { thickness: canvas.unit * 0.002 })
  const data = dressed.data
  for (let i = 0; i < lines.length; i++) {
    const own = rgbToLab([data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!])
    const other = rgbToLab([scene.data[i * 3]!, scene.data[i * 3 + 1]!, scene.data[i * 3 + 2]!])
    const keep = mix(0.35, 1, control)
    const l = mix(other[0], own[0], keep) - lines[i]! * 0.12 * control
    data.set(labToRgb([clamp(l), mix(other[1], own[1], 0.6), mix(other[2], own[2], 0.6)]), i * 3)
  }
  const style = styleOf(wishesOf(job), job.request.parameters.stylePreset)
  if (style) applyStyle(dressed, { style, moods: [], seed: job.seed })
  else oil(dressed, job.seed)
  return composed(source, dressed)
}

/** The prompt's picture in the colours of the style picture. */
export async function styleGuide(job: Job): Promise<Pixels> {
  const look = lookOf(toCanvas(await guideOf(job, 'style')))
  const fidelity = numberOf(job, 'fidelity', 0.5)
  const { width = 1024, height = 1024 } = job.request
  const scene = sceneOf(job, { width, height })
  const dressed = transferred(scene, look, { tone: fidelity * 0.85, color: Math.min(1, 0.25 + fidelity) })
  const wishes = wishesOf(job)
  applyStyle(dressed, { style: styleOf(wishes, job.request.parameters.stylePreset), moods: wishes.moods, seed: job.seed })
  return toPixels(dressed, job.seed)
}

/** The source in the style picture's colours and light, its texture calmed or brushed over as far as it may change. */
export async function styleTransfer(job: Job): Promise<Pixels> {
  const source = await sourceOf(job)
  const canvas = toCanvas(source)
  const look = lookOf(toCanvas(await guideOf(job, 'style')))
  const [strength, change, fidelity] = [
    numberOf(job, 'styleStrength', 1),
    numberOf(job, 'changeStrength', 0.9),
    numberOf(job, 'compositionFidelity', 0.9),
  ]
  const calm = { ...canvas, data: calmed(canvas, canvas.unit * 0.009 * change * (1.15 - fidelity) + 1) }
  const dressed = transferred(calm, look, { tone: strength * 0.8, color: strength })
  if (fidelity < 0.6) oil(dressed, job.seed)
  if (promptOf(job)) styled(job, dressed)
  return composed(source, mixed(canvas, dressed, strength * mix(0.4, 1, change)))
}
