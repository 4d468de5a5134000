import { describe, expect, it } from 'vitest'
import type { Actor } from '../../src/core/actor.ts'
import { imageOf } from '../../src/core/ports/samples.contract.ts'
import { getImage } from '../../src/core/use-cases/get-image.ts'
import { listImages } from '../../src/core/use-cases/list-images.ts'
import { requestUpload } from '../../src/core/use-cases/request-upload.ts'
import { newStudio } from './studio.ts'

/** The requests that a call sends to AWS, by name. */
async function requestsOf(sent: string[], call: () => Promise<unknown>): Promise<string[]> {
  const before = sent.length
  await call()
  return sent.slice(before)
}
const fresh = async () => {
  const studio = await newStudio()
  const actor: Actor = { id: studio.ports.newId(), role: 'user', scopes: ['images:read', 'images:write'], via: 'jwt' }
  const images = Array.from({ length: 5 }, () => imageOf({ ownerId: actor.id, id: studio.ports.newId() }))
  for (const image of images) await studio.ports.images.insert(image)
  return { ...studio, actor, images }
}

describe('requests to AWS of one warm call', () => {
  it('are one for an image', async () => {
    const { ports, sent, actor, images } = await fresh()
    expect(await requestsOf(sent, () => getImage(ports, actor, images[0]!.id))).toEqual(['GetItem'])
  })

  it('are one for a page of the gallery, however many images are on it', async () => {
    const { ports, sent, actor } = await fresh()
    expect(await requestsOf(sent, () => listImages(ports, actor, { limit: 50 }))).toEqual(['Query'])
  })

  it('are two for an upload URL: its pace, and the image with the owner’s total and the promise', async () => {
    const { ports, sent, actor } = await fresh()
    const file = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 }
    await requestUpload(ports, actor, file)
    expect(await requestsOf(sent, () => requestUpload(ports, actor, file))).toEqual(['UpdateItem', 'TransactWriteItems'])
  })
})
