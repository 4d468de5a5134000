import type { Canvas } from '../canvas.ts'
import { chroma, rgbToLab } from '../color.ts'
import { clamp, smooth } from '../exact.ts'
import { blurred, planeOf } from '../filters.ts'
import { readPrompt } from '../lexicon.ts'
import { namedColor } from '../light.ts'
import { resized, type Soft, shrunk } from './layer.ts'
import { withMats } from './opencv.ts'

const WORKING_SIDE = 320
const ABOVE = new Set(['sky', 'cloud', 'sun', 'moon', 'stars', 'aurora'])
const BELOW = new Set(['sea', 'lake', 'river', 'field', 'grass', 'snowfield', 'beach', 'desert', 'path'])

/**
 * The part of a picture that a few words mean, as a soft mask: by its colour when one is named, by its place (sky above, ground and
 * water below), "background" as all but the subject, and anything else as the subject in the middle.
 */
export async function selected(on: Canvas, words: string): Promise<Soft> {
  const wishes = readPrompt(words)
  const color = wishes.colors[0] ?? wishes.subjects.find((wish) => wish.color)?.color
  const byColor = color ? colorMask(on, color) : undefined
  // A thing as small as a ladybird is meant as well; less than this is noise of that colour.
  if (byColor && covers(byColor) > 0.0008) return byColor
  if (/\bbackground\b|背景/.test(words.toLowerCase())) return (await subject(on)).map((value) => 1 - value)
  const id = wishes.subjects[0]?.id ?? ''
  if (ABOVE.has(id)) return cut(on, (_x, y) => (y < 0.14 ? 'in' : y > 0.8 ? 'out' : y < 0.45 ? 'maybe in' : 'maybe out'))
  if (BELOW.has(id)) return cut(on, (_x, y) => (y > 0.9 ? 'in' : y < 0.25 ? 'out' : y > 0.62 ? 'maybe in' : 'maybe out'))
  return subject(on)
}

/** What stands out: unlike the picture's left and right rims at its own height, and not at the very edge. */
export async function subject(on: Canvas): Promise<Soft> {
  const small = shrunk(planeOf(on), WORKING_SIDE)
  const salience = salienceOf(small)
  const strong = salience.filter((value) => value > 0.5).length / salience.length
  // A picture that is alike everywhere has no subject to tell apart: then the middle is taken.
  const isPlain = strong < 0.004 || strong > 0.75
  return cut(on, (x, y) => {
    const [dx, dy] = [(x - 0.5) / 0.4, (y - 0.52) / 0.42]
    const inMiddle = dx * dx + dy * dy < 1
    if (isPlain) return x < 0.03 || x > 0.97 || y < 0.03 ? 'out' : inMiddle ? 'maybe in' : 'maybe out'
    const value = salience[Math.floor(y * small.height) * small.width + Math.floor(x * small.width)]!
    if (value < 0.12) return 'out'
    return value > 0.5 ? 'maybe in' : 'maybe out'
  })
}

/** Distance in OKLab from the rims' colours near the same row: landscapes lie in bands, and a subject breaks them. */
function salienceOf({ data, width, height }: { data: Float32Array; width: number; height: number }): Float32Array {
  const labs = Array.from({ length: width * height }, (_, i) => rgbToLab([data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!]))
  const rim = Math.max(2, Math.round(width * 0.06))
  const reach = Math.max(1, Math.round(height * 0.05))
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const known: (readonly [number, number, number])[] = []
    for (let dy = -reach; dy <= reach; dy += 2) {
      const row = clamp(y + dy, 0, height - 1) * width
      for (let k = 0; k < rim; k += 3) known.push(labs[row + k]!, labs[row + width - 1 - k]!)
    }
    for (let x = 0; x < width; x++) {
      const [l, a, b] = labs[y * width + x]!
      let least = 1
      for (const rgb of known) {
        const [dl, da, db] = [(l - rgb[0]) * 0.7, a - rgb[1], b - rgb[2]]
        least = Math.min(least, dl * dl + da * da + db * db)
      }
      out[y * width + x] = smooth(0.02, 0.11, Math.sqrt(least)) * smooth(0.01, 0.08, Math.min(x, width - 1 - x) / width)
    }
  }
  return blurred({ data: out, width, height, channels: 1 }, Math.max(1, width * 0.008)) as Float32Array
}

