import { afterEach, describe, expect, it } from 'vitest'
import { StudioError } from '../errors.ts'
import type { GenerationRequest } from '../generation.ts'
import { policyModerator } from '../moderation.ts'
import { admitUpload } from './admit-upload.ts'
import { cancelGeneration } from './cancel-generation.ts'
import { estimateGeneration } from './estimate-generation.ts'
import { getGeneration } from './get-generation.ts'
import { listGenerations } from './list-generations.ts'
import { requestGeneration } from './request-generation.ts'
import { requestUpload } from './request-upload.ts'
import { retryGeneration } from './retry-generation.ts'
import { ada, bob, DOTS, paint, pngOf, put, stateOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { trashImage } from './trash-image.ts'
import { usage } from './usage.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const ask = (more: Partial<GenerationRequest> = {}): GenerationRequest => ({
  task: 'text-to-image',
  prompt: 'a red dot on a hill',
  count: 1,
  ...more,
})
const spent = async (who = ada) => (await usage(studio, who))[0]

it('makes every picture asked for, charges for them and keeps all that made them', async () => {
  studio = testStudio()
  const accepted = await requestGeneration(studio, ada, ask({ count: 3, seed: 4_294_967_294 }))
  expect(accepted).toMatchObject({ state: 'queued', estimateMicroUsd: 120_000, modelId: 'dots' })
  expect(await spent()).toMatchObject({ microUsd: 120_000, images: 3 })
  await studio.drain()
  const generation = await getGeneration(studio, ada, accepted.id)
  expect(generation).toMatchObject({ state: 'succeeded', chargedMicroUsd: 120_000, providerCalls: 3 })
  expect(generation.dueAt).toBeUndefined()
  // A chosen seed counts upwards and wraps inside the model's range, past the 0 that would mean "random".
  expect(generation.outputs.map(({ seed, state }) => [seed, state])).toEqual([
    [4_294_967_294, 'made'],
    [4_294_967_295, 'made'],
    [1, 'made'],
  ])
  const images = await studio.images.findMany(generation.outputs.map(({ imageId }) => imageId))
  for (const [index, image] of images.entries()) {
    expect(image).toMatchObject({
      state: 'ready',
      origin: 'generated',
      title: 'a red dot on a hill',
      width: 64,
      height: 64,
      generationId: accepted.id,
      outputIndex: index,
    })
    expect(image.madeWith).toMatchObject({ modelId: 'dots', prompt: 'a red dot on a hill', seed: generation.outputs[index]!.seed })
  }
  expect(await studio.ledger.find(accepted.id)).toMatchObject({ state: 'settled', committedMicroUsd: 120_000, committedImages: 3 })
})

it('draws a seed for every output when none was chosen, and records it', async () => {
  studio = testStudio()
  const { outputs, request } = await requestGeneration(studio, ada, ask({ count: 4 }))
  expect(request.seed).toBeUndefined()
  expect(new Set(outputs.map(({ seed }) => seed)).size).toBe(4)
  await studio.drain()
  expect(studio.asked.map(({ seed }) => seed).sort()).toEqual(outputs.map(({ seed }) => seed).sort())
})

it('edits a picture of the owner, as its child', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(9, 128) })
  await admitUpload(studio, { id })
  await studio.drain()
  const accepted = await requestGeneration(studio, ada, ask({ task: 'image-to-image', inputs: [{ role: 'source', imageId: id }] }))
  await studio.drain()
  const image = await studio.images.find(accepted.outputs[0]!.imageId)
  expect(image).toMatchObject({ state: 'ready', origin: 'edited', parentId: id })
  expect(studio.asked[0]?.inputs[0]?.picture).toMatchObject({ width: 64, contentType: 'image/png' })
})

const INPAINT = {
  ...DOTS.tasks[1]!,
  task: 'inpaint' as const,
  inputs: ['source', 'mask'].map((role) => ({ role: role as 'mask', required: true })),
}

