import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import type { Actor } from '#core/actor.ts'
import { renditionKey } from '#core/ports/blobs.ts'
import { admitUpload } from '#core/use-cases/admit-upload.ts'
import { processMessage } from '#core/use-cases/process-message.ts'
import { requestGeneration } from '#core/use-cases/request-generation.ts'
import { requestUpload } from '#core/use-cases/request-upload.ts'
import { type LocalConfig, type LocalStudio, localPorts } from './studio.ts'

const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:read', 'images:write', 'generate'], via: 'jwt' }
const ENTRIES = new URL('../entries/', import.meta.url)
const folder = () => mkdtempSync(join(tmpdir(), 'genzo-studio-'))

function studioWith(config: LocalConfig | ':memory:'): LocalStudio {
  const studio = localPorts(config)
  onTestFinished(() => studio.close())
  return studio
}

/** Works both queues until nothing waits. */
async function drain(studio: LocalStudio): Promise<void> {
  for (let handled = -1; handled !== 0; ) {
    handled = 0
    for (const queue of Object.values(studio.queues))
      for (const message of await queue.receive({ max: 10, visibilitySeconds: 60, waitSeconds: 0 })) {
        handled += 1
        await processMessage(studio, message, { bootId: 'boot1' })
      }
  }
}

async function upload(studio: LocalStudio): Promise<string> {
  const bytes = new Uint8Array(
    await sharp({ create: { width: 400, height: 300, channels: 3, background: '#3366cc' } })
      .jpeg()
      .toBuffer(),
  )
  const offer = await requestUpload(studio, ada, { fileName: 'blue boat.jpg', contentType: 'image/jpeg', byteLength: bytes.length })
  if (offer.outcome !== 'put') throw new Error(offer.outcome)
  const { url, headers } = offer.put
  const { uploadId } = await studio.storePut({
    query: new URL(url).searchParams,
    headers: new Headers(headers),
    body: new Blob([bytes]).stream(),
  })
  await admitUpload(studio, { id: uploadId })
  return uploadId
}

it('takes a photograph in, renders it and finds it by its name, in memory', async () => {
  const studio = studioWith(':memory:')
  const id = await upload(studio)
  await drain(studio)
  expect(await studio.images.find(id)).toMatchObject({ state: 'ready', width: 400, height: 300, format: 'jpeg' })
  expect(await studio.search.query({ ownerId: 'ada', text: 'blue' }, { limit: 5 })).toEqual({ items: [id] })
  expect((await studio.events.after('ada', 0, 50)).items.map(({ type }) => type)).toContain('image.ready')
})

it('paints a sketch with everything that ships: pool, thread, interpreter and files', async () => {
  const dir = folder()
  const pixelWorker = { url: new URL('pixels.worker.ts', ENTRIES), size: 1 }
  const studio = studioWith({ dir, bootId: 'boot1', pixelWorker, sketchWorker: new URL('sketch.worker.ts', ENTRIES) })
  const request = { task: 'text-to-image' as const, prompt: 'a red lighthouse at night', width: 256, height: 256, count: 1, seed: 7 }
  const { id, outputs } = await requestGeneration(studio, ada, request)
  await drain(studio)
  expect(await studio.generations.find(id)).toMatchObject({ state: 'succeeded', chargedMicroUsd: 0 })
  const image = await studio.images.find(outputs[0]!.imageId)
  expect(image).toMatchObject({ state: 'ready', width: 256, height: 256, origin: 'generated' })
  for (const { canonical, byteLength } of image!.renditions)
    expect(await studio.blobs.stat(renditionKey(image!.id, canonical))).toMatchObject({ byteLength })
  expect(readdirSync(dir).sort()).toEqual(expect.arrayContaining(['blobs', 'genzo.sqlite', 'secrets.json']))
})

it('has everything after a restart, and the same keys', async () => {
  const dir = folder()
  const first = localPorts({ dir, bootId: 'boot1' })
  const id = await upload(first)
  await first.close()

  const second = studioWith({ dir, bootId: 'boot2' })
  expect(second.secrets).toEqual(first.secrets)
  await drain(second)
  expect((await second.images.find(id))?.state).toBe('ready')
})

it('leaves no folder of a studio in memory behind', async () => {
  const studio = localPorts()
  const path = studio.blobPath('a/upload')
  await studio.blobs.put('a/upload', new Uint8Array([1]), { contentType: 'image/png' })
  expect(existsSync(path)).toBe(true)
  await studio.close()
  expect(existsSync(path)).toBe(false)
})

it('says what to configure when a text model is asked', async () => {
  const { wording, embeddings } = studioWith(':memory:')
  const signal = new AbortController().signal
  await expect(embeddings.text('a boat', signal)).rejects.toMatchObject({ code: 'unavailable' })
  expect([wording.isConfigured, embeddings.isConfigured]).toEqual([false, false])
})