const covers = (soft: Soft) => soft.reduce((sum, value) => sum + value, 0) / soft.length

/** Near in hue and, for white, black and grey, in lightness. */
function colorMask(on: Canvas, word: string): Soft {
  const [l, a, b] = rgbToLab(namedColor(word))
  const c = chroma([l, a, b])
  const soft = new Float32Array(on.width * on.height)
  for (let i = 0; i < soft.length; i++) {
    const lab = rgbToLab([on.data[i * 3]!, on.data[i * 3 + 1]!, on.data[i * 3 + 2]!])
    const own = chroma(lab)
    if (c < 0.03) soft[i] = smooth(0.3, 0.14, Math.abs(lab[0] - l)) * smooth(0.09, 0.04, own)
    else soft[i] = smooth(0.8, 0.93, (lab[1] * a + lab[2] * b) / (own * c + 1e-6)) * smooth(0.03, 0.065, own)
  }
  return blurred({ data: soft, width: on.width, height: on.height, channels: 1 }, Math.max(1, on.unit * 0.0015)) as Soft
}

type Guess = 'in' | 'out' | 'maybe in' | 'maybe out'
const CODES: Record<Guess, number> = { out: 0, in: 1, 'maybe out': 2, 'maybe in': 3 }

/** GrabCut (Rother 2004) from a guess by place. Worked small, then brought up with an edge that follows the picture's. */
async function cut(on: Canvas, guess: (x: number, y: number) => Guess): Promise<Soft> {
  const small = shrunk(planeOf(on), WORKING_SIDE)
  const { width, height } = small
  const bytes = Uint8Array.from(small.data, (value) => Math.round(clamp(value) * 255))
  const codes = new Uint8Array(width * height)
  for (let i = 0; i < codes.length; i++) codes[i] = CODES[guess(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height)]
  const models = [0, 1].map((side) => mixture(bytes, codes, side))
  const labels = await withMats(({ cv, mat }) => {
    const image = mat(height, width, cv.CV_8UC3, bytes)
    const mask = mat(height, width, cv.CV_8UC1, codes)
    const [background, foreground] = models.map((model) => mat(1, 65, cv.CV_64FC1, model))
    // GC_EVAL takes the mixtures as given: OpenCV would begin them with a random generator that nobody can seed.
    cv.grabCut(image, mask, new cv.Rect(0, 0, width, height), background!, foreground!, 4, cv.GC_EVAL)
    return Float32Array.from(mask.data, (code) => code & 1)
  })
  return guidedUp(on, small, largest(labels, width))
}

/** Of a selection its main areas, so that what takes its place stands there and not between it and a speck. */
export function mainAreas(soft: Soft, width: number): Soft {
  const kept = largest(
    Float32Array.from(soft, (value) => (value > 0.5 ? 1 : 0)),
    width,
  )
  return kept.some((value) => value === 1) ? soft.map((value, i) => value * kept[i]!) : soft
}

/** Drops specks: areas under a third of the largest one. */
function largest(labels: Float32Array, width: number): Float32Array {
  const areas: number[][] = []
  const seen = new Uint8Array(labels.length)
  for (let start = 0; start < labels.length; start++) {
    if (seen[start] || labels[start] === 0) continue
    const area = [start]
    seen[start] = 1
    for (let n = 0; n < area.length; n++) {
      const at = area[n]!
      const x = at % width
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width])
        if (next >= 0 && next < labels.length && !seen[next] && labels[next] === 1) {
          seen[next] = 1
          area.push(next)
        }
    }
    areas.push(area)
  }
  const most = Math.max(0, ...areas.map((area) => area.length))
  const kept = new Float32Array(labels.length)
  for (const area of areas) if (area.length * 3 >= most) for (const at of area) kept[at] = 1
  return kept
}