it.each([
  ['64', 64, { state: 'succeeded' }],
  ['32', 32, { state: 'failed', reason: 'invalid_input', reasonDetail: expect.stringContaining('32 × 32'), chargedMicroUsd: 0 }],
])('takes a mask of the size of its source and no other (%s px)', async (_, side, ended) => {
  studio = testStudio({ models: [{ ...DOTS, tasks: [INPAINT] }] })
  const source = await upload(studio, ada, { bytes: await pngOf(9) })
  await admitUpload(studio, { id: source })
  await studio.drain()
  const bytes = await pngOf(0xffffff, side)
  const offer = await requestUpload(studio, ada, {
    fileName: 'mask.png',
    contentType: 'image/png',
    byteLength: bytes.byteLength,
    purpose: 'mask',
  })
  if (offer.outcome !== 'put') throw new Error(offer.outcome)
  const inputs = [
    { role: 'source' as const, imageId: source },
    { role: 'mask' as const, uploadId: offer.id },
  ]
  const request = ask({ task: 'inpaint', inputs })
  await expect(requestGeneration(studio, ada, request)).rejects.toMatchObject({ code: 'conflict' })
  await put(studio, offer.put, bytes)
  await admitUpload(studio, { id: offer.id })
  await expect(requestGeneration(studio, bob, request)).rejects.toMatchObject({ code: 'not_found' })
  const { id } = await requestGeneration(studio, ada, request)
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject(ended)
  if (side === 64)
    expect(studio.asked[0]?.inputs.map(({ role, picture }) => [role, picture.width])).toEqual([
      ['source', 64],
      ['mask', 64],
    ])
})

describe('a request is refused', () => {
  it("for another's picture as if it were not there", async () => {
    studio = testStudio()
    const id = await upload(studio, bob, { bytes: await pngOf(9) })
    await admitUpload(studio, { id })
    await studio.drain()
    const request = ask({ task: 'image-to-image', inputs: [{ role: 'source', imageId: id }] })
    await expect(requestGeneration(studio, ada, request)).rejects.toMatchObject({ code: 'not_found' })
    await expect(requestGeneration(studio, bob, request)).resolves.toMatchObject({ state: 'queued' })
  })

  it('for a picture that is not ready, saying what would be right', async () => {
    studio = testStudio()
    const [first, second] = [await upload(studio, ada, { bytes: await pngOf(9) }), await upload(studio, ada, { bytes: await pngOf(9) })]
    const from = (imageId: string) => ask({ task: 'image-to-image', inputs: [{ role: 'source', imageId }] })
    await expect(requestGeneration(studio, ada, from(first))).rejects.toThrow('is pending; use it once it is ready')
    for (const id of [first, second]) {
      await admitUpload(studio, { id })
      await studio.drain()
    }
    await expect(requestGeneration(studio, ada, from(second))).rejects.toThrow(`is rejected; use ${first}, which has the same bytes`)
  })

  it('by a rule of the operator, named, before anything is reserved', async () => {
    const moderator = policyModerator({ rules: [{ name: 'no-hills', reason: 'hills are not painted here', words: { en: ['hill'] } }] })
    studio = testStudio({ ports: { moderator } })
    await expect(requestGeneration(studio, ada, ask())).rejects.toMatchObject({
      code: 'content_refused',
      details: { rule: 'no-hills', stage: 'prompt' },
    })
    expect(await spent()).toMatchObject({ microUsd: 0, images: 0 })
  })

  it('by a rule that its parameters break', async () => {
    const moderator = policyModerator({ rules: [{ name: 'no-hills', reason: 'hills are not painted here', words: { en: ['hill'] } }] })
    const tasks = [{ ...DOTS.tasks[0]!, parameters: [{ name: 'searchPrompt', type: 'text' as const, maxLength: 100 }] }]
    studio = testStudio({ ports: { moderator }, models: [{ ...DOTS, tasks }] })
    const hidden = ask({ prompt: 'a dot', parameters: { searchPrompt: 'a hill' } })
    await expect(requestGeneration(studio, ada, hidden)).rejects.toMatchObject({ code: 'content_refused' })
  })

  it('when it would pass a limit, saying what remains and until when', async () => {
    studio = testStudio({ policy: { dayMicroUsd: 100_000 } })
    await requestGeneration(studio, ada, ask({ count: 2 }))
    await expect(requestGeneration(studio, ada, ask())).rejects.toMatchObject({
      code: 'limit_reached',
      details: { limit: 100_000, remaining: 20_000, unit: 'microUsd', period: '2026-11-21', resetsAt: '2026-11-22T00:00:00.000Z' },
    })
    expect((await listGenerations(studio, ada, { limit: 10 })).items).toHaveLength(1)
    await expect(requestGeneration(studio, bob, ask())).resolves.toMatchObject({ state: 'queued' })
  })

  it('while too many of the same person are under way', async () => {
    studio = testStudio({ policy: { maxGenerationsInFlightPerOwner: 2 } })
    for (let at = 0; at < 2; at++) await requestGeneration(studio, ada, ask())
    await expect(requestGeneration(studio, ada, ask())).rejects.toMatchObject({ code: 'throttled' })
    await studio.drain()
    await expect(requestGeneration(studio, ada, ask())).resolves.toMatchObject({ state: 'queued' })
  })

  it('for a retired model, naming its successor, unless the operator lets that one answer', async () => {
    const old = {
      ...DOTS,
      id: 'old-dots',
      name: 'Old Dots',
      lifecycle: { state: 'retired', retiredOn: '2026-01-01', successor: 'dots' } as const,
    }
    studio = testStudio({ models: [DOTS, old], policy: { answerRetiredBySuccessor: false } })
    await expect(requestGeneration(studio, ada, ask({ model: 'old-dots' }))).rejects.toMatchObject({
      code: 'model_retired',
      details: { model: 'old-dots', successor: 'dots' },
    })
    const lenient = studio.with({ policy: { ...studio.policy, answerRetiredBySuccessor: true } })
    expect(await requestGeneration(lenient, ada, ask({ model: 'old-dots' }))).toMatchObject({
      modelId: 'dots',
      adjustments: ['Old Dots is retired, so Dots answered'],
    })
  })
})

