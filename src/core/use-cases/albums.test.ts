import { afterAll, describe, expect, it } from 'vitest'
import { localPorts } from '#local/studio.ts'
import type { Actor } from '../actor.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { addToAlbum, MAX_IN_ALBUM } from './add-to-album.ts'
import { createAlbum } from './create-album.ts'
import { eraseOwner } from './erase-owner.ts'
import { getAlbum } from './get-album.ts'
import { listAlbumImages } from './list-album-images.ts'
import { listAlbums, listAlbumsOfImage } from './list-albums.ts'
import { patchAlbum } from './patch-album.ts'
import { purgeImage } from './purge-image.ts'
import { removeAlbum } from './remove-album.ts'
import { removeFromAlbum } from './remove-from-album.ts'
import { restoreImage } from './restore-image.ts'
import { trashImage } from './trash-image.ts'

let now = Date.UTC(2026, 10, 21, 12)
const ports = localPorts({ now: () => now++ })
afterAll(() => ports.close())
const person = (): Actor => ({ id: crypto.randomUUID(), role: 'user', scopes: ['images:write'], via: 'jwt' })

async function withImages(count: number, actor = person()) {
  const images = Array.from({ length: count }, (_, at) => imageOf({ ownerId: actor.id, title: `${at}` }))
  for (const image of images) await ports.images.insert(image)
  return { actor, images, ids: images.map(({ id }) => id) }
}
const shown = async (actor: Actor, id: string) => {
  const { items } = await listAlbumImages(ports, actor, { id, page: { limit: 50 } })
  return items.map((image) => image.id)
}

it('lays images together, last added first, and shows the newest as the cover', async () => {
  const { actor, ids } = await withImages(3)
  const album = await createAlbum(ports, actor, { title: 'Kyoto', imageIds: [ids[0]!] })
  expect(album).toMatchObject({ title: 'Kyoto', images: 1, cover: { id: ids[0] } })
  expect(await addToAlbum(ports, actor, { id: album.id, imageIds: [ids[1]!, ids[0]!, ids[1]!] })).toBe(1)
  expect(await shown(actor, album.id)).toEqual([ids[1], ids[0]])
  expect((await listAlbums(ports, actor, { limit: 9 })).items).toMatchObject([{ id: album.id, images: 2, cover: { id: ids[1] } }])
  expect(await listAlbumsOfImage(ports, actor, ids[0]!)).toMatchObject([{ id: album.id }])
  await removeFromAlbum(ports, actor, { id: album.id, imageId: ids[1]! })
  expect(await shown(actor, album.id)).toEqual([ids[0]])
})

it('lets its owner choose a cover of what is in it, and let it go', async () => {
  const { actor, ids } = await withImages(3)
  const { id } = await createAlbum(ports, actor, { title: 'Kyoto', imageIds: ids.slice(0, 2) })
  expect(await patchAlbum(ports, actor, { id, patch: { coverId: ids[0]! } })).toMatchObject({ title: 'Kyoto', cover: { id: ids[0] } })
  await expect(patchAlbum(ports, actor, { id, patch: { coverId: ids[2]! } })).rejects.toMatchObject({ code: 'conflict' })
  expect(await patchAlbum(ports, actor, { id, patch: { title: '京都', coverId: null } })).toMatchObject({
    title: '京都',
    cover: { id: ids[1] },
  })
})

it('hides what lies in the trash, and shows it in its place when it is restored', async () => {
  const { actor, ids } = await withImages(2)
  const { id } = await createAlbum(ports, actor, { title: 'Kyoto', imageIds: ids })
  await trashImage(ports, actor, ids[1]!)
  expect(await shown(actor, id)).toEqual([ids[0]])
  expect(await getAlbum(ports, actor, id)).toMatchObject({ images: 2, cover: { id: ids[0] } })
  await restoreImage(ports, actor, ids[1]!)
  expect(await shown(actor, id)).toEqual([ids[1], ids[0]])
})

