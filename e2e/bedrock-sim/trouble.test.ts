import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isStudioError, type StudioError } from '#core/errors.ts'
import type { Model, ModelTask } from '#core/model.ts'
import type { ModelRequest } from '#core/ports/models.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { callFor, flatPicture, leftMask, madeOf } from './asking.ts'
import type { Trouble } from './fault.ts'
import { SIM_CREDENTIALS, type Sim, startBedrockSim } from './sim.ts'

const find = (id: string, task: string): [Model, ModelTask] => {
  const model = BEDROCK_CATALOGUE.find((one) => one.id === id)!
  return [model, model.tasks.find((one) => one.task === task)!]
}
const core = (change: Parameters<typeof callFor>[2] = {}) => callFor(...find('stable-image-core', 'text-to-image'), change)

let sim: Sim
let invoker: ReturnType<typeof bedrockInvoker>
beforeAll(async () => {
  sim = await startBedrockSim({ servesRetired: true, upscaledSide: 512 })
})
afterAll(() => sim.close())
afterEach(() => {
  invoker?.close()
  sim.set({ servesRetired: true })
})

function ask(call: ModelRequest, options: Partial<Parameters<typeof bedrockInvoker>[0]> = {}, signal = new AbortController().signal) {
  invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url, ...options })
  return invoker.invoke(call, signal)
}
async function errorOf(asked: Promise<unknown>): Promise<StudioError> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown) => thrown,
  )
  if (isStudioError(error)) return error
  throw error ?? new Error('it succeeded')
}

describe('what the service refuses to do', () => {
  it.each([
    ['throttle', 'throttled'],
    ['not-ready', 'throttled'],
    ['quota', 'throttled'],
    ['unavailable', 'unavailable'],
    ['internal', 'unavailable'],
    ['model-error', 'internal'],
    ['timeout', 'internal'],
    ['denied', 'forbidden'],
    ['agreement', 'unavailable'],
    ['gone', 'model_retired'],
    ['base64', 'internal'],
    ['not-a-picture', 'internal'],
    ['html', 'internal'],
    ['zeros', 'internal'],
    ['short', 'internal'],
    ['hang-up', 'internal'],
    ['inference-error', 'internal'],
  ] as const)('%s is %s, asked once', async (trouble, code) => {
    const before = sim.requests.length
    const error = await errorOf(ask(await core({ prompt: `a fox sim:${trouble}` })))
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('a fox')
    expect(sim.requests.length - before).toBe(1)
  })

  it.each([1, 2] as const)(
    'that cuts the line when a picture may have been made is not for the studio to ask again, over HTTP/%i',
    async (httpVersion) => {
      const before = sim.requests.length
      const error = await errorOf(ask(await core({ prompt: 'a fox sim:drop sim:wait=1000' }), { httpVersion }))
      expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('may be billed again') })
      expect(sim.requests.length - before).toBe(1)
    },
  )

  it('says how long a throttle lasts', async () => {
    const error = await errorOf(ask(await core({ prompt: 'sim:throttle' })))
    expect(error.details).toEqual({ retryAfterSeconds: 7 })
  })

  it('says that a refused key is the operator’s affair, and where to look', async () => {
    const error = await errorOf(ask(await core(), { token: () => 'nobody knows me' }))
    expect(error.code).toBe('forbidden')
    expect(error.message).toMatch(/genzo doctor/)
    expect(error.message).not.toContain('nobody')
  })

  it('does not take a key that was made in another region', async () => {
    expect((await errorOf(ask(await core(), { token: () => 'sim-elsewhere' }))).code).toBe('forbidden')
  })

  it('does not take a signature by another secret', async () => {
    const credentials = { ...SIM_CREDENTIALS, secretAccessKey: 'another' }
    expect((await errorOf(ask(await core(), { token: () => undefined, credentials }))).code).toBe('forbidden')
  })

  it('is unavailable when nobody listens', async () => {
    expect((await errorOf(ask(await core(), { endpoint: 'http://127.0.0.1:9' }))).code).toBe('unavailable')
  })

  it('calls a model retired that the service does not know any more', async () => {
    sim.set({ servesRetired: false })
    const [model, offer] = find('titan-image-v2', 'text-to-image')
    const error = await errorOf(ask(await callFor(model, offer)))
    expect(error).toMatchObject({ code: 'model_retired', details: { successor: 'stable-image-core' } })
  })

  it('says what to write where only a profile serves a model', async () => {
    const call = await callFor(...find('stable-image-inpaint', 'inpaint'))
    const bare = { ...call, model: { ...call.model, regions: { 'us-west-2': call.model.nativeId! } } }
    const error = await errorOf(ask(bare))
    expect(error.code).toBe('unavailable')
    expect(error.message).toMatch(/us\. id under regions/)
  })

  it('never asks for a model in a region that does not serve it', async () => {
    const before = sim.requests.length
    const error = await errorOf(ask(await core(), { regionOf: () => 'eu-west-1' }))
    expect(error.message).toMatch(/not served in eu-west-1; it is in us-west-2/)
    expect(sim.requests.length).toBe(before)
  })

  it('asks the region that serves the model, whichever is preferred', async () => {
    await ask(await core(), { token: () => undefined, credentials: SIM_CREDENTIALS, preferredRegion: 'eu-central-1' })
    expect(sim.requests.at(-1)).toMatchObject({ region: 'us-west-2', by: 'sigv4' })
  })
})

