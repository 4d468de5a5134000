import { afterEach, expect, it } from 'vitest'
import { StudioError } from '../errors.ts'
import type { GenerationRequest } from '../generation.ts'
import { awaitGeneration, awaitImage } from './await-generation.ts'
import { ingestImage, ingestMask, type PictureFile } from './ingest-picture.ts'
import { requestGeneration } from './request-generation.ts'
import { ada, bob, paint, pngOf, type TestStudio, testStudio } from './studio.contract.ts'
import { trashImage } from './trash-image.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const DOT: GenerationRequest = { task: 'text-to-image', prompt: 'a red dot', count: 2 }
const patient = { timeoutMs: 60_000 }
const png = async (number = 1) => ({ fileName: 'a.png', contentType: 'image/png', bytes: await pngOf(number) })

it('waits until every picture is ready, and shows each once as it comes', async () => {
  studio = testStudio()
  const { id, outputs } = await requestGeneration(studio, ada, DOT)
  const shown: string[] = []
  const waiting = awaitGeneration(studio, ada, { id, ...patient, onReady: async (image) => void shown.push(`${image.id} ${image.state}`) })
  await studio.drain()
  const { outcome, generation, images } = await waiting
  expect([outcome, generation.state, images.map(({ state }) => state)]).toEqual(['settled', 'succeeded', ['ready', 'ready']])
  expect(shown.toSorted()).toEqual(outputs.map(({ imageId }) => `${imageId} ready`).toSorted())
})

it('says when the service did not take it, and leaves it queued', async () => {
  const busy = () => Promise.reject(new StudioError('throttled', 'too often', { retryAfterSeconds: 1 }))
  studio = testStudio({ invoke: busy })
  const { id } = await requestGeneration(studio, ada, DOT)
  await studio.drain()
  const { outcome, generation } = await awaitGeneration(studio, ada, { id, ...patient })
  expect([outcome, generation.state, generation.reason]).toEqual(['given back', 'queued', 'throttled'])
})

it('cancels nothing when patience ends, by time or by signal', async () => {
  studio = testStudio()
  const { id } = await requestGeneration(studio, ada, DOT)
  expect((await awaitGeneration(studio, ada, { id, timeoutMs: 0 })).outcome).toBe('waiting')
  expect((await awaitGeneration(studio, ada, { id, ...patient, signal: AbortSignal.abort() })).outcome).toBe('waiting')
  await studio.drain()
  expect((await awaitGeneration(studio, ada, { id, timeoutMs: 0 })).outcome).toBe('settled')
})

it("finds nothing of another person's", async () => {
  studio = testStudio()
  const { id, outputs } = await requestGeneration(studio, ada, DOT)
  await expect(awaitGeneration(studio, bob, { id, timeoutMs: 0 })).rejects.toMatchObject({ code: 'not_found' })
  await expect(awaitImage(studio, bob, { id: outputs[0]!.imageId, timeoutMs: 0 })).rejects.toMatchObject({ code: 'not_found' })
})

/** Takes a file in while this test is the worker: works the queues between the steps of the call until it ends. */
const ingest = async (file: PictureFile) => {
  const call = ingestImage(studio, ada, file, patient)
  let isOver = false
  const over = () => void (isOver = true)
  call.then(over, over)
  while (!isOver) {
    await studio.drain()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return call
}

it('takes a picture in as an upload, once', async () => {
  studio = testStudio()
  const first = await ingest(await png())
  expect(first).toMatchObject({ state: 'ready', origin: 'upload', ownerId: 'ada', width: 64, title: 'a' })
  expect((await ingest(await png())).id).toBe(first.id)
  await trashImage(studio, ada, first.id)
  expect(await ingest(await png())).toMatchObject({ id: first.id, state: 'ready' })
})

it('says why a picture cannot be used, and honours the limits of an upload', async () => {
  studio = testStudio({ policy: { maxUploadBytes: 2000, storageBytesPerOwner: 1000 } })
  const bytes = new Uint8Array(900).fill(7)
  const damaged = ingest({ fileName: 'a.png', contentType: 'image/png', bytes })
  await expect(damaged).rejects.toMatchObject({ code: 'unsupported_type' })
  const file = (size: number) => ({ fileName: 'b.png', contentType: 'image/png', bytes: new Uint8Array(size) })
  await expect(ingestImage(studio, ada, file(2001), patient)).rejects.toMatchObject({ code: 'too_large' })
  await expect(ingestImage(studio, ada, file(1500), patient)).rejects.toMatchObject({ code: 'limit_reached' })
})

it('takes a mask in as an upload that has arrived', async () => {
  studio = testStudio()
  const id = await ingestMask(studio, ada, await png(0xffffff))
  expect(await studio.uploads.find(id)).toMatchObject({ purpose: 'mask', state: 'arrived', ownerId: 'ada' })
})

it('knows a repeat by its fingerprint where ids differ', async () => {
  studio = testStudio({ invoke: paint })
  const ask = (prompt: string, fingerprint: string) =>
    requestGeneration(studio, ada, { ...DOT, prompt }, { idempotencyKey: 'k', fingerprint })
  const first = await ask('a red dot', 'f-1')
  expect(first.fingerprint).toBe('f-1')
  expect((await ask('with another id inside', 'f-1')).id).toBe(first.id)
  await expect(ask('a red dot', 'f-2')).rejects.toMatchObject({ code: 'conflict' })
})
