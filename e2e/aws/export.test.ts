import { expect, it } from 'vitest'
import type { Actor } from '../../src/core/actor.ts'
import { originalKey } from '../../src/core/ports/blobs.ts'
import { imageOf } from '../../src/core/ports/samples.contract.ts'
import { createAlbum } from '../../src/core/use-cases/create-album.ts'
import { eraseOwner } from '../../src/core/use-cases/erase-owner.ts'
import { getExport, openExport } from '../../src/core/use-cases/get-export.ts'
import { processMessage } from '../../src/core/use-cases/process-message.ts'
import { requestExport } from '../../src/core/use-cases/request-export.ts'
import { sweep } from '../../src/core/use-cases/sweep.ts'
import { filesInZip } from '../../src/imaging/fixtures/read-zip.ts'
import { newStudio } from './studio.ts'

const ada: Actor = { id: crypto.randomUUID(), role: 'user', scopes: ['images:read'], via: 'jwt' }

it('makes an archive through the queue, hands it out under a signature, and takes it away', async () => {
  const { ports } = await newStudio()
  const image = imageOf({ ownerId: ada.id, title: '山' })
  // Larger than one part of S3's, so that the archive goes up in several.
  const bytes = new Uint8Array(6 * 1024 ** 2).fill(7)
  await ports.images.insert(image)
  await ports.blobs.put(originalKey(ada.id, image.id), bytes, { contentType: 'image/jpeg' })
  const album = await createAlbum(ports, ada, { title: '京都', imageIds: [image.id] })

  const { id } = await requestExport(ports, ada)
  const [message] = await ports.queues.processing.receive({ max: 1, visibilitySeconds: 60, waitSeconds: 5 })
  await processMessage(ports, message!, { bootId: 'test' })
  const ready = await getExport(ports, ada, id)
  expect(ready).toMatchObject({ state: 'ready' })
  const query = new URL(ready.url!).searchParams
  const claim = { id, exp: Number(query.get('exp')), kid: query.get('kid')!, sig: query.get('sig')! }
  const { body } = await openExport(ports, claim)
  const files = filesInZip(new Uint8Array(await new Response(body as BodyInit).arrayBuffer()))
  const [name] = [...files.keys()].filter((one) => one.startsWith('originals/'))
  expect(Buffer.from(files.get(name!)!).equals(bytes)).toBe(true)
  expect(JSON.parse(new TextDecoder().decode(files.get('albums.jsonl')))).toMatchObject({ id: album.id, imageIds: [image.id] })

  await expect.poll(async () => (await ports.uploads.listExpired(ready.expiresAt! + 1, 9)).length, { timeout: 10_000 }).toBe(1)
  await sweep(ports, { now: ready.expiresAt! + 1 })
  await expect(openExport(ports, claim)).rejects.toMatchObject({ code: 'not_found' })
  expect((await ports.blobs.list(`inbox/${ada.id}/`, { limit: 9 })).items).toEqual([])

  const { stores } = await eraseOwner(ports, { id: ada.id, role: 'user' }, ada.id)
  expect(stores.find(({ store }) => store === 'albums')).toMatchObject({ removed: 1 })
  expect(await ports.albums.find(album.id)).toBeUndefined()
})