it('leaves the images when it is removed', async () => {
  const { actor, ids } = await withImages(1)
  const { id } = await createAlbum(ports, actor, { title: 'Kyoto', imageIds: ids })
  await removeAlbum(ports, actor, id)
  expect((await listAlbums(ports, actor, { limit: 9 })).items).toEqual([])
  expect(await ports.images.find(ids[0]!)).toMatchObject({ state: 'ready' })
  await expect(getAlbum(ports, actor, id)).rejects.toMatchObject({ code: 'not_found' })
})

describe('what is removed for good', () => {
  it('leaves every album: an image by its purge', async () => {
    const { actor, ids } = await withImages(2)
    const a = await createAlbum(ports, actor, { title: 'a', imageIds: ids })
    const b = await createAlbum(ports, actor, { title: 'b', imageIds: ids })
    await patchAlbum(ports, actor, { id: a.id, patch: { coverId: ids[1]! } })
    await purgeImage(ports, actor, ids[1]!)
    for (const { id } of [a, b]) expect(await getAlbum(ports, actor, id)).toMatchObject({ images: 1, cover: { id: ids[0] } })
    expect(await ports.albums.listByImage(ids[1]!)).toEqual([])
  })

  it('takes the albums of a person along, and says so', async () => {
    const { actor, ids } = await withImages(1)
    const other = await withImages(1)
    await createAlbum(ports, other.actor, { title: 'theirs', imageIds: other.ids })
    for (const title of ['a', 'b']) await createAlbum(ports, actor, { title, imageIds: ids })
    const { stores } = await eraseOwner(ports, actor, actor.id)
    expect(stores.find(({ store }) => store === 'albums')).toMatchObject({ removed: 2 })
    expect((await listAlbums(ports, actor, { limit: 9 })).items).toEqual([])
    expect((await listAlbums(ports, other.actor, { limit: 9 })).items).toHaveLength(1)
  })

  it('does not come back by an addition that was under way', async () => {
    const { actor, ids } = await withImages(2)
    const { id } = await createAlbum(ports, actor, { title: 'a', imageIds: [] })
    // The purge falls between the look at the image and the addition.
    const albums: typeof ports.albums = {
      ...ports.albums,
      async addImages(albumId, add) {
        await purgeImage(ports, actor, ids[0]!)
        return ports.albums.addImages(albumId, add)
      },
    }
    await addToAlbum({ ...ports, albums }, actor, { id, imageIds: ids })
    expect(await ports.albums.find(id)).toMatchObject({ images: 1 })
    expect(await ports.albums.listByImage(ids[0]!)).toEqual([])
  })
})

it("hides another person's album, and takes none of their images", async () => {
  const { actor, ids } = await withImages(1)
  const other = await withImages(1)
  const { id } = await createAlbum(ports, actor, { title: 'mine', imageIds: ids })
  const deeds = [
    () => getAlbum(ports, other.actor, id),
    () => patchAlbum(ports, other.actor, { id, patch: { title: 'theirs' } }),
    () => removeAlbum(ports, other.actor, id),
    () => listAlbumImages(ports, other.actor, { id, page: { limit: 9 } }),
    () => addToAlbum(ports, other.actor, { id, imageIds: other.ids }),
    () => removeFromAlbum(ports, other.actor, { id, imageId: ids[0]! }),
    () => listAlbumsOfImage(ports, other.actor, ids[0]!),
    () => addToAlbum(ports, actor, { id, imageIds: [...ids, ...other.ids] }),
    () => createAlbum(ports, actor, { title: 'half', imageIds: other.ids }),
    () => getAlbum(ports, actor, '../x'),
  ]
  for (const deed of deeds) await expect(deed()).rejects.toMatchObject({ code: 'not_found' })
  expect((await listAlbums(ports, actor, { limit: 9 })).items).toMatchObject([{ title: 'mine', images: 1 }])
})

it('is told apart when it is full', async () => {
  const { actor, ids } = await withImages(1)
  const { id } = await createAlbum(ports, actor, { title: 'full', imageIds: [] })
  const many = Array.from({ length: MAX_IN_ALBUM }, () => crypto.randomUUID())
  await ports.albums.addImages(id, { imageIds: many, at: now, most: MAX_IN_ALBUM })
  await expect(addToAlbum(ports, actor, { id, imageIds: ids })).rejects.toMatchObject({ details: { reason: 'album_full' } })
})
