import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { priceOf } from '#core/catalogue.ts'
import type { Model, ModelTask } from '#core/model.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { type ApiStudio, LIVELY, openApi } from './api-studio.ts'
import { leftMask, pixelOf } from './asking.ts'
import { type Sim, startBedrockSim } from './sim.ts'

const EVERY = LIVELY.flatMap((model) => model.tasks.map((offer) => [model.id, offer.task, model, offer] as const))
const NEEDED: Record<string, Record<string, unknown>> = {
  outpaint: { left: 32, down: 16 },
  replace: { searchPrompt: 'the middle' },
  recolor: { selectPrompt: 'the middle' },
}

let sim: Sim
let api: ApiStudio
let source: { imageId?: string }
let style: { imageId?: string }
let mask: { uploadId?: string }
beforeAll(async () => {
  sim = await startBedrockSim({ servesRetired: true, upscaledSide: 512 })
  api = await openApi({ sim })
  source = await api.picture('#1eb43c')
  style = await api.picture('#2846dc')
  mask = await api.upload((await leftMask()).bytes, { purpose: 'mask' })
})
afterAll(async () => {
  await api.close()
  await sim.close()
})

function requestFor(model: Model, offer: ModelTask) {
  const roles = offer.inputs.map(({ role }) => role)
  const named = new Set(offer.parameters.map(({ name }) => name))
  const needed = Object.entries(NEEDED[offer.task] ?? {}).filter(([name]) => named.has(name))
  const colors = offer.parameters.some((spec) => spec.type === 'colors' && spec.required) ? { colors: ['#dc1e1e'] } : {}
  return {
    ...{ model: model.id, task: offer.task, ...(offer.prompt !== 'none' && { prompt: 'a red fox' }) },
    inputs: roles.map((role) => ({ role, ...(role === 'mask' ? mask : role === 'style' ? style : source) })),
    parameters: { ...Object.fromEntries(needed), ...colors },
  }
}

describe('through POST /api/generations', () => {
  it.each(EVERY)('%s does %s, charged at its list price', async (_id, task, model, offer) => {
    const request = requestFor(model, offer)
    const { status, body, ended } = await api.generate(request)
    expect(body).toMatchObject({ task, model: model.id })
    expect(status).toBe(202)
    expect(ended).toMatchObject({ state: 'succeeded', providerCalls: 1, chargedMicroUsd: priceOf(model, body.request) })
    const image = (await api.ask('GET', `/api/images/${ended.images[0].id}`, { as: api.as })).body
    expect(image.madeWith).toMatchObject({ modelId: model.id, task, requestId: expect.stringMatching(/-/) })
    expect(image.parentId).toBe(request.inputs.some(({ role }) => role === 'source') ? source.imageId : undefined)
    const { width, height } = await sharp(await api.bytesOf(image.id)).metadata()
    expect([image.width, image.height]).toEqual([width, height])
  })

  it('makes an exact size that the model does not have, and says how', async () => {
    const { ended } = await api.generate({ model: 'stable-image-core', prompt: 'a fox', width: 1280, height: 720 })
    expect(ended.adjustments).toEqual([expect.stringContaining('1280 × 720')])
    expect(await sharp(await api.bytesOf(ended.images[0].id)).metadata()).toMatchObject({ width: 1280, height: 720 })
  })

  it('charges what was made of a batch, and nothing for what the model withheld', async () => {
    const before = await api.spent()
    const { ended } = await api.generate({ model: 'nova-canvas', prompt: 'a fox sim:partial', count: 4 })
    const made = ended.images.filter(({ state }: { state: string }) => state === 'made').length
    expect(ended).toMatchObject({ state: 'partial', chargedMicroUsd: (ended.estimate.microUsd / 4) * made })
    expect(made).toBeGreaterThan(0)
    expect(await api.spent()).toEqual({ microUsd: before.microUsd + ended.chargedMicroUsd, images: before.images + made })
  })

  it.each([
    ['filter', 'refused', 'content_refused'],
    ['filter-output', 'refused', 'content_refused'],
    ['model-error', 'failed', 'internal'],
    ['timeout', 'failed', 'internal'],
    ['denied', 'failed', 'forbidden'],
    ['gone', 'failed', 'model_retired'],
    ['base64', 'failed', 'internal'],
    ['not-a-picture', 'failed', 'internal'],
    ['short', 'failed', 'internal'],
    ['html', 'failed', 'internal'],
    ['zeros', 'failed', 'internal'],
    ['hang-up', 'failed', 'internal'],
  ])('meets %s: %s, asked once, charged nothing, stored nothing', async (trouble, state, reason) => {
    const before = await api.spent()
    const asked = sim.requests.length
    const { ended } = await api.generate({ model: 'stable-image-core', prompt: `a fox sim:${trouble}` })
    expect(ended).toMatchObject({ state, reason, chargedMicroUsd: 0, providerCalls: 1, reasonDetail: expect.stringMatching(/\w/) })
    expect(sim.requests.length - asked).toBe(1)
    expect(await api.spent()).toEqual(before)
    expect(await api.bytesOf(ended.images[0].id)).toBeUndefined()
  })

  it('keeps the seed that was asked for when the model tells none', async () => {
    const { ended } = await api.generate({ model: 'stable-image-core', prompt: 'a fox sim:seedless', seed: 41 })
    expect(ended.images).toEqual([expect.objectContaining({ state: 'made', seed: 41 })])
  })
})

