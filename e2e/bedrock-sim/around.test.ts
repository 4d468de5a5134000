import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isStudioError } from '#core/errors.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { diagnoseBedrock } from '#models/bedrock/diagnose.ts'
import { bedrockEmbeddings } from '#models/bedrock/embeddings.ts'
import { bedrockInvoker } from '#models/bedrock/invoker.ts'
import { bedrockLifecycles } from '#models/bedrock/lifecycles.ts'
import { bedrockWording } from '#models/bedrock/wording.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { studioModels } from '#models/studio-models.ts'
import { flatPicture } from './asking.ts'
import { SIM_CREDENTIALS, type Sim, startBedrockSim } from './sim.ts'

const CORE_ID = 'stability.stable-image-core-v1:1'
const NOW = Date.parse('2026-11-21T12:00:00Z')
const signal = new AbortController().signal
const core = BEDROCK_CATALOGUE.find((one) => one.id === 'stable-image-core')!

let sim: Sim
let access: { endpoint: string; token: () => string | undefined }
beforeAll(async () => {
  sim = await startBedrockSim({})
  access = { endpoint: sim.url, token: () => 'sim-key' }
})
afterAll(() => sim.close())
beforeEach(() => sim.set({ lifecycles: {}, servesRetired: false }))

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'nothing',
    (error: unknown) => (isStudioError(error) ? error.code : String(error)),
  )

describe('lifecycles told by AWS', () => {
  async function news(options: Partial<Parameters<typeof bedrockLifecycles>[0]> = {}) {
    const warnings: string[] = []
    const lifecycles = bedrockLifecycles({
      ...access,
      catalogue: BEDROCK_CATALOGUE,
      now: () => NOW,
      warn: (text) => warnings.push(text),
      ...options,
    })
    const first = await lifecycles.current()
    await lifecycles.settled()
    return { first, later: await lifecycles.current(), warnings, lifecycles }
  }

  it('never keep anybody waiting: the first answer is what was known before', async () => {
    const { first, later } = await news()
    expect(first.size).toBe(0)
    expect(later.get('stable-image-core')).toEqual({ state: 'active' })
  })

  it('make a model legacy with its dates, and say so', async () => {
    sim.set({ lifecycles: { [CORE_ID]: { status: 'LEGACY', legacyTime: '2026-10-01T00:00:00Z', endOfLifeTime: '2027-04-01T00:00:00Z' } } })
    const { later, warnings } = await news()
    expect(later.get('stable-image-core')).toEqual({ state: 'legacy', legacyOn: '2026-10-01', retiredOn: '2027-04-01' })
    expect(warnings).toEqual(['stable-image-core is legacy at AWS and ends on 2027-04-01'])
  })

  it('retire a model whose end has passed, and its default moves on with a warning', async () => {
    sim.set({ lifecycles: { [CORE_ID]: { status: 'LEGACY', legacyTime: '2026-01-01T00:00:00Z', endOfLifeTime: '2026-11-01T00:00:00Z' } } })
    const { lifecycles } = await news()
    const warnings: string[] = []
    const invokers = { bedrock: { invoke: () => Promise.reject(new Error('not asked')) } }
    const options = {
      lifecycles,
      invokers,
      defaults: { 'text-to-image': 'stable-image-core' } as const,
      warn: (text: string) => warnings.push(text),
    }
    const catalogue = BEDROCK_CATALOGUE.map((one) =>
      one === core ? { ...one, lifecycle: { ...one.lifecycle, successor: 'sd3-5-large' } } : one,
    )
    const models = studioModels({ catalogue, ...options })
    expect((await models.find('stable-image-core'))!.lifecycle.state).toBe('retired')
    expect((await models.defaultFor('text-to-image'))!.id).toBe('sd3-5-large')
    await models.defaultFor('text-to-image')
    expect(warnings).toEqual(['the default for text-to-image, stable-image-core, is retired; using sd3-5-large'])
  })

  it('hold the built-in dates without credentials that are good for it', async () => {
    const { later, warnings } = await news({ token: () => 'sim-expired' })
    expect(later.size).toBe(0)
    expect(warnings).toEqual([expect.stringContaining('the built-in dates hold')])
  })

  it('are asked once a day', async () => {
    const before = sim.requests.length
    const { lifecycles } = await news({ token: () => undefined, credentials: SIM_CREDENTIALS })
    const asked = sim.requests.length - before
    await lifecycles.current()
    await lifecycles.settled()
    expect(sim.requests.length - before).toBe(asked)
    expect(asked).toBeGreaterThan(0)
  })
})

describe('words', () => {
  const wording = (modelId?: string) => bedrockWording({ ...access, ...(modelId && { modelId }) })

  it('expand an idea into a prompt', async () => {
    const text = await wording('amazon.nova-lite-v1:0').expand('a fox', { task: 'text-to-image', model: core }, signal)
    expect(text).toContain('a fox')
    expect(text).toContain('light')
  })

  it('translate what a model would refuse', async () => {
    expect(await wording('amazon.nova-lite-v1:0').translate('雪 狐', signal)).toBe('snow fox')
  })

  it.each([
    ['filter', 'content_refused'],
    ['short', 'unavailable'],
    ['throttle', 'throttled'],
  ])('fail by %s as %s', async (trouble, code) => {
    expect(await codeOf(wording('amazon.nova-lite-v1:0').translate(`fox sim:${trouble}`, signal))).toBe(code)
  })

  it('say what to set when nothing is configured', async () => {
    expect(wording().isConfigured).toBe(false)
    await expect(wording().translate('狐', signal)).rejects.toThrow(/BEDROCK_MODEL_ID/)
  })
})