it('answers a repeat of an idempotency key with the first generation, even when a new one would be refused', async () => {
  studio = testStudio({ policy: { maxGenerationsInFlightPerOwner: 1, dayImages: 1 } })
  const first = await requestGeneration(studio, ada, ask(), { idempotencyKey: 'k1' })
  const again = await requestGeneration(
    studio,
    ada,
    { count: 1, prompt: 'a red dot on a hill', task: 'text-to-image' },
    { idempotencyKey: 'k1' },
  )
  expect(again.id).toBe(first.id)
  await expect(requestGeneration(studio, ada, ask({ prompt: 'blue' }), { idempotencyKey: 'k1' })).rejects.toMatchObject({
    code: 'conflict',
  })
  await studio.drain()
  expect(studio.asked).toHaveLength(1)
  studio.clock.at += 25 * 3_600_000
  expect((await requestGeneration(studio, ada, ask(), { idempotencyKey: 'k1' })).id).not.toBe(first.id)
})

it('estimates what accepting would reserve, and keeps nothing', async () => {
  studio = testStudio({ policy: { monthMicroUsd: 1_000_000 } })
  expect(await estimateGeneration(studio, ada, ask({ count: 5 }))).toMatchObject({
    microUsd: 200_000,
    images: 5,
    remaining: 1_000_000,
    modelId: 'dots',
  })
  expect(await spent()).toMatchObject({ microUsd: 0 })
  for (let at = 0; at < 3; at++) await requestGeneration(studio, bob, ask())
  expect((await estimateGeneration(studio, ada, ask())).startsAfter).toBe(studio.now() + 1500)
})

