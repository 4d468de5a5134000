import { afterEach, expect, it } from 'vitest'
import { admitUpload } from './admit-upload.ts'
import { completeUpload } from './complete-upload.ts'
import { findUpload } from './find-upload.ts'
import { purgeImage } from './purge-image.ts'
import { requestUpload } from './request-upload.ts'
import { signUploadParts } from './sign-upload-parts.ts'
import { ada, bob, pngOf, put, stateOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { sweep } from './sweep.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const png = { fileName: 'Two Cats_1.png', contentType: 'image/png' }

it('offers a signed PUT and keeps a pending image with what was promised', async () => {
  studio = testStudio()
  const offer = await requestUpload(studio, ada, { ...png, byteLength: 1000 })
  expect(offer).toMatchObject({ outcome: 'put', purpose: 'image', put: { method: 'PUT' } })
  const id = offer.outcome === 'put' ? offer.id : ''
  expect(await studio.images.find(id)).toMatchObject({ state: 'pending', title: 'Two Cats 1', byteLength: 1000, ownerId: 'ada' })
})

it('processes bytes that arrive, once, however often the store says so', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1), fileName: 'dot.png' })
  await admitUpload(studio, { id })
  await admitUpload(studio, { id })
  expect(await studio.queues.processing.depth()).toMatchObject({ waiting: 1 })
  await studio.drain()
  const image = await studio.images.find(id)
  expect(image).toMatchObject({ state: 'ready', width: 64, height: 64, format: 'png', attempts: 0 })
  expect(image?.dueAt).toBeUndefined()
  await admitUpload(studio, { id })
  expect(await studio.queues.processing.depth()).toMatchObject({ waiting: 0 })
  const steps = (await studio.images.activity(id)).map(({ step, outcome }) => `${step} ${outcome}`)
  expect(steps).toEqual(['upload done', 'inspect done', 'render done', 'moderate done', 'publish done'])
})

it('admits an upload whose event was lost, when the sweeper looks', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await sweep(studio, { now: studio.now() })
  expect(await stateOf(studio, id)).toBe('pending')
  studio.clock.at += 61_000
  await sweep(studio, { now: studio.now() })
  await studio.drain()
  expect(await stateOf(studio, id)).toBe('ready')
})

it('looks for late bytes again and again until the address ends, and calls no waiting upload repaired', async () => {
  studio = testStudio()
  const offer = await requestUpload(studio, ada, { ...png, byteLength: 1000 })
  const id = offer.outcome === 'put' ? offer.id : ''
  const looks: number[] = []
  for (let minute = 1; (await stateOf(studio, id)) === 'pending'; minute++) {
    studio.clock.at += 60_000
    const { dueAt } = (await studio.images.find(id))!
    const { images } = await sweep(studio, { now: studio.now() })
    if (dueAt! <= studio.now()) looks.push(minute)
    expect(images).toBe((await stateOf(studio, id)) === 'failed' ? 1 : 0)
  }
  expect(looks).toEqual([1, 2, 3, 5, 8, 12, 16])
})

it('fails an upload whose bytes never came, and gives its storage back', async () => {
  studio = testStudio({ policy: { storageBytesPerOwner: 1500 } })
  const offer = await requestUpload(studio, ada, { ...png, byteLength: 1000 })
  await expect(requestUpload(studio, ada, { ...png, byteLength: 1000 })).rejects.toMatchObject({
    code: 'limit_reached',
    details: { limit: 1500, remaining: 500, unit: 'bytes' },
  })
  studio.clock.at += 20 * 60_000
  await sweep(studio, { now: studio.now() })
  const id = offer.outcome === 'put' ? offer.id : ''
  expect(await studio.images.find(id)).toMatchObject({ state: 'failed', reason: 'upload_expired', byteLength: 0 })
  expect(await requestUpload(studio, ada, { ...png, byteLength: 1000 })).toMatchObject({ outcome: 'put' })
})

it('answers bytes that the owner already has with the image, and only the owner', async () => {
  studio = testStudio()
  const bytes = await pngOf(2)
  const id = await upload(studio, ada, { bytes })
  await admitUpload(studio, { id })
  await studio.drain()
  const sha256 = (await studio.images.find(id))!.sha256!
  expect(await requestUpload(studio, ada, { ...png, byteLength: bytes.byteLength, sha256 })).toMatchObject({
    outcome: 'existing',
    image: { id },
  })
  expect(await requestUpload(studio, bob, { ...png, byteLength: bytes.byteLength, sha256 })).toMatchObject({ outcome: 'put' })
})