describe('a retired model', () => {
  it('is refused naming its successor, or answered by it where the operator allows, and says so', async () => {
    const strict = await openApi({ sim, catalogue: BEDROCK_CATALOGUE, config: { policy: { answerRetiredBySuccessor: false } } })
    const { status, body } = await strict.generate({ model: 'nova-canvas', prompt: 'a fox' })
    expect([status, body.code, body.successor, body.retiredOn]).toEqual([404, 'model_retired', 'sd3-5-large', '2026-09-30'])
    await strict.close()
    const lenient = await openApi({ sim, catalogue: BEDROCK_CATALOGUE, config: { policy: { answerRetiredBySuccessor: true } } })
    const { ended } = await lenient.generate({ model: 'nova-canvas', prompt: 'a fox' })
    expect(ended).toMatchObject({ state: 'succeeded', model: 'sd3-5-large', adjustments: [expect.stringContaining('is retired')] })
    await lenient.close()
  })
})

describe('a key', () => {
  it('that ends in the middle of work is read again, and the work goes on', async () => {
    let key = 'sim-key'
    const one = await openApi({ sim, access: { token: () => key } })
    expect((await one.generate({ model: 'stable-image-core', prompt: 'a fox' })).ended.state).toBe('succeeded')
    // Somebody puts a new one into the file once the old one is refused.
    const renewed = () => (sim.requests.at(-1)?.status === 403 ? 'sim-key' : 'sim-expired')
    const two = await openApi({ sim, access: { token: renewed } })
    const asked = sim.requests.length
    expect((await two.generate({ model: 'stable-image-core', prompt: 'a fox' })).ended).toMatchObject({
      state: 'succeeded',
      providerCalls: 1,
    })
    expect(sim.requests.slice(asked).map(({ status }) => status)).toEqual([403, 200])
    key = 'sim-elsewhere'
    const { ended } = await one.generate({ model: 'stable-image-core', prompt: 'a fox' })
    expect(ended).toMatchObject({
      state: 'failed',
      reason: 'forbidden',
      chargedMicroUsd: 0,
      reasonDetail: expect.stringMatching(/made in another Region/),
    })
    await Promise.all([one.close(), two.close()])
  })
})