describe('refusals', () => {
  it.each([
    ['stable-image-core', 'text-to-image', 'filter', 'prompt'],
    ['sd3-5-large', 'image-to-image', 'filter-input', 'input image'],
    ['stable-image-core', 'text-to-image', 'filter-output', 'output image'],
    ['nova-canvas', 'text-to-image', 'filter', 'prompt'],
    ['nova-canvas', 'text-to-image', 'filter-input', 'input image'],
    ['nova-canvas', 'text-to-image', 'filter-output', 'output image'],
    ['titan-image-v2', 'text-to-image', 'filter', 'prompt'],
    ['sdxl', 'text-to-image', 'filter', 'output image'],
  ])('of %s %s by %s are answers about the %s (%s)', async (id, task, trouble, stage) => {
    const answer = await ask(await callFor(...find(id, task), { prompt: `a fox sim:${trouble}` }))
    expect(answer).toMatchObject({ outcome: 'refused', stage })
    expect(answer.requestId).toBeTruthy()
  })

  it('of a prompt in another language say that the model takes English only', async () => {
    const answer = await ask(await core({ prompt: '雪の中の狐' }))
    expect(answer).toMatchObject({ outcome: 'refused', stage: 'prompt', reason: expect.stringContaining('English only') })
  })

  it('by a guardrail on the call are refusals', async () => {
    const guardrail = { id: 'gr-1', version: '2', how: 'inline' as const }
    const answer = await ask(await core({ prompt: 'sim:guardrail' }), { guardrail })
    expect(answer).toMatchObject({ outcome: 'refused', stage: 'prompt', rule: 'guardrail' })
  })

  it('by a guardrail asked first spend nothing on a model', async () => {
    const guardrail = { id: 'gr-1', version: 'DRAFT', how: 'apply' as const }
    const before = sim.requests.length
    const answer = await ask(await core({ prompt: 'sim:guardrail' }), { guardrail })
    expect(answer).toMatchObject({ outcome: 'refused', stage: 'prompt', rule: 'guardrail: VIOLENCE' })
    expect(sim.requests.slice(before).map((one) => one.path)).toEqual(['/guardrail/gr-1/version/DRAFT/apply'])
  })

  it('sends a guardrail pictures within 4 MB', async () => {
    const noise = randomBytes(1600 * 1600 * 3)
    const bytes = await sharp(noise, { raw: { width: 1600, height: 1600, channels: 3 } })
      .png()
      .toBuffer()
    expect(bytes.byteLength).toBeGreaterThan(4_200_000)
    const call = await callFor(...find('stable-image-style-guide', 'style-guide'))
    const picture = { bytes, contentType: 'image/png', width: 1600, height: 1600, hasAlpha: false }
    const guardrail = { id: 'gr-1', version: '1', how: 'apply' as const }
    const answer = await ask({ ...call, inputs: [{ role: 'style', picture }] }, { guardrail })
    expect(answer.outcome).toBe('made')
    expect(sim.requests.filter((one) => one.path.startsWith('/guardrail')).at(-1)!.status).toBe(200)
  })
})

