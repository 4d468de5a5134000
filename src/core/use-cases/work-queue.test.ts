import { afterEach, expect, it } from 'vitest'
import { admitUpload } from './admit-upload.ts'
import { processMessage } from './process-message.ts'
import { recordStoreMetrics } from './record-store-metrics.ts'
import { redriveDeadLetters } from './redrive-dead-letters.ts'
import { requestGeneration } from './request-generation.ts'
import { ada, bob, DOTS, pngOf, stateOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { usage } from './usage.ts'
import { workQueue } from './work-queue.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const ask = { task: 'text-to-image' as const, prompt: 'a dot', count: 2 }

/** A shuffle that every run does alike. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const rest = [...items]
  let state = seed
  return items.map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return rest.splice(state % rest.length, 1)[0]!
  })
}

it.each([1, 2, 3])(
  'makes each picture once and charges it once when every message comes twice, in any order, side by side (%i)',
  async (seed) => {
    studio = testStudio({ models: [{ ...DOTS, concurrency: 4 }] })
    const uploads = []
    for (let number = 0; number < 4; number++) {
      const id = await upload(studio, ada, { bytes: await pngOf(number) })
      await admitUpload(studio, { id })
      uploads.push(id)
    }
    const generations = [await requestGeneration(studio, ada, ask), await requestGeneration(studio, bob, ask)]
    for (let round = 0; round < 10; round++) {
      const received = await Promise.all(
        Object.values(studio.queues).map((queue) => queue.receive({ max: 10, visibilitySeconds: 60, waitSeconds: 0 })),
      )
      const twice = shuffled([...received.flat(), ...received.flat()], seed + round)
      await Promise.all(twice.map((message) => processMessage(studio, message, { bootId: 'boot-1' })))
    }
    await studio.settle()
    for (const id of uploads) expect(await stateOf(studio, id)).toBe('ready')
    for (const { id, outputs } of generations) {
      expect(await studio.generations.find(id)).toMatchObject({ state: 'succeeded', chargedMicroUsd: 80_000, providerCalls: 2 })
      for (const { imageId } of outputs) expect(await stateOf(studio, imageId)).toBe('ready')
    }
    expect(studio.asked).toHaveLength(4)
    for (const who of [ada, bob]) expect((await usage(studio, who))[0]).toMatchObject({ microUsd: 80_000, images: 2 })
    for (const queue of Object.values(studio.queues))
      expect(await queue.depth()).toMatchObject({ waiting: 0, delayed: 0, inFlight: 0, dead: 0 })
  },
)

it('works off 10,000 messages that wait at the start, a bounded number at once, and stops when told', async () => {
  studio = testStudio()
  const ids: string[] = []
  for (let number = 0; number < 20; number++) {
    const id = await upload(studio, ada, { bytes: await pngOf(number) })
    await admitUpload(studio, { id })
    ids.push(id)
  }
  // Most messages of a long line are about work that is done or gone by the time they are read.
  for (let sent = 20; sent < 10_000; sent++) {
    const imageId = sent % 2 === 0 ? ids[sent % 20]! : studio.newId()
    await studio.queues.processing.send({ kind: 'process', imageId }, { ownerId: sent % 3 === 0 ? 'bob' : 'ada' })
  }
  expect(await studio.queues.processing.depth()).toMatchObject({ waiting: 10_000 })
  let [now, most] = [0, 0]
  const { inspect } = studio.pixels
  const watched = studio.with({
    pixels: {
      ...studio.pixels,
      inspect: async (...about) => {
        most = Math.max(most, ++now)
        return inspect(...about).finally(() => now--)
      },
    },
  })
  const stop = new AbortController()
  const working = workQueue(watched, { queue: 'processing', concurrency: 4, bootId: 'boot-1', signal: stop.signal })
  await expect
    .poll(async () => studio.queues.processing.depth(), { timeout: 25_000, interval: 100 })
    .toMatchObject({ waiting: 0, delayed: 0, inFlight: 0 })
  stop.abort()
  await working
  for (const id of ids) expect(await stateOf(studio, id)).toBe('ready')
  expect(most).toBeLessThanOrEqual(4)
})

it('goes on after the queue or a message failed, and logs it', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  const said: string[] = []
  const { receive } = studio.queues.processing
  let receives = 0
  const flaky = studio.with({
    telemetry: { ...studio.telemetry, log: (_level, message) => void said.push(message) },
    queues: {
      ...studio.queues,
      processing: { ...studio.queues.processing, receive: (how) => (++receives === 1 ? Promise.reject(new Error('away')) : receive(how)) },
    },
  })
  const stop = new AbortController()
  const working = workQueue(flaky, { queue: 'processing', concurrency: 1, bootId: 'boot-1', signal: stop.signal })
  await expect.poll(() => stateOf(studio, id), { timeout: 10_000 }).toBe('ready')
  stop.abort()
  await working
  expect(said).toContain('receiving failed')
})

it('ends an image that kills its worker every time, instead of trying for ever', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  // A worker that dies leaves its attempt counted and its message to come again.
  const dying = studio.with({ workflows: { run: () => Promise.reject(new Error('killed')) } })
  for (let boot = 0; boot < 3; boot++) {
    const [message] = await studio.queues.processing.receive({ max: 1, visibilitySeconds: 60, waitSeconds: 0 })
    await expect(processMessage(dying, message!, { bootId: `boot-${boot}` })).rejects.toThrow('killed')
    studio.clock.at += 61_000
  }
  await studio.drain()
  expect(await studio.images.find(id)).toMatchObject({ state: 'failed', reason: 'processing_failed' })
  expect(await studio.queues.processing.depth()).toMatchObject({ dead: 1 })
})

it('gives dead letters another three attempts when an operator redrives them', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  await studio.with({ pixels: { ...studio.pixels, makeSet: () => Promise.reject(new Error('no memory')) } }).settle()
  expect(await stateOf(studio, id)).toBe('failed')
  expect(await redriveDeadLetters(studio, 'processing', 10)).toBe(1)
  await studio.drain()
  expect(await stateOf(studio, id)).toBe('ready')
  expect(await studio.queues.processing.depth()).toMatchObject({ dead: 0, waiting: 0 })
})

it('tells what the stores hold, byte for byte, and keeps the count', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  await studio.drain()
  const gauges = new Map<string, number>()
  const watched = studio.with({
    telemetry: { ...studio.telemetry, gauge: (name, value, of) => void gauges.set(`${name} ${Object.values(of ?? {})}`, value) },
  })
  const totals = await recordStoreMetrics(watched)
  const image = (await studio.images.find(id))!
  expect(totals.originals).toMatchObject({ objects: 1, bytes: image.byteLength })
  expect(totals.renditions).toMatchObject({
    objects: image.renditions.length,
    bytes: image.renditions.reduce((sum, { byteLength }) => sum + byteLength, 0),
  })
  expect(gauges.get('bucket_size_bytes originals')).toBe(image.byteLength)
  expect(gauges.get('queue_waiting processing')).toBe(0)
  expect(await studio.settings.get('totals/originals')).toMatchObject({ objects: 1 })
})