/** Five Gaussians of the pixels of one side, in the layout of OpenCV's GMM: weights, means, covariances. */
function mixture(bytes: Uint8Array, codes: Uint8Array, side: number): number[] {
  const members: number[] = []
  for (let i = 0; i < codes.length; i++) if ((codes[i]! & 1) === side) members.push(i)
  const lumas = members.map((i) => bytes[i * 3]! * 0.3 + bytes[i * 3 + 1]! * 0.6 + bytes[i * 3 + 2]! * 0.1)
  const order = lumas.map((_, i) => i).sort((a, b) => lumas[a]! - lumas[b]! || a - b)
  // Centres begin at quantiles of lightness, then move to their members' means (Lloyd), always the same way.
  let centres = [0.1, 0.3, 0.5, 0.7, 0.9].map((q) =>
    [0, 1, 2].map((c) => bytes[members[order[Math.floor(q * (order.length - 1))]!]! * 3 + c]!),
  )
  const owner = new Uint8Array(members.length)
  for (let round = 0; round < 8; round++) {
    const sums = centres.map(() => [0, 0, 0, 0])
    members.forEach((i, m) => {
      const distance = (centre: number[]) =>
        centre.reduce((sum, value, c) => sum + (bytes[i * 3 + c]! - value) * (bytes[i * 3 + c]! - value), 0)
      const distances = centres.map(distance)
      owner[m] = distances.indexOf(Math.min(...distances))
      const sum = sums[owner[m]!]!
      for (let c = 0; c < 3; c++) sum[c]! += bytes[i * 3 + c]!
      sum[3]!++
    })
    centres = centres.map((centre, k) => (sums[k]![3]! > 0 ? [0, 1, 2].map((c) => sums[k]![c]! / sums[k]![3]!) : centre))
  }
  return parameters(bytes, { members, owner, centres })
}

function parameters(
  bytes: Uint8Array,
  { members, owner, centres }: { members: number[]; owner: Uint8Array; centres: number[][] },
): number[] {
  const weights = [0, 0, 0, 0, 0]
  const covariances = centres.map(() => new Array<number>(9).fill(0))
  members.forEach((i, m) => {
    const k = owner[m]!
    weights[k]!++
    const off = [0, 1, 2].map((c) => bytes[i * 3 + c]! - centres[k]![c]!)
    for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) covariances[k]![r * 3 + c]! += off[r]! * off[c]!
  })
  covariances.forEach((matrix, k) => {
    for (let n = 0; n < 9; n++) matrix[n] = matrix[n]! / Math.max(1, weights[k]!) + (n % 4 === 0 ? 6 : 0)
  })
  return [...weights.map((count) => count / Math.max(1, members.length)), ...centres.flat(), ...covariances.flat()]
}

/** A small mask brought to full size; along its rim each pixel joins the side whose colours are nearer (a joint bilateral vote). */
function guidedUp(on: Canvas, small: { data: Float32Array; width: number; height: number }, labels: Float32Array): Soft {
  const { width, height } = on
  const soft = blurred({ data: labels, width: small.width, height: small.height, channels: 1 }, 1)
  const up = resized({ data: soft, width: small.width, height: small.height, channels: 1 }, width, height)
  for (let i = 0; i < up.length; i++) {
    if (up[i]! < 0.02 || up[i]! > 0.98) continue
    const sx = Math.floor((((i % width) + 0.5) * small.width) / width)
    const sy = Math.floor(((Math.floor(i / width) + 0.5) * small.height) / height)
    let [inside, all] = [1e-6, 2e-6]
    for (let dy = -2; dy <= 2; dy++)
      for (let dx = -2; dx <= 2; dx++) {
        const j = clamp(sy + dy, 0, small.height - 1) * small.width + clamp(sx + dx, 0, small.width - 1)
        let d = 0
        for (let c = 0; c < 3; c++) d += (on.data[i * 3 + c]! - small.data[j * 3 + c]!) * (on.data[i * 3 + c]! - small.data[j * 3 + c]!)
        const weight = 1 / (0.0015 + d)
        inside += weight * labels[j]!
        all += weight
      }
    up[i] = smooth(0.2, 0.8, inside / all)
  }
  return up
}
