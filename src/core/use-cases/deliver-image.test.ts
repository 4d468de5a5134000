import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fsBlobs } from '#local/fs-blobs.ts'
import { localPorts } from '#local/studio.ts'
import { tieredDerivatives } from '#local/tiered-derivatives.ts'
import type { Image, Rendition } from '../image.ts'
import { originalKey, renditionKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { Pixels } from '../ports/pixels.ts'
import { bytesOf, imageOf, textOf } from '../ports/samples.contract.ts'
import { deliverImage, deliverOriginal } from './deliver-image.ts'

const base = localPorts(':memory:')
afterAll(() => base.close())
const rendition = (canonical: string, width: number, height: number): Rendition => ({
  ...{ canonical, format: canonical.split('.')[1]!, width, height, byteLength: 9 },
})
const mezzanine = rendition('v1/mezzanine.jpeg', 1600, 1200)

/** A studio that tells what its makers were asked for, and one image in it. */
async function studioWith(more: Partial<Image> = {}) {
  const asked: Parameters<Pixels['transform']>[] = []
  const pixels = {
    ...base.pixels,
    transform: async (...call: Parameters<Pixels['transform']>) => {
      asked.push(call)
      return { bytes: bytesOf(call[0].key), contentType: `image/${call[1].format}` }
    },
  }
  const dir = mkdtempSync(join(tmpdir(), 'genzo-deliver-'))
  const derivatives = tieredDerivatives({ dir, blobs: fsBlobs({ dir }), memoryBytes: 1e6, diskBytes: 1e6, makers: 2 })
  const models = { find: async () => ({ name: 'Painter', isProcedural: false }) } as unknown as Ports['models']
  const image = imageOf({
    ownerId: 'ada',
    width: 4000,
    height: 3000,
    renditions: [mezzanine, rendition('v1/w2048.webp', 2048, 1536)],
    ...more,
  })
  const ports = { ...base, pixels, derivatives, models }
  await ports.images.insert(image)
  return { ports, image, asked, mezzanineKey: renditionKey(image.id, mezzanine.canonical), original: originalKey('ada', image.id) }
}

describe('delivering an image', () => {
  it.each([
    ['v1/w1600.avif', 'mezzanine'],
    ['v1/w640-h480-cover.jpeg', 'mezzanine'],
    ['v1/w1601.avif', 'original'],
    // The whole picture must be 2,133 px wide for 1,600 rows of it to be cut to a square.
    ['v1/w1600-h1600-cover.webp', 'original'],
    ['v1/w1600-h1600-inside.webp', 'mezzanine'],
    ['v1/full.webp', 'original'],
    ['v1/w640.png', 'original'],
  ])('makes %s from the %s, quickly', async (canonical, source) => {
    const { ports, image, asked, mezzanineKey, original } = await studioWith({ blobVersion: 'seven' })
    await deliverImage(ports, { imageId: image.id, canonical })
    const [[from, , how]] = asked as [Parameters<Pixels['transform']>]
    expect(from).toEqual(source === 'mezzanine' ? { key: mezzanineKey } : { key: original, version: 'seven' })
    expect(how).toEqual({ effort: 'low' })
  })

  it('makes it once', async () => {
    const { ports, image, asked } = await studioWith()
    const [one, two] = [
      await deliverImage(ports, { imageId: image.id, canonical: 'v1/w9.webp' }),
      await deliverImage(ports, { imageId: image.id, canonical: 'v1/w9.webp' }),
    ]
    expect(asked).toHaveLength(1)
    expect(two.etag).toBe(one.etag)
  })

  it('gives the last rung of a small picture for every wider one', async () => {
    const { ports, image, asked } = await studioWith({ width: 200, height: 100, renditions: [rendition('v1/w320.webp', 200, 100)] })
    await ports.derivatives.getOrMake(renditionKey(image.id, 'v1/w320.webp'), async () => ({
      bytes: bytesOf('rung'),
      contentType: 'image/webp',
    }))
    expect(textOf((await deliverImage(ports, { imageId: image.id, canonical: 'v1/w2048.webp' })).bytes)).toBe('rung')
    expect(textOf((await deliverImage(ports, { imageId: image.id, canonical: 'v1/full.webp' })).bytes)).toBe('rung')
    expect(asked).toEqual([])
    await deliverImage(ports, { imageId: image.id, canonical: 'v1/q81.webp' })
    expect(asked).toHaveLength(1)
  })

  it('keeps the mark of what a model made', async () => {
    const { ports, image, asked } = await studioWith({ origin: 'generated', madeWith: { modelId: 'painter', task: 'text-to-image' } })
    await deliverImage(ports, { imageId: image.id, canonical: 'v1/w9.avif' })
    expect(asked[0]![2].mark).toEqual({ digitalSourceType: 'trainedAlgorithmicMedia', creatorTool: 'Genzo (Painter)' })
  })

  it.each(['pending', 'processing', 'failed', 'rejected', 'purging'] as const)('finds nothing of an image that is %s', async (state) => {
    const { ports, image } = await studioWith({ state })
    const deliver = deliverImage(ports, { imageId: image.id, canonical: 'v1/w9.webp', isOwners: true })
    await expect(deliver).rejects.toMatchObject({ code: 'not_found' })
  })

  it('shows the trash to its owner only', async () => {
    const { ports, image } = await studioWith({ state: 'trashed', stateBeforeTrash: 'ready' })
    const request = { imageId: image.id, canonical: 'v1/w9.webp' }
    await expect(deliverImage(ports, request)).rejects.toMatchObject({ code: 'not_found' })
    expect(await deliverImage(ports, { ...request, isOwners: true })).toMatchObject({ contentType: 'image/webp' })
  })

  it('refuses names that no request can have, and ids that are none', async () => {
    const { ports, image } = await studioWith()
    await expect(deliverImage(ports, { imageId: image.id, canonical: 'v1/mezzanine.jpeg' })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(deliverImage(ports, { imageId: '../x', canonical: 'v1/w9.webp' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('opens the original, or a part of it', async () => {
    const { ports, image, original } = await studioWith()
    await expect(deliverOriginal(ports, { imageId: image.id })).rejects.toMatchObject({ code: 'not_found' })
    await ports.blobs.put(original, bytesOf('as it came'), { contentType: 'image/jpeg' })
    const { body } = await deliverOriginal(ports, { imageId: image.id, range: { start: 3, end: 4 } })
    expect(await new Response(body as unknown as BodyInit).text()).toBe('it')
  })
})
