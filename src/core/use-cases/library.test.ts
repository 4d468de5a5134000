import { afterEach, describe, expect, it } from 'vitest'
import type { Image } from '../image.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { admitUpload } from './admit-upload.ts'
import { applyRetention } from './apply-retention.ts'
import { eraseOwner } from './erase-owner.ts'
import { concludeImage } from './finish-image.ts'
import { getImage } from './get-image.ts'
import { imageActivity } from './image-activity.ts'
import { imageLineage } from './image-lineage.ts'
import { listImages } from './list-images.ts'
import { patchImage } from './patch-image.ts'
import { processAgain } from './process-again.ts'
import { purgeImage } from './purge-image.ts'
import { requestGeneration } from './request-generation.ts'
import { requestUpload } from './request-upload.ts'
import { restoreImage } from './restore-image.ts'
import { ada, bob, operator, pngOf, stateOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { sweep } from './sweep.ts'
import { trashImage } from './trash-image.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const DAY = 86_400_000

async function ready(number: number, actor = ada): Promise<Image> {
  const id = await upload(studio, actor, { bytes: await pngOf(number), fileName: `picture ${number}.png` })
  await admitUpload(studio, { id })
  await studio.drain()
  return (await studio.images.find(id))!
}
const titles = async (filter: Partial<Parameters<typeof listImages>[2]>, actor = ada) =>
  (await listImages(studio, actor, { limit: 50, ...filter })).items.map(({ json }) => JSON.parse(json).title)

it('lets nobody but its owner see or touch an image, operators included', async () => {
  studio = testStudio()
  const { id } = await ready(1)
  const as = [bob, operator]
  const deeds = [getImage, imageActivity, imageLineage, trashImage, restoreImage, purgeImage, processAgain]
  for (const actor of as) {
    for (const deed of deeds) await expect(deed(studio, actor, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(patchImage(studio, actor, { id, patch: { title: 'mine' } })).rejects.toMatchObject({ code: 'not_found' })
    expect(await titles({}, actor)).toEqual([])
    expect(await titles({ q: 'picture' }, actor)).toEqual([])
  }
  await expect(getImage(studio, ada, '../../etc/passwd')).rejects.toMatchObject({ code: 'not_found' })
  expect(await getImage(studio, ada, id)).toMatchObject({ state: 'ready' })
})

it('finds images by the words of titles, tags and prompts in three languages, and by filters', async () => {
  studio = testStudio()
  const first = await ready(1)
  await ready(2)
  await patchImage(studio, ada, { id: first.id, patch: { title: '夕焼けの灯台', tags: ['海'], isFavourite: true } })
  await requestGeneration(studio, ada, { task: 'text-to-image', prompt: '一座红色的灯塔 red', count: 1 })
  await studio.drain()
  expect(await titles({ q: '灯台' })).toEqual(['夕焼けの灯台'])
  expect(await titles({ q: '灯塔' })).toEqual(['一座红色的灯塔 red'])
  expect(await titles({ q: 'PICTURE 2.' })).toEqual(['picture 2'])
  expect(await titles({ tag: '海' })).toEqual(['夕焼けの灯台'])
  expect(await titles({ favourite: true })).toEqual(['夕焼けの灯台'])
  expect(await titles({ origin: 'generated' })).toEqual(['一座红色的灯塔 red'])
  expect(await titles({ model: 'dots' })).toEqual(['一座红色的灯塔 red'])
  expect(await titles({ q: 'red', origin: 'upload' })).toEqual([])
  expect(await titles({})).toHaveLength(3)
})

it('lists what is still under way by its state', async () => {
  studio = testStudio()
  await ready(1)
  await requestUpload(studio, ada, { fileName: 'coming.png', contentType: 'image/png', byteLength: 100 })
  expect(await titles({ state: 'pending' })).toEqual(['coming'])
  expect(await titles({ state: 'pending', q: 'other' })).toEqual([])
  expect(await titles({ state: 'ready' })).toEqual(['picture 1'])
})

describe('patching', () => {
  it('needs the revision it was given, and says which one there is', async () => {
    studio = testStudio()
    const { id, revision } = await ready(1)
    const patched = await patchImage(studio, ada, { id, patch: { title: 'one' }, ifRevision: revision })
    expect(patched.title).toBe('one')
    await expect(patchImage(studio, ada, { id, patch: { title: 'two' }, ifRevision: revision })).rejects.toMatchObject({ code: 'conflict' })
    expect(await patchImage(studio, ada, { id, patch: { title: 'three' }, ifRevision: patched.revision })).toMatchObject({ title: 'three' })
  })

  it('reaches the index even when this process dies in between', async () => {
    studio = testStudio()
    const { id } = await ready(1)
    const dying = studio.with({ search: { ...studio.search, put: () => Promise.reject(new Error('killed')) } })
    await expect(patchImage(dying, ada, { id, patch: { title: 'lighthouse' } })).rejects.toThrow('killed')
    expect(await titles({ q: 'lighthouse' })).toEqual([])
    studio.clock.at += DAY / 24
    await sweep(studio, { now: studio.now() })
    expect(await titles({ q: 'lighthouse' })).toEqual(['lighthouse'])
  })

  it('is not forgotten when an earlier ending is concluded at the same moment', async () => {
    studio = testStudio()
    const { id } = await ready(1)
    const ended = (await studio.images.update(id, { from: ['ready'] }, { dueAt: studio.now() }))!
    const dying = studio.with({ search: { ...studio.search, put: () => Promise.reject(new Error('killed')) } })
    const append: typeof studio.events.append = async (ownerId, event) => {
      await expect(patchImage(dying, ada, { id, patch: { title: 'lighthouse' } })).rejects.toThrow('killed')
      return studio.events.append(ownerId, event)
    }
    await concludeImage(studio.with({ events: { ...studio.events, append } }), ended)
    studio.clock.at += DAY / 24
    await sweep(studio, { now: studio.now() })
    expect(await titles({ q: 'lighthouse' })).toEqual(['lighthouse'])
  })

  it('leaves fields alone that it does not name', async () => {
    studio = testStudio()
    const { id } = await ready(1)
    await patchImage(studio, ada, { id, patch: { tags: ['sea'] } })
    expect(await patchImage(studio, ada, { id, patch: { isFavourite: true } })).toMatchObject({
      tags: ['sea'],
      isFavourite: true,
      title: 'picture 1',
    })
  })
})

describe('the trash', () => {
  it('hides an image from lists and search, and gives it back as it was', async () => {
    studio = testStudio()
    const { id } = await ready(1)
    await trashImage(studio, ada, id)
    await trashImage(studio, ada, id)
    expect([await titles({}), await titles({ q: 'picture' }), await titles({ trash: true })]).toEqual([[], [], ['picture 1']])
    expect(await restoreImage(studio, ada, id)).toMatchObject({ state: 'ready', title: 'picture 1' })
    expect([await titles({}), await titles({ q: 'picture' }), await titles({ trash: true })]).toEqual([['picture 1'], ['picture 1'], []])
    await expect(restoreImage(studio, ada, id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is emptied after its days, bytes and all, and not before', async () => {
    studio = testStudio({ policy: { trashDays: 2 } })
    const { id } = await ready(1)
    await trashImage(studio, ada, id)
    studio.clock.at += 1.9 * DAY
    await sweep(studio, { now: studio.now() })
    expect(await stateOf(studio, id)).toBe('trashed')
    studio.clock.at += 0.2 * DAY
    await sweep(studio, { now: studio.now() })
    expect(await stateOf(studio, id)).toBeUndefined()
    for (const prefix of ['originals/', 'renditions/']) expect((await studio.blobs.list(prefix, { limit: 10 })).items).toEqual([])
    expect(await studio.images.totals('ada')).toEqual({ images: 0, bytes: 0 })
  })

  it('stops the work on an image, which goes on when it is restored', async () => {
    studio = testStudio()
    const id = await upload(studio, ada, { bytes: await pngOf(1) })
    await admitUpload(studio, { id })
    await trashImage(studio, ada, id)
    await studio.drain()
    expect(await studio.images.find(id)).toMatchObject({ state: 'trashed', renditions: [] })
    await restoreImage(studio, ada, id)
    await studio.drain()
    expect(await stateOf(studio, id)).toBe('ready')
  })
})

it('wins against the worker when an image is purged in the middle of its processing', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  const makeSet = studio.pixels.makeSet
  const racing = studio.with({
    pixels: {
      ...studio.pixels,
      makeSet: async (source, about) => {
        const set = await makeSet(source, about)
        await purgeImage(studio, ada, id)
        return set
      },
    },
  })
  await racing.drain()
  await studio.settle()
  expect(await stateOf(studio, id)).toBeUndefined()
  for (const prefix of ['originals/', 'renditions/']) expect((await studio.blobs.list(prefix, { limit: 10 })).items).toEqual([])
})

it('tries three times when the machine fails, shows why, and repairs on "process again"', async () => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  let tries = 0
  const broken = studio.with({ pixels: { ...studio.pixels, makeSet: () => Promise.reject(new Error(`no memory, try ${++tries}`)) } })
  await broken.settle()
  expect(tries).toBe(3)
  expect(await studio.images.find(id)).toMatchObject({ state: 'failed', reason: 'processing_failed' })
  expect(await studio.queues.processing.depth()).toMatchObject({ dead: 1, waiting: 0 })
  const lines = await imageActivity(studio, ada, id)
  expect(lines.filter(({ step, outcome }) => step === 'render' && outcome === 'failed')).toHaveLength(3)
  // A stranger's words about memory are for the log, not for people.
  expect(JSON.stringify([lines, await studio.images.find(id)])).not.toContain('no memory')
  await processAgain(studio, ada, id)
  await studio.drain()
  expect(await studio.images.find(id)).toMatchObject({ state: 'ready', attempts: 0 })
})

it('tells where a picture comes from and what was made of it', async () => {
  studio = testStudio()
  const root = await ready(1)
  const edit = async (imageId: string) => {
    const { outputs } = await requestGeneration(studio, ada, { task: 'image-to-image', count: 1, inputs: [{ role: 'source', imageId }] })
    await studio.drain()
    return outputs[0]!.imageId
  }
  const child = await edit(root.id)
  const grandchild = await edit(child)
  const { ancestors } = await imageLineage(studio, ada, grandchild)
  expect(ancestors.map(({ id }) => id)).toEqual([child, root.id])
  expect((await imageLineage(studio, ada, root.id)).children.map(({ id }) => id)).toEqual([child])
  await purgeImage(studio, ada, child)
  expect((await imageLineage(studio, ada, grandchild)).ancestors).toEqual([])
})

it('puts generated pictures past the policy into the trash, favourites and uploads excepted', async () => {
  studio = testStudio({ policy: { deleteGeneratedAfterDays: 7 } })
  const person = await studio.directory.create({ email: 'ada@example.com', role: 'user' })
  const images = (['generated', 'generated', 'upload'] as const).map((origin, at) =>
    imageOf({ ownerId: person.id, origin, isFavourite: at === 1, title: `${origin} ${at}`, createdAt: studio.now() - at, updatedAt: 0 }),
  )
  for (const image of images) {
    await studio.images.insert(image)
    await studio.search.put(image)
  }
  expect(await applyRetention(studio)).toBe(0)
  studio.clock.at += 8 * DAY
  expect(await applyRetention(studio)).toBe(1)
  expect(await Promise.all(images.map(({ id }) => stateOf(studio, id)))).toEqual(['trashed', 'ready', 'ready'])
  expect(await applyRetention(studio.with({ policy: { ...studio.policy, trashDays: 1 } }))).toBe(0)
})

it('erases everything of one person and nothing of another, with a receipt per store', async () => {
  studio = testStudio()
  const mine = await ready(1)
  const theirs = await ready(1, bob)
  await trashImage(studio, ada, (await ready(2)).id)
  await requestGeneration(studio, ada, { task: 'text-to-image', prompt: 'secret plans', count: 2 })
  await expect(eraseOwner(studio, bob, 'ada')).rejects.toMatchObject({ code: 'not_found' })
  const receipt = await eraseOwner(studio, ada, 'ada')
  expect(receipt.stores.map(({ store }) => store)).toEqual([
    'images',
    'albums',
    'inbox',
    'generations',
    'feed',
    'keys',
    'directory',
    'ledger',
    'audit',
    'backups',
  ])
  expect(receipt.stores.find(({ store }) => store === 'generations')).toMatchObject({ removed: 1 })
  await studio.settle()
  expect(await stateOf(studio, mine.id)).toBeUndefined()
  expect((await studio.blobs.list('originals/ada/', { limit: 10 })).items).toEqual([])
  expect((await studio.events.after('ada', 0, 10)).items).toEqual([])
  expect(studio.asked).toEqual([])
  expect(await stateOf(studio, theirs.id)).toBe('ready')
  // Once more is harmless.
  await eraseOwner(studio, operator, 'ada')
})