it('still makes a generation whose message was lost', async () => {
  studio = testStudio()
  const down = studio.with({
    queues: { ...studio.queues, generation: { ...studio.queues.generation, send: () => Promise.reject(new Error('down')) } },
  })
  const { id } = await requestGeneration(down, ada, ask())
  expect(await studio.drain()).toBe(0)
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'succeeded' })
})

it('shows a refusal with its reason, charges nothing for it and never asks again', async () => {
  studio = testStudio({ invoke: async () => ({ outcome: 'refused', stage: 'output image', reason: 'the model would not' }) })
  const { id, outputs } = await requestGeneration(studio, ada, ask())
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({
    ...{ state: 'refused', chargedMicroUsd: 0, reason: 'content_refused', reasonDetail: 'the model would not', providerCalls: 1 },
  })
  expect(await studio.images.find(outputs[0]!.imageId)).toMatchObject({ state: 'rejected', reason: 'content_refused' })
  expect(studio.asked).toHaveLength(1)
  expect(await spent()).toMatchObject({ microUsd: 0, images: 0 })
})

it('charges only what was made when some are refused', async () => {
  let calls = 0
  studio = testStudio({
    invoke: async (request, signal) => (++calls === 2 ? { outcome: 'refused', stage: 'prompt', reason: 'no' } : paint(request, signal)),
  })
  const { id } = await requestGeneration(studio, ada, ask({ count: 3 }))
  await studio.drain()
  const generation = await getGeneration(studio, ada, id)
  expect(generation).toMatchObject({ state: 'partial', chargedMicroUsd: 80_000 })
  expect(generation.outputs.map(({ state }) => state).sort()).toEqual(['made', 'made', 'refused'])
})

it('takes several pictures of one call, and tells held-back ones apart', async () => {
  studio = testStudio({
    models: [{ ...DOTS, imagesPerCall: 4 }],
    invoke: async (request, signal) => {
      const answer = await paint({ ...request, count: 2 }, signal)
      return answer.outcome === 'made' ? { ...answer, refused: { count: 1, reason: 'held back' } } : answer
    },
  })
  const { id } = await requestGeneration(studio, ada, ask({ count: 3, seed: 5 }))
  await studio.drain()
  const generation = await getGeneration(studio, ada, id)
  expect(studio.asked.map(({ count }) => count)).toEqual([3])
  expect(generation).toMatchObject({ state: 'partial', chargedMicroUsd: 80_000, providerCalls: 1 })
  expect(generation.outputs.map(({ state }) => state)).toEqual(['made', 'made', 'refused'])
})

it('asks a throttling model again inside the run, and waits without an attempt when that is not enough', async () => {
  let calls = 0
  studio = testStudio({
    invoke: async (request, signal) => {
      if (++calls <= 6) throw new StudioError('throttled', 'slow down', { retryAfterSeconds: 1 })
      return paint(request, signal)
    },
  })
  const { id } = await requestGeneration(studio, ada, ask())
  await studio.drain()
  // One try and three retries; then the generation went back to the queue.
  expect(calls).toBe(4)
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'queued', reason: 'throttled', attempts: 0 })
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'succeeded', chargedMicroUsd: 40_000 })
  expect((await getGeneration(studio, ada, id)).reason).toBeUndefined()
})

it('ends after three attempts at a service that stays away, says why, refunds, and sets the message aside', async () => {
  studio = testStudio({ invoke: () => Promise.reject(new StudioError('unavailable', 'the service is away')) })
  const { id, outputs } = await requestGeneration(studio, ada, ask({ count: 2 }))
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({
    state: 'failed',
    reason: 'unavailable',
    reasonDetail: 'the service is away',
    chargedMicroUsd: 0,
  })
  expect(await studio.images.find(outputs[0]!.imageId)).toMatchObject({ state: 'failed', reason: 'unavailable' })
  expect(await studio.queues.generation.depth()).toMatchObject({ waiting: 0, dead: 1 })
  expect(await spent()).toMatchObject({ microUsd: 0, images: 0 })
  // Three attempts, each of one call and three retries per output.
  expect(studio.asked).toHaveLength(24)
})

