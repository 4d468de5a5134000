import { describe, expect, it } from 'vitest'
import type { ModelRequest } from '#core/ports/models.ts'
import type { Picture } from '#core/ports/pixels.ts'
import type { InputRole, Task } from '#core/task.ts'
import { decodeRaw, openPicture } from '#imaging/picture.ts'
import { SKETCH } from '../catalogue.data.ts'
import { sketchInvoker } from '../invoke.ts'
import { encodePng } from '../png.ts'
import { renderPixels } from '../render.ts'

const [W, H] = [120, 90]
const invoke = sketchInvoker()
const never = new AbortController().signal

type Rgb = [number, number, number]
/** A picture by a rule of its pixels. */
function picture(at: (x: number, y: number) => Rgb, width = W, height = H): Picture {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * 3)
  return { bytes: encodePng({ data, width, height, channels: 3 }), contentType: 'image/png', width, height, hasAlpha: false }
}
const inside = (x: number, y: number) => (x - 60) ** 2 + (y - 45) ** 2 < 20 ** 2
/** A red disc on green, with a little texture. */
const disc = picture((x, y) => (inside(x, y) ? [210, 40, 40] : [70 + ((x * 7 + y * 13) % 9), 150, 80]))
const mask = picture((x, y) => (inside(x, y) ? [255, 255, 255] : [0, 0, 0]))
const scene = (prompt: string, width = W, height = H): Picture => ({
  bytes: encodePng(renderPixels({ prompt, seed: 2, width, height })),
  contentType: 'image/png',
  width,
  height,
  hasAlpha: false,
})

async function run(task: Task, inputs: Partial<Record<InputRole, Picture>>, more: Partial<ModelRequest> = {}) {
  const roles = Object.entries(inputs).map(([role, one]) => ({ role: role as InputRole, picture: one }))
  const answer = await invoke({ model: SKETCH, task, count: 1, seed: 5, inputs: roles, parameters: {}, ...more }, never)
  if (answer.outcome !== 'made') throw new Error('refused')
  return { ...(await pixels(answer.pictures[0]!.bytes)), bytes: answer.pictures[0]!.bytes }
}
const pixels = async (bytes: Uint8Array) => decodeRaw(await openPicture(bytes))
type Made = Awaited<ReturnType<typeof pixels>>
const at = ({ data, width, channels }: Made, x: number, y: number) =>
  [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)] as number[]

async function differs(made: Made, from: Picture, where: (x: number, y: number) => boolean) {
  const old = await pixels(from.bytes)
  let [sum, n] = [0, 0]
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++) if (where(x, y)) for (let c = 0; c < 3; c++, n++) sum += Math.abs(at(made, x, y)[c]! - at(old, x, y)[c]!)
  return sum / n
}
const meanOf = (made: Made, channel: number) => {
  let sum = 0
  for (let i = channel; i < made.data.length; i += made.channels) sum += made.data[i]!
  return (sum * made.channels) / made.data.length
}

