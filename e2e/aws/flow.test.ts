import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../src/core/actor.ts'
import { GenerationRequest } from '../../src/core/generation.ts'
import type { Ports } from '../../src/core/ports/index.ts'
import type { QueueName } from '../../src/core/ports/queue.ts'
import { admitUpload } from '../../src/core/use-cases/admit-upload.ts'
import { eraseOwner } from '../../src/core/use-cases/erase-owner.ts'
import { getGeneration } from '../../src/core/use-cases/get-generation.ts'
import { getImage } from '../../src/core/use-cases/get-image.ts'
import { listImages } from '../../src/core/use-cases/list-images.ts'
import { processMessage } from '../../src/core/use-cases/process-message.ts'
import { requestGeneration } from '../../src/core/use-cases/request-generation.ts'
import { requestUpload } from '../../src/core/use-cases/request-upload.ts'
import { usage } from '../../src/core/use-cases/usage.ts'
import { newStudio } from './studio.ts'

const actorOf = (id: string): Actor => ({ id, role: 'user', scopes: ['images:read', 'images:write', 'generate'], via: 'jwt' })

/** Does what waits in a queue until it stays empty for a second. */
async function work(ports: Ports, name: QueueName): Promise<void> {
  for (;;) {
    const messages = await ports.queues[name].receive({ max: 10, visibilitySeconds: 60, waitSeconds: 1 })
    if (messages.length === 0) return
    for (const message of messages) await processMessage(ports, message, { bootId: 'test' })
  }
}

const photo = async (width: number, height: number) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: '#446688' } })
      .jpeg()
      .toBuffer(),
  )

async function upload(ports: Ports, actor: Actor, bytes: Uint8Array, fileName: string): Promise<string> {
  const offer = await requestUpload(ports, actor, { fileName, contentType: 'image/jpeg', byteLength: bytes.byteLength })
  if (offer.outcome !== 'put') throw new Error(`expected one PUT, got ${offer.outcome}`)
  const answer = await fetch(offer.put.url, { method: 'PUT', headers: offer.put.headers, body: bytes as BodyInit })
  expect(answer.status).toBe(200)
  await admitUpload(ports, { id: offer.id })
  return offer.id
}

describe('the studio on AWS, whole', () => {
  it('takes a photograph by its signed URL, renders it, finds it and shows it to its owner alone', async () => {
    const { ports, access, buckets } = await newStudio()
    const ada = actorOf(ports.newId())
    const id = await upload(ports, ada, await photo(1400, 900), 'harbour at dusk.jpg')
    await work(ports, 'processing')

    const image = await getImage(ports, ada, id)
    expect(image).toMatchObject({ state: 'ready', width: 1400, height: 900, format: 'jpeg' })
    expect(image.blobVersion).toBeTypeOf('string')
    const s3 = new S3Client({ ...access, forcePathStyle: true })
    for (const { canonical, byteLength } of image.renditions) {
      const stored = await s3.send(new GetObjectCommand({ Bucket: buckets.renditions, Key: `renditions/${id}/${canonical}` }))
      expect((await stored.Body!.transformToByteArray()).byteLength).toBe(byteLength)
    }
    expect(image.renditions.length).toBeGreaterThanOrEqual(5)
    expect((await listImages(ports, ada, { limit: 10, q: 'harbour' })).items.map((found) => found.id)).toEqual([id])
    await expect(getImage(ports, actorOf(ports.newId()), id)).rejects.toMatchObject({ code: 'not_found' })
    const { items } = await ports.events.after(ada.id, 0, 100)
    expect(items.map(({ type }) => type)).toContain('image.ready')
  })

  it('changes nothing when the store tells of an upload twice, or a message comes twice', async () => {
    const { ports } = await newStudio()
    const ada = actorOf(ports.newId())
    const id = await upload(ports, ada, await photo(300, 200), 'twice.jpg')
    await admitUpload(ports, { id })
    await ports.queues.processing.send({ kind: 'process', imageId: id }, { ownerId: ada.id })
    await work(ports, 'processing')
    const ready = await getImage(ports, ada, id)
    await admitUpload(ports, { id })
    await ports.queues.processing.send({ kind: 'process', imageId: id }, { ownerId: ada.id })
    await work(ports, 'processing')
    expect(await getImage(ports, ada, id)).toEqual(ready)
    expect(await ports.images.totals(ada.id)).toMatchObject({ images: 1 })
  })

  it('generates under a reservation: charged once for what was made, however often the request is repeated', async () => {
    const { ports } = await newStudio()
    const ada = actorOf(ports.newId())
    const request = GenerationRequest.parse({ prompt: 'a red lighthouse by the sea', width: 256, height: 256, count: 2 })
    const accepted = await requestGeneration(ports, ada, request, { idempotencyKey: 'k1' })
    expect(await requestGeneration(ports, ada, request, { idempotencyKey: 'k1' })).toMatchObject({ id: accepted.id })
    const other = requestGeneration(ports, ada, { ...request, count: 1 }, { idempotencyKey: 'k1' })
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
    await work(ports, 'generation')
    await work(ports, 'processing')

    expect(await getGeneration(ports, ada, accepted.id)).toMatchObject({
      state: 'succeeded',
      outputs: [{ state: 'made' }, { state: 'made' }],
    })
    const images = await Promise.all(accepted.outputs.map(({ imageId }) => getImage(ports, ada, imageId)))
    expect(images.map(({ state, width }) => [state, width])).toEqual([
      ['ready', 256],
      ['ready', 256],
    ])
    expect(await ports.ledger.find(accepted.id)).toMatchObject({ state: 'settled', committedImages: 2 })
    expect((await usage(ports, ada)).map(({ images: made }) => made)).toEqual([2, 2])
  })

  it('erases a person from every store, and nobody else', async () => {
    const { ports, access, buckets } = await newStudio()
    const [ada, bob] = [actorOf(ports.newId()), actorOf(ports.newId())]
    const [hers, his] = [
      await upload(ports, ada, await photo(320, 240), 'hers.jpg'),
      await upload(ports, bob, await photo(240, 320), 'his.jpg'),
    ]
    await work(ports, 'processing')
    await eraseOwner(ports, { id: ada.id, role: 'user' }, ada.id)
    expect(await ports.images.find(hers)).toBeUndefined()
    expect(await ports.images.totals(ada.id)).toEqual({ images: 0, bytes: 0 })
    expect((await ports.blobs.list(`originals/${ada.id}/`, { limit: 10 })).items).toEqual([])
    expect((await ports.blobs.list(`renditions/${hers}/`, { limit: 10 })).items).toEqual([])
    expect(await getImage(ports, bob, his)).toMatchObject({ state: 'ready' })
    const s3 = new S3Client({ ...access, forcePathStyle: true })
    await s3.send(new GetObjectCommand({ Bucket: buckets.originals, Key: `originals/${bob.id}/${his}/upload` }))
  })

  it('keeps prompts out of its logs', async () => {
    const { ports, lines } = await newStudio()
    const ada = actorOf(ports.newId())
    await requestGeneration(ports, ada, GenerationRequest.parse({ prompt: 'unmistakable-zanzibar', width: 256, height: 256 }))
    await work(ports, 'generation')
    expect(lines.join('\n')).not.toContain('zanzibar')
  })
})