it('takes a generation up again within a minute when its run broke down, without waiting for the lease', async () => {
  studio = testStudio()
  const { id } = await requestGeneration(studio, ada, ask())
  const down = studio.with({ ledger: { ...studio.ledger, settle: () => Promise.reject(new Error('the database is away')) } })
  await down.drain()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'running', attempts: 1 })
  studio.clock.at += 60_000
  await studio.drain()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'succeeded', attempts: 2, providerCalls: 1 })
})

it('fails at once, for good, on a request that the model says can never work', async () => {
  studio = testStudio({ invoke: () => Promise.reject(new StudioError('invalid_input', 'the prompt is too long for this model')) })
  const { id } = await requestGeneration(studio, ada, ask())
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'failed', reason: 'invalid_input', chargedMicroUsd: 0 })
  expect(studio.asked).toHaveLength(1)
})

it('asks once where asking again may be billed again, and leaves that to the person', async () => {
  let calls = 0
  studio = testStudio({
    invoke: (request, signal) =>
      ++calls === 1 ? Promise.reject(new StudioError('internal', 'it did not answer in time')) : paint(request, signal),
  })
  const { id } = await requestGeneration(studio, ada, ask())
  await studio.settle()
  const ended = { state: 'failed', reason: 'internal', reasonDetail: 'it did not answer in time', chargedMicroUsd: 0, providerCalls: 1 }
  expect(await getGeneration(studio, ada, id)).toMatchObject(ended)
  const again = await retryGeneration(studio, ada, id)
  await studio.settle()
  expect(await getGeneration(studio, ada, again.id)).toMatchObject({ state: 'succeeded', providerCalls: 1 })
})

it('waits for the rate of a model without an attempt', async () => {
  studio = testStudio({ models: [{ ...DOTS, requestsPerMinute: 10 }] })
  const ids = [await requestGeneration(studio, ada, ask()), await requestGeneration(studio, bob, ask())].map(({ id }) => id)
  await studio.drain()
  expect(studio.asked).toHaveLength(1)
  expect(await studio.queues.generation.depth()).toMatchObject({ delayed: 1 })
  await studio.settle()
  for (const id of ids) expect(await studio.generations.find(id)).toMatchObject({ state: 'succeeded', attempts: 1 })
})

it('lets a generation wait its turn for days, but not for ever once a service throttles it', async () => {
  studio = testStudio({ invoke: () => Promise.reject(new StudioError('throttled', 'slow down', { retryAfterSeconds: 1 })) })
  const { id } = await requestGeneration(studio, ada, ask())
  studio.clock.at += 2 * 86_400_000
  await studio.drain()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'queued', reason: 'throttled' })
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'failed', reason: 'throttled', chargedMicroUsd: 0, attempts: 0 })
  expect(await spent()).toMatchObject({ microUsd: 0, images: 0 })
})

it("tells the owner's feed of every change, and nobody else's", async () => {
  studio = testStudio()
  const { id, outputs } = await requestGeneration(studio, ada, ask())
  await studio.drain()
  const { items } = await studio.events.after('ada', 0, 50)
  const of = (subject: string) => items.filter(({ subjectId }) => subjectId === subject).map(({ type }) => type)
  expect(of(id)).toEqual(['generation.queued', 'generation.running', 'generation.output', 'generation.settled'])
  expect(of(outputs[0]!.imageId)).toEqual(['image.step', 'image.ready'])
  expect((await studio.events.after('bob', 0, 50)).items).toEqual([])
})

