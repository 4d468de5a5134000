import { afterEach, describe, expect, it } from 'vitest'
import { filesInZip } from '#imaging/fixtures/read-zip.ts'
import { inboxPrefix } from '../ports/blobs.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { admitUpload } from './admit-upload.ts'
import { createAlbum } from './create-album.ts'
import { eraseOwner } from './erase-owner.ts'
import { findUpload } from './find-upload.ts'
import { getExport, openExport } from './get-export.ts'
import { makeExport } from './make-export.ts'
import { requestExport } from './request-export.ts'
import { requestGeneration } from './request-generation.ts'
import { ada, bob, pngOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { sweep } from './sweep.ts'
import { trashImage } from './trash-image.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

async function ready(fileName: string, number: number, actor = ada): Promise<string> {
  const id = await upload(studio, actor, { bytes: await pngOf(number), fileName })
  await admitUpload(studio, { id })
  await studio.drain()
  return id
}
const claimIn = (url: string) => {
  const { pathname, searchParams } = new URL(url)
  const [exp, kid, sig] = ['exp', 'kid', 'sig'].map((name) => searchParams.get(name)!)
  return { id: pathname.split('/')[4]!, exp: Number(exp), kid: kid!, sig: sig! }
}
async function archive(id: string, actor = ada): Promise<Map<string, Uint8Array>> {
  const { url } = await getExport(studio, actor, id)
  const { body } = await openExport(studio, claimIn(url!))
  return filesInZip(new Uint8Array(await new Response(body as BodyInit).arrayBuffer()))
}
const jsonLines = (bytes: Uint8Array | undefined) =>
  new TextDecoder()
    .decode(bytes)
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

it('holds every original byte for byte, every record, and nothing of another person', async () => {
  studio = testStudio()
  const [mine, trashed] = [await ready('山/..\\"evil" .png', 1), await ready('old.png', 2)]
  await trashImage(studio, ada, trashed)
  await ready('secret.png', 3, bob)
  await requestGeneration(studio, ada, { task: 'text-to-image', prompt: 'a hill at dawn', count: 1 })
  await studio.drain()
  await createAlbum(studio, ada, { title: '京都', imageIds: [mine] })
  const { id, state } = await requestExport(studio, ada)
  expect([state, (await getExport(studio, ada, id)).state]).toEqual(['running', 'running'])
  await studio.drain()

  expect(await getExport(studio, ada, id)).toMatchObject({
    state: 'ready',
    expiresAt: studio.clock.at + DAY,
    byteLength: expect.any(Number),
  })
  const files = await archive(id)
  const images = jsonLines(files.get('images.jsonl'))
  expect(images.map((image) => image.id)).toEqual(expect.arrayContaining([mine, trashed]))
  expect(images).toHaveLength(3)
  for (const image of images) expect(files.has(image.file)).toBe(true)
  const first = images.find((image) => image.id === mine)
  expect(first).toMatchObject({
    createdAt: '2026-11-21T12:00:00.000Z',
    history: expect.arrayContaining([expect.objectContaining({ step: 'inspect' })]),
  })
  expect(first.file).not.toMatch(/\.\.|\\|"|\/.*\//)
  expect(Buffer.from(files.get(first.file)!).equals(await pngOf(1))).toBe(true)
  expect(jsonLines(files.get('generations.jsonl'))).toMatchObject([{ request: { prompt: 'a hill at dawn' }, state: 'succeeded' }])
  expect(jsonLines(files.get('albums.jsonl'))).toMatchObject([{ title: '京都', imageIds: [mine] }])
  expect(new TextDecoder().decode(files.get('readme.txt'))).toContain('images.jsonl')
  const said = [...files].map(([name, bytes]) => (name.startsWith('originals/') ? name : new TextDecoder().decode(bytes))).join('\n')
  for (const inside of ['secret', 'bob', 'blobVersion', 'dueAt', 'fence']) expect(said).not.toContain(inside)
})

it('is the export of its owner alone, under an address that ends', async () => {
  studio = testStudio()
  const { id } = await requestExport(studio, ada)
  await studio.drain()
  const claim = claimIn((await getExport(studio, ada, id)).url!)
  await expect(getExport(studio, bob, id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(getExport(studio, ada, '../x')).rejects.toMatchObject({ code: 'not_found' })
  await expect(findUpload(studio, ada, id)).rejects.toMatchObject({ code: 'not_found' })
  const other = await requestExport(studio, bob)
  const forged = [
    { ...claim, exp: claim.exp + 1 },
    { ...claim, id: other.id },
    { ...claim, sig: claim.sig.replace(/^./, '-') },
    { ...claim, kid: 'x' },
  ]
  for (const wrong of forged) await expect(openExport(studio, wrong)).rejects.toMatchObject({ code: 'not_found' })
  studio.clock.at += HOUR
  await expect(openExport(studio, claim)).rejects.toMatchObject({ code: 'gone' })
  expect((await archive(id)).has('readme.txt')).toBe(true)
})

it('is kept for a day, then swept with its bytes', async () => {
  studio = testStudio()
  const { id } = await requestExport(studio, ada)
  await studio.drain()
  studio.clock.at += DAY + 1
  await expect(getExport(studio, ada, id)).rejects.toMatchObject({ code: 'not_found' })
  await sweep(studio, { now: studio.clock.at })
  expect((await studio.blobs.list('inbox/ada/', { limit: 9 })).items).toEqual([])
  expect(await studio.uploads.find(id)).toBeUndefined()
})

describe('after trouble', () => {
  it('is made by the next attempt when one fails, and holds everything', async () => {
    studio = testStudio()
    const image = await ready('a.png', 1)
    let failures = 2
    const open: typeof studio.blobs.open = (...args) =>
      args[0].includes(image) && failures-- > 0 ? Promise.reject(new Error('disk')) : studio.blobs.open(...args)
    const shaky = studio.with({ blobs: { ...studio.blobs, open } })
    const { id } = await requestExport(shaky, ada)
    for (let tries = 0; tries < 3; tries++) {
      await shaky.drain()
      studio.clock.at += MINUTE
    }
    expect((await getExport(studio, ada, id)).state).toBe('ready')
    expect([...(await archive(id)).keys()].filter((name) => name.startsWith('originals/'))).toHaveLength(1)
  })

  it('is said to have failed after the last attempt, and leaves nothing half-made', async () => {
    studio = testStudio()
    await ready('a.png', 1)
    const broken = studio.with({ blobs: { ...studio.blobs, open: () => Promise.reject(new Error('disk')) } })
    const { id } = await requestExport(broken, ada)
    for (let tries = 0; tries < 4; tries++) {
      await broken.drain()
      studio.clock.at += MINUTE
    }
    expect(await getExport(studio, ada, id)).toMatchObject({ state: 'failed' })
    expect(await studio.queues.processing.depth()).toMatchObject({ waiting: 0, delayed: 0, inFlight: 0, dead: 1 })
    expect((await studio.blobs.list('inbox/ada/', { limit: 9 })).items).toEqual([])
  })

  it('is adopted when it was stored by a process that died before it could say so', async () => {
    studio = testStudio()
    const { id } = await requestExport(studio, ada)
    const dying = { ...studio, uploads: { ...studio.uploads, arrive: () => Promise.reject(new Error('killed')) } }
    await expect(makeExport(dying, id)).rejects.toThrow('killed')
    await studio.drain()
    expect((await getExport(studio, ada, id)).state).toBe('ready')
  })

  it('is said to have failed when every worker that took it died', async () => {
    studio = testStudio()
    const { id } = await requestExport(studio, ada)
    for (let deaths = 0; deaths < 3; deaths++) {
      const [message] = await studio.queues.processing.receive({ max: 1, visibilitySeconds: 60, waitSeconds: 0 })
      await studio.queues.processing.extend(message!, 0)
    }
    await studio.drain()
    expect((await getExport(studio, ada, id)).state).toBe('failed')
  })

  it('is said to have failed when its message was lost', async () => {
    studio = testStudio()
    const { id } = await requestExport(studio, ada)
    const [message] = await studio.queues.processing.receive({ max: 1, visibilitySeconds: 9, waitSeconds: 0 })
    await studio.queues.processing.remove(message!)
    studio.clock.at += 7 * HOUR
    await sweep(studio, { now: studio.clock.at })
    expect((await getExport(studio, ada, id)).state).toBe('failed')
  })

  it('promises nothing when the queue does not take it', async () => {
    studio = testStudio()
    const down = { ...studio.queues.processing, send: () => Promise.reject(new Error('down')) }
    await expect(requestExport({ ...studio, queues: { ...studio.queues, processing: down } }, ada)).rejects.toThrow('down')
    expect(await studio.uploads.listExpired(studio.clock.at + DAY, 9)).toEqual([])
  })

  it('leaves no bytes of a person who erased themselves while it was made', async () => {
    studio = testStudio()
    const person = await studio.directory.create({ email: 'eve@example.com', role: 'user' })
    const eve = { ...ada, id: person.id }
    await studio.images.insert(imageOf({ ownerId: eve.id }))
    const { id } = await requestExport(studio, eve)
    const zip: typeof studio.zip = (entries) =>
      studio.zip(
        (async function* () {
          yield* entries
          await eraseOwner(studio, eve, eve.id)
        })(),
      )
    await makeExport({ ...studio, zip }, id)
    expect((await studio.blobs.list(inboxPrefix(eve.id, id), { limit: 9 })).items).toEqual([])
    expect((await getExport(studio, eve, id)).state).toBe('failed')
  })
})

it('is made three times in a row, then every eight hours, so that no more than six ever lie there', async () => {
  studio = testStudio()
  for (let asked = 0; asked < 3; asked++) await requestExport(studio, ada)
  await expect(requestExport(studio, ada)).rejects.toMatchObject({ code: 'throttled' })
  expect((await requestExport(studio, bob)).state).toBe('running')
  let granted = 3
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    studio.clock.at += 10 * MINUTE
    granted += await requestExport(studio, ada).then(
      () => 1,
      () => 0,
    )
  }
  expect(granted).toBe(6)
})