it('rejects a duplicate that is noticed late, names the first, and keeps none of its bytes', async () => {
  studio = testStudio()
  const [first, second] = [await upload(studio, ada, { bytes: await pngOf(3) }), await upload(studio, ada, { bytes: await pngOf(3) })]
  const others = await upload(studio, bob, { bytes: await pngOf(3) })
  for (const id of [first, second, others]) await admitUpload(studio, { id })
  await studio.drain()
  const states = await Promise.all([first, second].map((id) => studio.images.find(id)))
  const rejected = states.find((image) => image?.state === 'rejected')
  const kept = states.find((image) => image?.state === 'ready')
  expect(rejected).toMatchObject({ reason: 'duplicate', duplicateOf: kept?.id, byteLength: 0 })
  expect((await studio.blobs.list(`originals/ada/${rejected!.id}/`, { limit: 10 })).items).toEqual([])
  expect(await stateOf(studio, others)).toBe('ready')
})

it('lets the same bytes in again after the first copy failed', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(4) })
  await admitUpload(studio, { id })
  await studio.drain()
  await studio.images.update(id, { from: ['ready'] }, { state: 'failed', reason: 'internal' })
  const again = await upload(studio, ada, { bytes: await pngOf(4) })
  await admitUpload(studio, { id: again })
  await studio.drain()
  expect(await stateOf(studio, again)).toBe('ready')
})

it('refuses types, sizes and hashes that can never work before anything is signed', async () => {
  studio = testStudio({ policy: { maxUploadBytes: 5000 } })
  await expect(requestUpload(studio, ada, { ...png, contentType: 'image/svg+xml', byteLength: 10 })).rejects.toMatchObject({
    code: 'unsupported_type',
  })
  await expect(requestUpload(studio, ada, { ...png, byteLength: 5001 })).rejects.toMatchObject({
    code: 'too_large',
    details: { limit: 5000 },
  })
  expect(await studio.images.totals('ada')).toEqual({ images: 0, bytes: 0 })
})

it('fails what is no picture with the reason and never tries it twice', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>') })
  await admitUpload(studio, { id })
  await studio.settle()
  const image = await studio.images.find(id)
  expect(image).toMatchObject({ state: 'failed', attempts: 1 })
  expect(['unsupported_type', 'invalid_input']).toContain(image?.reason)
  expect(image?.reasonDetail).toMatch(/\w/)
})

it('rejects bytes that are not as many as promised, and removes them', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(5) })
  const stat = studio.blobs.stat
  const lying = studio.with({ blobs: { ...studio.blobs, stat: async (key) => ({ ...(await stat(key))!, byteLength: 3 }) } })
  await admitUpload(lying, { id })
  expect(await studio.images.find(id)).toMatchObject({ state: 'rejected', reason: 'invalid_input' })
  expect((await studio.blobs.list('originals/ada/', { limit: 10 })).items).toEqual([])
})