describe('cancelling', () => {
  it('a waiting generation ends it at once, refunds it and removes its images', async () => {
    studio = testStudio()
    const { id, outputs } = await requestGeneration(studio, ada, ask({ count: 2 }))
    await expect(cancelGeneration(studio, bob, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await cancelGeneration(studio, ada, id)).toMatchObject({ state: 'cancelled', chargedMicroUsd: 0 })
    expect(await cancelGeneration(studio, ada, id)).toMatchObject({ state: 'cancelled' })
    expect(await stateOf(studio, outputs[0]!.imageId)).toBeUndefined()
    await studio.settle()
    expect(studio.asked).toHaveLength(0)
    expect(await spent()).toMatchObject({ microUsd: 0, images: 0 })
  })

  it('a running one abandons the call and keeps what was made before', async () => {
    let calls = 0
    let cancelled: Promise<unknown> | undefined
    studio = testStudio({
      models: [{ ...DOTS, concurrency: 1 }],
      invoke: (request, signal) => {
        if (++calls === 1) return paint(request, signal)
        cancelled = cancelGeneration(studio, ada, id)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    const { id } = await requestGeneration(studio, ada, ask({ count: 3 }))
    await studio.drain()
    await cancelled
    await studio.settle()
    const generation = await getGeneration(studio, ada, id)
    expect(generation).toMatchObject({ state: 'cancelled', chargedMicroUsd: 40_000 })
    expect(generation.outputs.map(({ state }) => state)).toEqual(['made', 'cancelled', 'cancelled'])
    expect(await stateOf(studio, generation.outputs[0]!.imageId)).toBe('ready')
    expect(calls).toBe(2)
  })
})

it('retries only what is missing, with the same settings and seeds, as a new generation', async () => {
  let calls = 0
  studio = testStudio({
    models: [{ ...DOTS, concurrency: 1 }],
    invoke: async (request, signal) => (++calls === 2 ? { outcome: 'refused', stage: 'prompt', reason: 'no' } : paint(request, signal)),
  })
  const { id } = await requestGeneration(studio, ada, ask({ count: 3, seed: 10 }))
  await expect(retryGeneration(studio, ada, id)).rejects.toMatchObject({ code: 'conflict' })
  await studio.drain()
  const again = await retryGeneration(studio, ada, id)
  expect(again.outputs.map(({ seed }) => seed)).toEqual([11])
  expect(again.request.prompt).toBe('a red dot on a hill')
  await studio.drain()
  await expect(retryGeneration(studio, ada, again.id)).rejects.toMatchObject({ code: 'conflict' })
})

it('shows a generation to nobody else', async () => {
  studio = testStudio()
  const { id } = await requestGeneration(studio, ada, ask())
  for (const look of [getGeneration, cancelGeneration, retryGeneration])
    await expect(look(studio, { ...bob, role: 'admin' }, id)).rejects.toMatchObject({ code: 'not_found' })
  expect((await listGenerations(studio, bob, { limit: 10 })).items).toEqual([])
})

it('fails an edit whose source was trashed after it was accepted', async () => {
  studio = testStudio()
  const source = await upload(studio, ada, { bytes: await pngOf(9) })
  await admitUpload(studio, { id: source })
  await studio.drain()
  const { id } = await requestGeneration(studio, ada, ask({ task: 'image-to-image', inputs: [{ role: 'source', imageId: source }] }))
  await trashImage(studio, ada, source)
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'failed', reason: 'gone', chargedMicroUsd: 0 })
  expect(studio.asked).toHaveLength(0)
})

it('adopts a picture that an earlier run stored and crashed before recording, without asking or paying again', async () => {
  studio = testStudio()
  const { id, outputs } = await requestGeneration(studio, ada, ask())
  const imageId = outputs[0]!.imageId
  const update = studio.images.update
  // The first run dies right after the bytes are stored.
  const dying = studio.with({
    images: {
      ...studio.images,
      update: (of, when, change) => (of === imageId ? Promise.reject(new Error('killed')) : update(of, when, change)),
    },
  })
  await dying.drain()
  expect(await stateOf(studio, imageId)).toBe('pending')
  await studio.settle()
  expect(await getGeneration(studio, ada, id)).toMatchObject({ state: 'succeeded', chargedMicroUsd: 40_000, providerCalls: 1 })
  expect(studio.asked).toHaveLength(1)
})