describe('vectors', () => {
  it.each(['amazon.titan-embed-image-v1', 'amazon.nova-2-multimodal-embeddings-v1:0'])(
    'of %s put a word near the picture it names',
    async (modelId) => {
      const embeddings = bedrockEmbeddings({ ...access, modelId, pixels: inProcessPixels({ read: async () => undefined }) })
      const [red, blue, picture] = await Promise.all([
        embeddings.text('red', signal),
        embeddings.text('blue', signal),
        embeddings.picture(await flatPicture('#dc1e1e'), signal),
      ])
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
      expect(dot(red, red)).toBeCloseTo(1, 4)
      expect(dot(red, picture)).toBeGreaterThan(dot(blue, picture) + 0.5)
    },
  )

  it('say what to set when nothing, or nothing known, is configured', async () => {
    await expect(bedrockEmbeddings(access).text('red', signal)).rejects.toThrow(/BEDROCK_EMBEDDING_MODEL_ID/)
    expect(bedrockEmbeddings({ ...access, modelId: 'cohere.embed-english-v3' }).isConfigured).toBe(false)
  })
})

describe('the doctor', () => {
  const diagnose = (about: Partial<Parameters<typeof diagnoseBedrock>[0]>) =>
    diagnoseBedrock({ ...access, catalogue: BEDROCK_CATALOGUE, now: () => NOW, ...about })
  const failing = async (about: Parameters<typeof diagnose>[0]) => (await diagnose(about)).filter((check) => !check.ok)
  const shortTerm = (at: string) =>
    `bedrock-api-key-${Buffer.from(`bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Date=${at}&X-Amz-Expires=43200&Version=1`).toString('base64')}`

  it('finds nothing wrong with a good key, and makes a picture when asked to', async () => {
    const invoker = bedrockInvoker(access)
    const checks = await diagnose({ smokeTest: { invoker, model: core } })
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true, true])
    expect(checks.at(-1)!.found).toMatch(/bytes of image\/png/)
    invoker.close()
  })

  it.each([
    ['no key at all', { token: () => undefined }, /no key and no AWS credentials/, /API keys/],
    ['a blank key', { token: () => ' ' }, /set but blank/, /API keys/],
    ['an access key id in its place', { token: () => 'AKIAIOSFODNN7EXAMPLE' }, /not a Bedrock API key/, /AWS_ACCESS_KEY_ID/],
    ['a key cut in two', { token: () => 'ABSK abc' }, /spaces or line breaks/, /copy it again/],
    ['a short-term key past its end', { token: () => shortTerm('20261120T100000Z') }, /ended at 2026-11-20T22:00Z/, /12 hours/],
    ['an expired key', { token: () => 'sim-expired' }, /expired/, /API keys/],
    ['a key of another region', { token: () => 'sim-elsewhere' }, /made in another Region/, /API keys/],
    ['a region without models', { region: 'eu-central-1' }, /serves 0 of/, /us-west-2/],
    ['a region where keys do not work', { region: 'us-east-2' }, /do not work in us-east-2/, /us-west-2/],
    ['a network that is down', { endpoint: 'http://127.0.0.1:9' }, /cannot be reached/, /network/],
  ])('explains %s', async (_, about, found, fix) => {
    const [first] = await failing(about)
    expect(first!.found).toMatch(found)
    expect(first!.fix).toMatch(fix)
  })

  it('never shows the key', async () => {
    for (const token of ['sim-elsewhere', 'sim-expired', 'ABSK abc', 'AKIAIOSFODNN7EXAMPLE'])
      expect(JSON.stringify(await diagnose({ token: () => token }))).not.toContain(token)
  })

  it('says when a short-term key ends', async () => {
    const [key] = await diagnose({ token: () => shortTerm('20261121T100000Z'), patienceMs: 50 })
    expect(key).toMatchObject({ ok: true, found: expect.stringContaining('2026-11-21T22:00Z') })
  })
})

describe('the simulator', () => {
  const post = (path: string, init: RequestInit = {}) =>
    fetch(`${sim.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sim-key', 'content-type': 'application/json' },
      body: '{"prompt":"x"}',
      ...init,
    })

  it('takes a model’s id encoded, raw and inside an ARN', async () => {
    const profile = encodeURIComponent('arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.stability.stable-image-inpaint-v1:0')
    expect((await post(`/model/${encodeURIComponent(CORE_ID)}/invoke`)).status).toBe(200)
    expect((await post(`/model/${CORE_ID}/invoke`)).status).toBe(200)
    const answer = await post(`/model/${profile}/invoke`)
    expect(await answer.json()).toEqual({ message: expect.stringContaining('#/image') })
  })

  it('refuses strangers, unknown fields, wrong types and too much', async () => {
    expect((await post(`/model/${CORE_ID}/invoke`, { headers: {} })).status).toBe(403)
    const wrong = await post(`/model/${CORE_ID}/invoke`, { body: '{"prompt":"x","cfg_scale":7}' })
    expect(wrong.status).toBe(400)
    expect(wrong.headers.get('x-amzn-errortype')).toContain('ValidationException')
    expect(
      (await post(`/model/${CORE_ID}/invoke`, { headers: { authorization: 'Bearer sim-key', 'content-type': 'text/plain' } })).status,
    ).toBe(400)
    expect((await post(`/model/${CORE_ID}/invoke`, { body: ' '.repeat(25_000_001) })).status).toBe(400)
  })

  it('says with a curly apostrophe that a tool is served by its profile only', async () => {
    const answer = await post('/model/stability.stable-image-inpaint-v1:0/invoke')
    expect((await answer.json()).message).toContain('isn\u2019t supported')
  })

  it('meets trouble on order', async () => {
    sim.trouble('throttle')
    const throttled = await post(`/model/${CORE_ID}/invoke`)
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await post(`/model/${CORE_ID}/invoke`)).status).toBe(200)
  })
})