it('takes a large file in parts that can be resumed, and admits it once complete', async () => {
  studio = testStudio()
  const offer = await requestUpload(studio, ada, { ...png, byteLength: 20 * 1024 * 1024 })
  if (offer.outcome !== 'parts') throw new Error(offer.outcome)
  expect(offer).toMatchObject({ partSize: 8 * 1024 * 1024, partCount: 3 })
  const { id } = offer
  await expect(signUploadParts(studio, ada, { id, numbers: [4] })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(signUploadParts(studio, bob, { id, numbers: [1] })).rejects.toMatchObject({ code: 'not_found' })
  for (const part of await signUploadParts(studio, ada, { id, numbers: [1, 2] })) await put(studio, part, new Uint8Array(offer.partSize))
  expect((await findUpload(studio, ada, id)).parts).toHaveLength(2)
  await expect(completeUpload(studio, ada, { id, parts: [] })).rejects.toMatchObject({ code: 'invalid_input' })
  const [last] = await signUploadParts(studio, ada, { id, numbers: [3] })
  await put(studio, last!, new Uint8Array(4 * 1024 * 1024))
  const { parts } = await findUpload(studio, ada, id)
  const image = await completeUpload(studio, ada, { id, parts })
  expect(image).toMatchObject({ id, state: 'processing', byteLength: 20 * 1024 * 1024 })
  expect(await completeUpload(studio, ada, { id, parts })).toMatchObject({ id })
})

it('ends a multi-part upload that was never completed after its week, parts included', async () => {
  studio = testStudio()
  const offer = await requestUpload(studio, ada, { ...png, byteLength: 20 * 1024 * 1024 })
  if (offer.outcome !== 'parts') throw new Error(offer.outcome)
  const [part] = await signUploadParts(studio, ada, { id: offer.id, numbers: [1] })
  await put(studio, part!, new Uint8Array(offer.partSize))
  const { upload: record } = await findUpload(studio, ada, offer.id)
  studio.clock.at += 8 * 86_400_000
  await studio.settle()
  expect(await stateOf(studio, offer.id)).toBe('failed')
  expect(await studio.uploads.parts({ key: record.key, session: record.session! })).toEqual([])
  expect(await studio.uploads.find(offer.id)).toBeUndefined()
})

it('keeps a mask for a day and no image for it', async () => {
  studio = testStudio()
  const bytes = await pngOf(7)
  const offer = await requestUpload(studio, ada, { ...png, byteLength: bytes.byteLength, purpose: 'mask' })
  if (offer.outcome !== 'put') throw new Error(offer.outcome)
  await put(studio, offer.put, bytes)
  await admitUpload(studio, { id: offer.id })
  expect(await studio.uploads.find(offer.id)).toMatchObject({ state: 'arrived', purpose: 'mask' })
  expect(await studio.images.find(offer.id)).toBeUndefined()
  studio.clock.at += 25 * 3_600_000
  await sweep(studio, { now: studio.now() })
  expect(await studio.uploads.find(offer.id)).toBeUndefined()
  expect((await studio.blobs.list('inbox/ada/', { limit: 10 })).items).toEqual([])
})

it('bounds masks by size and by what a day holds of them, since they count as no storage', async () => {
  studio = testStudio()
  const mask = (byteLength: number, actor = ada) => requestUpload(studio, actor, { ...png, byteLength, purpose: 'mask' })
  const largest = 16 * 1024 ** 2
  await expect(mask(largest + 1)).rejects.toMatchObject({ code: 'too_large', details: { limit: largest } })
  for (let sent = 0; sent < 512; sent += 16) expect((await mask(largest)).outcome).toBe('put')
  await expect(mask(1000)).rejects.toMatchObject({ code: 'throttled', message: expect.stringContaining('512 MiB') })
  expect((await mask(1000, bob)).outcome).toBe('put')
  expect((await requestUpload(studio, ada, { ...png, byteLength: 1000 })).outcome).toBe('put')
  studio.clock.at += 24 * 3_600_000
  for (let sent = 0; sent < 512; sent += 16) await mask(largest)
  await expect(mask(largest)).rejects.toMatchObject({ code: 'throttled' })
})

it('leaves no bytes behind when they come for an image that was purged meanwhile', async () => {
  studio = testStudio()
  const bytes = await pngOf(8)
  const offer = await requestUpload(studio, ada, { ...png, byteLength: bytes.byteLength })
  if (offer.outcome !== 'put') throw new Error(offer.outcome)
  await purgeImage(studio, ada, offer.id)
  await put(studio, offer.put, bytes)
  await admitUpload(studio, { id: offer.id })
  expect((await studio.blobs.list('originals/ada/', { limit: 10 })).items).toEqual([])

  const unnoticed = await requestUpload(studio, ada, { ...png, byteLength: bytes.byteLength })
  if (unnoticed.outcome !== 'put') throw new Error(unnoticed.outcome)
  await purgeImage(studio, ada, unnoticed.id)
  await put(studio, unnoticed.put, bytes)
  await studio.settle()
  expect((await studio.blobs.list('originals/ada/', { limit: 10 })).items).toEqual([])
})

it('slows a client that begins uploads without end', async () => {
  studio = testStudio()
  const begin = () => requestUpload(studio, ada, { ...png, byteLength: 10 })
  for (let begun = 0; begun < 2000; begun++) await studio.rates.take('uploads/ada', { perMinute: 1200, burst: 2000, now: studio.now() })
  await expect(begin()).rejects.toMatchObject({ code: 'throttled', details: { retryAfterSeconds: 1 } })
})