describe('answers', () => {
  it('keep what came of a batch that was partly withheld', async () => {
    const call = await callFor(...find('nova-canvas', 'text-to-image'), { prompt: 'a fox sim:partial', count: 3 })
    const answer = madeOf(await ask(call))
    expect(answer.pictures).toHaveLength(2)
    expect(answer.refused).toEqual({ count: 1, reason: expect.stringContaining('Some of the generated images') })
  })

  it('carry the seed asked for when the model says none', async () => {
    expect(madeOf(await ask(await core({ prompt: 'sim:seedless', seed: 99 }))).pictures[0]!.seed).toBe(99)
  })

  it('carry the seed the model used, and never ask with 0', async () => {
    const call = await core()
    const { seed: _, ...seedless } = call
    const drawn = madeOf(await ask(seedless)).pictures[0]!.seed!
    expect(drawn).toBeGreaterThan(0)
    expect(madeOf(await ask({ ...call, seed: 0 })).pictures[0]!.seed).toBeGreaterThan(0)
    expect(sim.requests.at(-1)!.body).not.toHaveProperty('seed')
  })

  it('are the same for the same seed and differ for another', async () => {
    const bytesOf = async (seed: number) => Buffer.from(madeOf(await ask(await core({ seed }))).pictures[0]!.bytes)
    expect(await bytesOf(11)).toEqual(await bytesOf(11))
    expect((await bytesOf(11)).equals(await bytesOf(12))).toBe(false)
  })
})

