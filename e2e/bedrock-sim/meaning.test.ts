import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { admitUpload } from '#core/use-cases/admit-upload.ts'
import { countUnembedded, embedLibrary } from '#core/use-cases/embed-library.ts'
import { findByMeaning, similarImages } from '#core/use-cases/find-by-meaning.ts'
import { purgeImage } from '#core/use-cases/purge-image.ts'
import { ada, bob, type TestStudio, testStudio, upload } from '#core/use-cases/studio.contract.ts'
import { trashImage } from '#core/use-cases/trash-image.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { bedrockEmbeddings } from '#models/bedrock/embeddings.ts'
import { type Sim, startBedrockSim } from './sim.ts'

let sim: Sim
let studio: TestStudio
beforeAll(async () => {
  sim = await startBedrockSim()
})
afterAll(() => sim.close())
afterEach(() => studio.close())

const pixels = inProcessPixels({ read: async () => undefined })
const embeddings = (more: { token?: () => string } = {}) =>
  bedrockEmbeddings({ token: () => 'sim-key', ...more, endpoint: sim.url, modelId: 'amazon.titan-embed-image-v1', pixels })
const open = (ports = { embeddings: embeddings() }) => {
  studio = testStudio({ ports })
  return studio
}
const flat = async (background: string, side = 300) =>
  new Uint8Array(
    await sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer(),
  )
const add = async (background: string, { side = 300, who = ada } = {}) => {
  const id = await upload(studio, who, { bytes: await flat(background, side) })
  await admitUpload(studio, { id })
  await studio.drain()
  return id
}
const found = async (words: string, who = ada) => (await findByMeaning(studio, who, { words, limit: 10 })).map(({ id }) => id)

describe('pictures', () => {
  it('are found by what they show, by their owner alone, until they are in the trash or gone', async () => {
    open()
    const [red, blue, redder] = [await add('#dc1e1e'), await add('#2846dc'), await add('#dc1e1e', { side: 280 })]
    await add('#dc1e1e', { who: bob })
    expect(await found('red')).toEqual(expect.arrayContaining([red, redder]))
    expect(await found('red')).toHaveLength(2)
    expect(await found('blue')).toEqual([blue])
    expect((await similarImages(studio, ada, { imageId: red, limit: 5 })).map(({ id }) => id)).toEqual([redder])
    await trashImage(studio, ada, redder)
    expect(await found('red')).toEqual([red])
    await purgeImage(studio, ada, red)
    expect(
      await studio.vectors.nearest({ ownerId: ada.id, space: 'amazon.titan-embed-image-v1' }, new Float32Array(1024).fill(0.03), 9),
    ).toHaveLength(2)
  })

  it('of before the embedding model are found once the operator had their vectors made, what they cost being said first', async () => {
    open()
    for (const { id } of [ada, bob]) await studio.directory.seen({ id, email: `${id}@example.com`, role: 'user', at: studio.now() })
    const before = studio.with({ embeddings: { ...studio.embeddings, isConfigured: false } })
    const addBefore = async (background: string, who = ada) => {
      const id = await upload(before, who, { bytes: await flat(background, 280 + ids.length) })
      ids.push(id)
      await admitUpload(before, { id })
      await before.drain()
      return id
    }
    const ids: string[] = []
    const [red, blue, theirs] = [await addBefore('#dc1e1e'), await addBefore('#2846dc'), await addBefore('#dc1e1e', bob)]
    expect(await found('red')).toEqual([])
    expect(await countUnembedded(studio)).toEqual({ images: 3, missing: 3, microUsd: 180 })

    expect(await embedLibrary(studio, { limit: 1 })).toEqual({ made: 1, failed: 0 })
    expect(await countUnembedded(studio)).toMatchObject({ missing: 2 })
    const made: number[] = []
    expect(await embedLibrary(studio, { limit: 100, onProgress: (done) => void made.push(done) })).toEqual({ made: 2, failed: 0 })
    expect(made).toEqual([1, 2])
    expect([await found('red'), await found('blue'), await found('red', bob)]).toEqual([[red], [blue], [theirs]])
    expect(await embedLibrary(studio, { limit: 100 })).toEqual({ made: 0, failed: 0 })
  })

  it('that cannot be embedded are passed over, and a provider that fails at all of them ends the run', async () => {
    open()
    await studio.directory.seen({ id: ada.id, email: 'ada@example.com', role: 'user', at: studio.now() })
    const before = { ...studio.embeddings, isConfigured: false }
    const silent = studio.with({ embeddings: before })
    for (let side = 300; side < 310; side += 1) {
      const id = await upload(silent, ada, { bytes: await flat('#dc1e1e', side) })
      await admitUpload(silent, { id })
      await silent.drain()
    }
    let asked = 0
    const fault = new StudioError('unavailable', 'not now')
    const oneBad = {
      ...studio.embeddings,
      picture: (...given: Parameters<typeof before.picture>) =>
        ++asked === 3 ? Promise.reject(fault) : studio.embeddings.picture(...given),
    }
    expect(await embedLibrary({ ...studio, embeddings: oneBad }, { limit: 5 })).toEqual({ made: 4, failed: 1 })
    const down = { ...studio.embeddings, picture: () => Promise.reject(fault) }
    studio.vectors.find = async () => undefined
    await expect(embedLibrary({ ...studio, embeddings: down }, { limit: 100 })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('that were there before the embedding model get their vector when they are asked about', async () => {
    open()
    const late = studio.embeddings
    const before = studio.with({ embeddings: { ...late, isConfigured: false } })
    const id = await upload(before, ada, { bytes: await flat('#dc1e1e') })
    await admitUpload(before, { id })
    await before.drain()
    expect(await found('red')).toEqual([])
    expect(await similarImages(studio, ada, { imageId: id, limit: 5 })).toEqual([])
    expect(await found('red')).toEqual([id])
  })

  it('become ready though their vector cannot be made', async () => {
    open({ embeddings: embeddings({ token: () => 'sim-expired' }) })
    const id = await add('#dc1e1e')
    expect(await studio.images.find(id)).toMatchObject({ state: 'ready' })
    expect((await studio.images.find(id))!.dueAt).toBeUndefined()
  })

  it('of other people are not told apart from none', async () => {
    open()
    const id = await add('#dc1e1e')
    await expect(similarImages(studio, bob, { imageId: id, limit: 5 })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('without an embedding model', () => {
  it('both searches say which variable to set', async () => {
    studio = testStudio()
    const id = await add('#dc1e1e')
    const missing = { code: 'unavailable', message: expect.stringContaining('BEDROCK_EMBEDDING_MODEL_ID') }
    await expect(findByMeaning(studio, ada, { words: 'red', limit: 5 })).rejects.toMatchObject(missing)
    await expect(similarImages(studio, ada, { imageId: id, limit: 5 })).rejects.toMatchObject(missing)
  })
})