describe('bad input', () => {
  const TEXT = { model: 'stable-image-core', task: 'text-to-image', prompt: 'a fox' }
  const INPAINT = { model: 'stable-image-inpaint', task: 'inpaint', prompt: 'a fox' }
  it.each<[string, () => Promise<object> | object, number, string, string?]>([
    ['a prompt of 30,000 characters', () => ({ ...TEXT, prompt: 'x'.repeat(30_000) }), 400, 'invalid_input', 'prompt'],
    ['no picture at all', () => ({ ...TEXT, count: 0 }), 400, 'invalid_input', 'count'],
    ['eleven pictures', () => ({ ...TEXT, count: 11 }), 400, 'invalid_input', 'count'],
    ['a size of 1 × 99999', () => ({ ...TEXT, width: 1, height: 99_999 }), 400, 'invalid_input', 'height'],
    ['a size of 1 × 9999', () => ({ ...TEXT, width: 1, height: 9_999 }), 400, 'invalid_input'],
    ['a parameter that nobody knows', () => ({ ...TEXT, parameters: { sampler: 'euler' } }), 400, 'invalid_input', 'parameters.sampler'],
    ['a field that nobody knows', () => ({ ...TEXT, n: 2 }), 400, 'invalid_input'],
    [
      'a parameter out of its range',
      () => ({
        ...INPAINT,
        inputs: [
          { role: 'source', ...source },
          { role: 'mask', ...mask },
        ],
        parameters: { growMask: 21 },
      }),
      400,
      'invalid_input',
      'parameters.growMask',
    ],
    ['a model that nobody knows', () => ({ ...TEXT, model: 'dall-e-9' }), 404, 'not_found'],
    ['a task that the model has not', () => ({ ...TEXT, task: 'erase' }), 400, 'invalid_input', 'task'],
    [
      'a source that is not there',
      () => ({ ...INPAINT, inputs: [{ role: 'source', imageId: '01900000-0000-7000-8000-000000000000' }] }),
      404,
      'not_found',
    ],
    [
      'an image in place of a mask upload',
      () => ({
        ...INPAINT,
        inputs: [
          { role: 'source', ...source },
          { role: 'mask', uploadId: source.imageId },
        ],
      }),
      400,
      'invalid_input',
    ],
    ['no source', () => ({ ...INPAINT, inputs: [{ role: 'mask', ...mask }] }), 400, 'invalid_input'],
  ])('%s is refused before anything is kept', async (_, body, status, code, path) => {
    const before = [await api.spent(), (await api.ask('GET', '/api/generations', { as: api.as })).body.items.length, sim.requests.length]
    const answer = await api.ask('POST', '/api/generations', { as: api.as, body: await body() })
    expect([answer.status, answer.body.code]).toEqual([status, code])
    if (path) expect(answer.body.fields.map((field: { path: string }) => field.path)).toContain(path)
    expect([await api.spent(), (await api.ask('GET', '/api/generations', { as: api.as })).body.items.length, sim.requests.length]).toEqual(
      before,
    )
  })

  it('emoji and text that runs both ways arrive as they were written', async () => {
    const prompt = 'a fox 🦊👩‍🚀 in the \u202edesert\u202c, olá'
    const { ended } = await api.generate({ ...TEXT, prompt })
    expect(ended).toMatchObject({ state: 'succeeded', request: { prompt } })
    expect((sim.requests.at(-1)!.body as { prompt: string }).prompt).toBe(prompt)
  })

  it.each([
    [
      'of another size',
      async () => api.upload((await leftMask({ width: 200, height: 100 })).bytes, { purpose: 'mask' }),
      /200 × 100.*384 × 384/,
    ],
    ['that is no picture', async () => api.upload(new TextEncoder().encode('not a picture'), { purpose: 'mask' }), /./],
  ])('a mask %s ends the generation with a sentence, and nothing is charged or asked', async (_, make, said) => {
    const before = [await api.spent(), sim.requests.length]
    const bad = await make()
    const { status, ended } = await api.generate({
      ...INPAINT,
      inputs: [
        { role: 'source', ...source },
        { role: 'mask', ...bad },
      ],
    })
    expect(status).toBe(202)
    expect(ended).toMatchObject({ state: 'failed', chargedMicroUsd: 0, reasonDetail: expect.stringMatching(said) })
    expect(['invalid_input', 'unsupported_type']).toContain(ended.reason)
    expect([await api.spent(), sim.requests.length]).toEqual(before)
  })
})

describe('what the mask shows white is changed, and nothing else', () => {
  const DOTS = { width: 384, height: 384 }
  /** Green, with a red spot on the left, under the white of the mask, and a blue one on the right. */
  const spotted = async () => {
    const spot = (color: string) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background: color } })
        .png()
        .toBuffer()
    const spots = [
      { input: await spot('#dc1e1e'), left: 76, top: 172 },
      { input: await spot('#2846dc'), left: 268, top: 172 },
    ]
    return sharp({ create: { ...DOTS, channels: 3, background: '#1eb43c' } })
      .composite(spots)
      .png()
      .toBuffer()
  }
  let subject: { imageId?: string }
  beforeAll(async () => {
    subject = await api.upload(await spotted())
    await api.drain(['processing'])
  })
  const far = (pixel: number[], color: number[]) => Math.hypot(...color.map((value, at) => value - pixel[at]!)) > 60

  it.each([
    ['stable-image-inpaint', 'inpaint'],
    ['stable-image-erase', 'erase'],
    ['nova-canvas', 'inpaint'],
    ['titan-image-v2', 'inpaint'],
    ['sdxl', 'inpaint'],
    [SKETCH.id, 'inpaint'],
    [SKETCH.id, 'erase'],
  ])('by %s (%s)', async (model, task) => {
    const inputs = [
      { role: 'source', ...subject },
      { role: 'mask', ...mask },
    ]
    const { body, ended } = await api.generate({ model, task, inputs, ...(task === 'inpaint' && { prompt: 'a purple fox' }) })
    expect(ended, JSON.stringify(body)).toMatchObject({ state: 'succeeded' })
    const bytes = (await api.bytesOf(ended.images[0].id))!
    expect(far(await pixelOf(bytes, 0.25, 0.5), [220, 30, 30]), 'the red spot is gone').toBe(true)
    expect(far(await pixelOf(bytes, 0.75, 0.5), [40, 70, 220]), 'the blue spot stays').toBe(false)
  })
})