describe('inputs', () => {
  it('refuses a mask of another size than its source before asking', async () => {
    const call = await callFor(...find('stable-image-inpaint', 'inpaint'))
    const mask = await leftMask({ width: 100, height: 100 })
    const wrong = { ...call, inputs: call.inputs.map((one) => (one.role === 'mask' ? { ...one, picture: mask } : one)) }
    const before = sim.requests.length
    expect((await errorOf(ask(wrong))).code).toBe('invalid_input')
    expect(sim.requests.length).toBe(before)
  })

  it('sends a 60-megapixel source small enough, with its mask in step, and says so', async () => {
    const size = { width: 10_000, height: 6000 }
    const call = await callFor(...find('stable-image-inpaint', 'inpaint'))
    const big = [
      { role: 'source' as const, picture: await flatPicture('#1eb43c', size) },
      { role: 'mask' as const, picture: await leftMask(size) },
    ]
    const answer = madeOf(await ask({ ...call, inputs: big }))
    const { width = 0, height = 0 } = await sharp(answer.pictures[0]!.bytes).metadata()
    expect(width * height).toBeLessThanOrEqual(9_437_184)
    expect(answer.adjustments).toEqual([`sent the source at ${width} × ${height} instead of 10000 × 6000`])
  })

  it('encodes inputs again until the body is within 25,000,000 bytes', async () => {
    const noise = randomBytes(2800 * 2800 * 3)
    const bytes = await sharp(noise, { raw: { width: 2800, height: 2800, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer()
    expect(bytes.byteLength).toBeGreaterThan(19_000_000)
    const call = await callFor(...find('stable-image-style-guide', 'style-guide'))
    const picture = { bytes, contentType: 'image/png', width: 2800, height: 2800, hasAlpha: false }
    madeOf(await ask({ ...call, inputs: [{ role: 'style', picture }] }))
    expect(sim.requests.at(-1)!.status).toBe(200)
  })
})

describe('the call itself', () => {
  it('is really cancelled: the connection closes before the answer', async () => {
    const controller = new AbortController()
    const asked = ask(await core({ prompt: 'a fox sim:wait=20000' }), {}, controller.signal)
    while (sim.requests.at(-1)?.body === undefined || sim.requests.at(-1)?.status !== undefined)
      await new Promise((resolve) => setImmediate(resolve))
    const request = sim.requests.at(-1)!
    controller.abort(new Error('no longer wanted'))
    await expect(asked).rejects.toThrow('no longer wanted')
    while (!request.isAborted) await new Promise((resolve) => setImmediate(resolve))
    expect(request.status).toBeUndefined()
  })

  it('reads the key again once when it ended in the middle of work', async () => {
    const keys = ['sim-expired', 'sim-expired', 'sim-key']
    let read = 0
    const answer = await ask(await core(), { token: () => keys[Math.min(read++, keys.length - 1)] })
    expect(answer.outcome).toBe('made')
  })

  it('takes a blank key for none and signs instead', async () => {
    await ask(await core(), { token: () => '  ', credentials: SIM_CREDENTIALS })
    expect(sim.requests.at(-1)!.by).toBe('sigv4')
  })

  it.each(['', 'a key of the shell'])(
    'is signed as configured whatever AWS_BEARER_TOKEN_BEDROCK holds in the environment (%j)',
    async (value) => {
      process.env.AWS_BEARER_TOKEN_BEDROCK = value
      try {
        await ask(await core(), { token: () => undefined, credentials: SIM_CREDENTIALS })
        expect(sim.requests.at(-1)!.by).toBe('sigv4')
        await ask(await core(), { token: () => 'sim-key', credentials: SIM_CREDENTIALS })
        expect(sim.requests.at(-1)!.by).toBe('bearer')
      } finally {
        delete process.env.AWS_BEARER_TOKEN_BEDROCK
      }
    },
  )

  it('asks a model that fails again and again only five times, then lets it rest', async () => {
    const call = await core({ prompt: 'sim:unavailable' })
    invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
    const before = sim.requests.length
    for (let times = 0; times < 8; times++)
      expect((await errorOf(invoker.invoke(call, new AbortController().signal))).code).toBe('unavailable')
    expect(sim.requests.length - before).toBe(5)
  })

  it('holds no more calls open than the model allows', async () => {
    const call = await callFor(...find('stable-creative-upscale', 'upscale-creative'), { prompt: 'a fox sim:wait=30' })
    invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
    const before = sim.requests.length
    let most = 0
    const watch = setInterval(() => {
      const open = sim.requests.slice(before).filter((one) => one.status === undefined).length
      most = Math.max(most, open)
    }, 1)
    const answers = await Promise.all(Array.from({ length: 6 }, () => invoker.invoke(call, new AbortController().signal)))
    clearInterval(watch)
    expect(answers.every((one) => one.outcome === 'made')).toBe(true)
    expect(most).toBe(call.model.concurrency)
  })
})

it('is cancelled while it waits for its turn, too', async () => {
  const call = await callFor(...find('stable-creative-upscale', 'upscale-creative'), { prompt: 'a fox sim:wait=60000' })
  invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url })
  const controller = new AbortController()
  const before = sim.requests.length
  const asked = Array.from({ length: call.model.concurrency + 2 }, () => invoker.invoke(call, controller.signal))
  while (sim.requests.length - before < call.model.concurrency) await new Promise((resolve) => setImmediate(resolve))
  controller.abort(new Error('no longer wanted'))
  const outcomes = await Promise.allSettled(asked)
  expect(outcomes.map((one) => one.status === 'rejected' && (one.reason as Error).message)).toEqual(asked.map(() => 'no longer wanted'))
  expect(sim.requests.length - before).toBe(call.model.concurrency)
})

describe('the same troubles over HTTP/2', () => {
  it.each([
    ['throttle', 'throttled'],
    ['html', 'internal'],
    ['timeout', 'internal'],
    ['hang-up', 'internal'],
  ] as [Trouble, string][])('%s is %s', async (trouble, code) => {
    expect((await errorOf(ask(await core({ prompt: `sim:${trouble}` }), { httpVersion: 2 }))).code).toBe(code)
  })

  it('cancels there too', async () => {
    const controller = new AbortController()
    const asked = ask(await core({ prompt: 'a fox sim:wait=20000' }), { httpVersion: 2 }, controller.signal)
    while (sim.requests.at(-1)?.body === undefined || sim.requests.at(-1)?.status !== undefined)
      await new Promise((resolve) => setImmediate(resolve))
    controller.abort(new Error('no longer wanted'))
    await expect(asked).rejects.toThrow('no longer wanted')
  })
})