describe('with a mask', () => {
  it.each([
    ['erase', {}],
    ['inpaint', {}],
    ['inpaint', { prompt: 'a blue fish' }],
    ['inpaint', { prompt: 'sunset over the sea' }],
  ] as const)('%s changes only what is white, and keeps the rest bit for bit: %o', async (task, more) => {
    const made = await run(task, { source: disc, mask }, { ...more, parameters: { growMask: 0 } })
    expect(await differs(made, disc, inside)).toBeGreaterThan(20)
    expect(await differs(made, disc, (x, y) => !inside(x, y))).toBe(0)
  })

  it('erase leaves the ground where the thing was', async () => {
    const made = await run('erase', { source: disc, mask })
    const [r, g] = at(made, 60, 45)
    expect(g!).toBeGreaterThan(r! + 30)
  })

  it('erase brings no ghost of a thing that stands beside the hole', async () => {
    // To the right stands another thing, of hard edges, which the left has none of.
    const beside = (x: number, y: number) => (x - 100) ** 2 + (y - 45) ** 2 < 10 ** 2 && (x + y) % 4 < 2
    const pair = picture((x, y) => (inside(x, y) ? [210, 40, 40] : beside(x, y) ? [250, 250, 250] : [70, 150, 80]))
    const made = await run('erase', { source: pair, mask }, { parameters: { growMask: 2 } })
    const greens = Array.from({ length: 30 }, (_, k) => at(made, 60, 30 + k)[1]!)
    expect(Math.max(...greens) - Math.min(...greens)).toBeLessThan(16)
  })

  it('grows by growMask and no farther', async () => {
    const made = await run('erase', { source: disc, mask }, { parameters: { growMask: 6 } })
    expect(await differs(made, disc, (x, y) => (x - 60) ** 2 + (y - 45) ** 2 > 30 ** 2)).toBe(0)
  })

  it('changes in part where the mask is grey', async () => {
    const grey = picture((x, y) => (inside(x, y) ? [70, 70, 70] : [0, 0, 0]))
    const options = { parameters: { growMask: 0 } }
    const [half, full] = [await run('erase', { source: disc, mask: grey }, options), await run('erase', { source: disc, mask }, options)]
    expect(await differs(half, disc, inside)).toBeLessThan((await differs(full, disc, inside)) * 0.5)
  })

  it('that is all black returns the source, and one of another size is refused', async () => {
    const made = await run('erase', { source: disc, mask: picture(() => [0, 0, 0]) })
    expect(await differs(made, disc, () => true)).toBe(0)
    await expect(run('erase', { source: disc, mask: picture(() => [255, 255, 255], 60, 45) })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

it('outpaint grows by its margins and keeps the source bit for bit', async () => {
  const made = await run('outpaint', { source: disc }, { prompt: 'hills', parameters: { left: 30, right: 10, up: 5, down: 20 } })
  expect([made.width, made.height]).toEqual([W + 40, H + 25])
  const old = await pixels(disc.bytes)
  for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) expect(at(made, x + 30, y + 5)).toEqual(at(old, x, y))
})

describe('by words', () => {
  it('recolor paints the selected thing and nothing else', async () => {
    const made = await run('recolor', { source: disc }, { prompt: 'blue', parameters: { selectPrompt: 'the red ball' } })
    const [r, , b] = at(made, 60, 45)
    expect(b!).toBeGreaterThan(r! + 40)
    expect(await differs(made, disc, (x, y) => (x - 60) ** 2 + (y - 45) ** 2 > 26 ** 2)).toBeLessThan(1)
  })

  it('recolor and replace mean a thing of the colour named, small as it is', async () => {
    const dot = picture((x, y) => ((x - 90) ** 2 + (y - 30) ** 2 < 6 ? [220, 30, 30] : inside(x, y) ? [40, 60, 200] : [70, 150, 80]))
    const made = await run('recolor', { source: dot }, { prompt: 'yellow', parameters: { selectPrompt: 'the red ladybird' } })
    expect(at(made, 90, 30)[1]!).toBeGreaterThan(110)
    expect(await differs(made, dot, inside)).toBeLessThan(1)
    const replaced = await run('replace', { source: dot }, { prompt: 'a white rabbit', parameters: { searchPrompt: 'red ladybird' } })
    expect(await differs(replaced, dot, (x) => x < 70)).toBeLessThan(1)
  })

  it('replace takes the found thing away and leaves what is far from it', async () => {
    const made = await run('replace', { source: disc }, { prompt: 'a white rabbit', parameters: { searchPrompt: 'red' } })
    expect(await differs(made, disc, inside)).toBeGreaterThan(20)
    expect(await differs(made, disc, (x) => x < 20 || x > 100)).toBeLessThan(1)
  })

  it('remove-background keeps the subject and clears the rest', async () => {
    const made = await run('remove-background', { source: disc })
    expect(made.channels).toBe(4)
    expect([at(made, 60, 45)[3], at(made, 4, 4)[3], at(made, 115, 85)[3]]).toEqual([255, 0, 0])
  })
})

describe('of the whole picture', () => {
  it('image-to-image at strength 0 is the source, and goes farther with strength', async () => {
    const by = async (strength: number) =>
      differs(await run('image-to-image', { source: disc }, { prompt: 'night', parameters: { strength } }), disc, () => true)
    const [none, some, much] = [await by(0), await by(0.4), await by(0.9)]
    expect(none).toBe(0)
    expect(some).toBeGreaterThan(5)
    expect(much).toBeGreaterThan(some)
  })

  it('control-sketch keeps the lines dark and colours the paper', async () => {
    const drawing = picture((x, y) => (Math.abs(x - 60) < 2 || Math.abs(y - 45) < 2 ? [10, 10, 10] : [250, 250, 250]))
    const made = await run('control-sketch', { source: drawing }, { prompt: 'sunset' })
    const [line, paper] = [at(made, 60, 20), at(made, 25, 20)]
    expect(Math.max(...line)).toBeLessThan(70)
    expect(Math.max(...paper) - Math.min(...paper)).toBeGreaterThan(25)
  })

  it('control-sketch draws its lines in light where the scene is dark', async () => {
    const lines = picture((x) => (x >= 55 && x < 60 ? [10, 10, 10] : [250, 250, 250]))
    const made = await run('control-sketch', { source: lines }, { prompt: 'a forest at night' })
    const luma = (x: number) => at(made, x, 45).reduce((sum, value) => sum + value, 0) / 3
    expect(luma(57)).toBeGreaterThan(luma(30) + 40)
    expect(luma(57)).toBeGreaterThan(luma(90) + 40)
  })

  it('control-structure keeps what is lighter lighter', async () => {
    const halves = picture((x) => (x < 60 ? [40, 40, 40] : [220, 220, 220]))
    const made = await run('control-structure', { source: halves }, { prompt: 'a lake at noon' })
    const sum = (x: number) => at(made, x, 45).reduce((a, b) => a + b)
    expect(sum(95)).toBeGreaterThan(sum(25) + 60)
  })

  it.each(['style-guide', 'style-transfer'] as const)('%s takes the colours of the style picture', async (task) => {
    const style = (color: Rgb) => picture((x, y) => color.map((value) => value * (0.5 + 0.5 * (((x + y) % 30) / 30))) as Rgb)
    const source = scene('hills at noon')
    const more = { prompt: task === 'style-guide' ? 'hills at noon' : '', width: W, height: H, parameters: { fidelity: 1 } }
    const [red, blue] = [
      await run(task, { source, style: style([230, 70, 40]) }, more),
      await run(task, { source, style: style([40, 80, 230]) }, more),
    ]
    expect(meanOf(red, 0) - meanOf(red, 2)).toBeGreaterThan(meanOf(blue, 0) - meanOf(blue, 2) + 50)
  })

  it.each(['upscale-fast', 'upscale-conservative', 'upscale-creative'] as const)(
    '%s is four times as wide and high, and the same picture',
    async (task) => {
      const source = scene('a house on a hill', 48, 36)
      const made = await run(task, { source })
      expect([made.width, made.height]).toEqual([192, 144])
      const old = await pixels(source.bytes)
      expect(Math.abs(meanOf(made, 1) - meanOf(old, 1))).toBeLessThan(3)
    },
  )

  it('conservative is sharper than fast, creative holds more detail than conservative', async () => {
    const source = scene('mountains by a lake', 48, 36)
    const energy = async (task: Task) => {
      const made = await run(task, { source }, { parameters: { creativity: 0.5 } })
      let sum = 0
      for (let y = 1; y < 144; y++) for (let x = 1; x < 192; x++) sum += Math.abs(at(made, x, y)[1]! - at(made, x - 1, y)[1]!)
      return sum
    }
    const [fast, conservative, creative] = [
      await energy('upscale-fast'),
      await energy('upscale-conservative'),
      await energy('upscale-creative'),
    ]
    expect(conservative).toBeGreaterThan(fast)
    expect(creative).toBeGreaterThan(conservative)
  })
})

it.each(SKETCH.tasks.map(({ task }) => task))('%s gives the same bytes for the same seed', async (task) => {
  const inputs = Object.fromEntries(
    SKETCH.tasks.find((one) => one.task === task)!.inputs.map(({ role }) => [role, role === 'mask' ? mask : disc]),
  )
  const more = { prompt: 'a fox at sunset', width: 96, height: 64, parameters: { searchPrompt: 'red', selectPrompt: 'red', left: 8 } }
  const [a, b] = [await run(task, inputs, more), await run(task, inputs, more)]
  expect(Buffer.compare(Buffer.from(a.bytes), Buffer.from(b.bytes))).toBe(0)
})

it.each(SKETCH.tasks.filter(({ inputs }) => inputs.length > 0).map(({ task }) => task))(
  '%s without its pictures is invalid input',
  async (task) => {
    await expect(run(task, {}, { prompt: 'x' })).rejects.toMatchObject({ code: 'invalid_input' })
  },
)
