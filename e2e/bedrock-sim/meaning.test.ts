import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { admitUpload } from '#core/use-cases/admit-upload.ts'
import { findByMeaning, similarImages } from '#core/use-cases/find-by-meaning.ts'
import { purgeImage } from '#core/use-cases/purge-image.ts'
import { ada, bob, type TestStudio, testStudio, upload } from '#core/use-cases/studio.contract.ts'
import { trashImage } from '#core/use-cases/trash-image.ts'
import { bedrockEmbeddings } from '#models/bedrock/embeddings.ts'
import { type Sim, startBedrockSim } from './sim.ts'

let sim: Sim
let studio: TestStudio
beforeAll(async () => {
  sim = await startBedrockSim()
})
afterAll(() => sim.close())
afterEach(() => studio.close())

const embeddings = (more: { token?: () => string } = {}) =>
  bedrockEmbeddings({ token: () => 'sim-key', ...more, endpoint: sim.url, modelId: 'amazon.titan-embed-image-v1' })
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
