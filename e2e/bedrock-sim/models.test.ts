import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model, ModelTask } from '#core/model.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { callFor, madeOf, pixelOf } from './asking.ts'
import { SIM_CREDENTIALS, type Sim, startBedrockSim } from './sim.ts'

const EVERY = BEDROCK_CATALOGUE.flatMap((model) => model.tasks.map((offer) => [model.id, offer.task, model, offer] as const))
const find = (id: string, task: string): [Model, ModelTask] => {
  const [, , model, offer] = EVERY.find(([a, b]) => a === id && b === task)!
  return [model, offer]
}
const WAYS = [
  ['HTTP/1.1 with a bearer key', { httpVersion: 1, token: () => 'sim-key' }],
  ['HTTP/2 with a bearer key', { httpVersion: 2, token: () => 'sim-key' }],
  ['HTTP/1.1 with a signature', { httpVersion: 1, credentials: SIM_CREDENTIALS }],
  ['HTTP/2 with a signature', { httpVersion: 2, credentials: SIM_CREDENTIALS }],
] as const

let sim: Sim
beforeAll(async () => {
  sim = await startBedrockSim({ servesRetired: true, upscaledSide: 512 })
})
afterAll(() => sim.close())
const unhurried = () => new AbortController().signal

describe.each(WAYS)('over %s', (_, access) => {
  let invoker: ReturnType<typeof bedrockInvoker>
  beforeAll(() => {
    invoker = bedrockInvoker({ ...access, endpoint: sim.url })
  })
  afterAll(() => invoker.close())

  it.each(EVERY)('%s does %s', async (_id, task, model, offer) => {
    const call = await callFor(model, offer, offer.exactlyOneOf ? { roles: ['source', 'mask'] } : {})
    const answer = madeOf(await invoker.invoke(call, unhurried()))
    const request = sim.requests.at(-1)!
    expect(request).toMatchObject({ httpVersion: `${access.httpVersion}.${access.httpVersion === 1 ? 1 : 0}`, status: 200 })
    expect(request.by).toBe('token' in access ? 'bearer' : 'sigv4')
    expect(answer.pictures).toHaveLength(1)
    expect(answer.requestId).toMatch(/-/)
    const { width, height } = await sharp(answer.pictures[0]!.bytes).metadata()
    const { size } = offer
    if (task === 'outpaint' && size.kind === 'margins') expect([width, height]).toEqual([416, 400])
    else if (size.kind === 'scale') expect(width).toBe(384 * size.factor)
    else if (size.kind === 'input') expect([width, height]).toEqual([384, 384])
    else expect(width).toBeGreaterThan(0)
  })
})

describe('what is painted', () => {
  const ask = async (id: string, task: string, change: Parameters<typeof callFor>[2] = {}) => {
    const invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
    const [model, offer] = find(id, task)
    try {
      return madeOf(await invoker.invoke(await callFor(model, offer, { prompt: 'a red fox', ...change }), unhurried())).pictures[0]!.bytes
    } finally {
      invoker.close()
    }
  }
  const GREEN = [30, 180, 60, 255]
  const isNear = (pixel: number[], color: number[]) => Math.hypot(...pixel.map((value, at) => value - color[at]!)) < 30

  // The mask is white on the left. A codec that sends the wrong polarity paints the right half.
  it.each([
    ['stable-image-inpaint', 'inpaint', [220, 30, 30, 255]],
    ['stable-image-erase', 'erase', [128, 128, 128, 255]],
    ['nova-canvas', 'inpaint', [220, 30, 30, 255]],
    ['nova-canvas', 'outpaint', [220, 30, 30, 255]],
    ['titan-image-v2', 'inpaint', [220, 30, 30, 255]],
    ['titan-image-v2', 'outpaint', [220, 30, 30, 255]],
    ['titan-image-v1', 'inpaint', [220, 30, 30, 255]],
    ['titan-image-v1', 'outpaint', [220, 30, 30, 255]],
    ['sdxl', 'inpaint', [220, 30, 30, 255]],
  ])('by %s %s is what the mask shows white, and nothing else', async (id, task, color) => {
    const bytes = await ask(id, task, { roles: ['source', 'mask'] })
    expect(isNear(await pixelOf(bytes, 0.25, 0.5), color), 'the white half').toBe(true)
    expect(await pixelOf(bytes, 0.75, 0.5), 'the black half').toEqual(GREEN)
  })

  it('keeps the soft edge of a mask where the model takes one, and hardens it where not', async () => {
    await ask('stable-image-inpaint', 'inpaint')
    const [model, offer] = find('stable-image-inpaint', 'inpaint')
    const call = await callFor(model, offer)
    const grey = await sharp({ create: { width: 384, height: 384, channels: 3, background: '#808080' } })
      .png()
      .toBuffer()
    const soft = {
      ...call,
      inputs: call.inputs.map((one) => (one.role === 'mask' ? { ...one, picture: { ...one.picture, bytes: grey } } : one)),
    }
    const invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
    const half = await pixelOf(madeOf(await invoker.invoke(soft, unhurried())).pictures[0]!.bytes, 0.5, 0.5)
    expect(half[0]).toBeGreaterThan(100)
    expect(half[0]).toBeLessThan(150)
    const [nova, inpaint] = find('nova-canvas', 'inpaint')
    const hard = {
      ...soft,
      model: { ...nova, lifecycle: { state: 'active' as const } },
      parameters: (await callFor(nova, inpaint, { roles: ['source', 'mask'] })).parameters,
    }
    // The simulator refuses anything but pure black and white.
    expect(isNear(await pixelOf(madeOf(await invoker.invoke(hard, unhurried())).pictures[0]!.bytes, 0.5, 0.5), [220, 30, 30, 255])).toBe(
      true,
    )
    invoker.close()
  })

  it('grows to the left and down by the margins asked for', async () => {
    const bytes = await ask('stable-outpaint', 'outpaint')
    expect(isNear(await pixelOf(bytes, 0, 0), [220, 30, 30, 255])).toBe(true)
    expect(await pixelOf(bytes, 1, 0)).toEqual(GREEN)
    expect(isNear(await pixelOf(bytes, 1, 1), GREEN)).toBe(false)
  })

  it('leaves a removed background transparent', async () => {
    const bytes = await ask('stable-image-remove-background', 'remove-background')
    expect((await pixelOf(bytes, 0.05, 0.05))[3]).toBe(0)
    expect(await pixelOf(bytes, 0.5, 0.5)).toEqual(GREEN)
  })
})
