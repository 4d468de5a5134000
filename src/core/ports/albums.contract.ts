import { describe, expect, it } from 'vitest'
import type { Album, Albums } from './albums.ts'
import { everyItem, newId } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const albumOf = (more: Partial<Album> = {}): Omit<Album, 'images'> => ({
  id: newId(),
  ownerId: newId(),
  title: 'Kyoto',
  createdAt: NOON,
  updatedAt: NOON,
  ...more,
})
const ids = (count: number) => Array.from({ length: count }, newId)

/** What every Albums promises. `open` returns one; albums of others may stand in it. */
export function albumsContract(open: () => Promise<Albums>): void {
  const withAlbum = async (more: Partial<Album> = {}) => {
    const albums = await open()
    const album = albumOf(more)
    await albums.insert(album)
    const add = (imageIds: string[], at = NOON) => albums.addImages(album.id, { imageIds, at, most: 1000 })
    const images = () => everyItem((cursor) => albums.listImages(album.id, { limit: 2, ...(cursor && { cursor }) }))
    return { albums, album, add, images }
  }

  describe('Albums', () => {
    it('finds an album as it was made, empty, and nothing by another id', async () => {
      const { albums, album } = await withAlbum()
      expect(await albums.find(album.id)).toEqual({ ...album, images: 0 })
      expect(await albums.find(newId())).toBeUndefined()
      await expect(albums.insert(album)).rejects.toMatchObject({ code: 'conflict' })
    })

    it("lists an owner's albums, newest first, page by page", async () => {
      const albums = await open()
      const ownerId = newId()
      const made = [0, 1, 1, 2, 3].map((at) => albumOf({ ownerId, createdAt: NOON + at }))
      for (const album of [...made, albumOf()]) await albums.insert(album)
      const listed = await everyItem((cursor) => albums.listByOwner(ownerId, { limit: 2, ...(cursor && { cursor }) }))
      expect(listed.map(({ id }) => id)).toEqual(made.toReversed().map(({ id }) => id))
      expect((await albums.listByOwner(newId(), { limit: 2 })).items).toEqual([])
      await expect(albums.listByOwner(ownerId, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it('renames, chooses a cover and lets it go', async () => {
      const { albums, album } = await withAlbum()
      const coverId = newId()
      const named = { ...album, title: '京都 🍁', coverId, images: 0, updatedAt: NOON + 1 }
      expect(await albums.update(album.id, { title: '京都 🍁', coverId, updatedAt: NOON + 1 })).toEqual(named)
      const { coverId: _, ...bare } = named
      expect(await albums.update(album.id, { coverId: undefined, updatedAt: NOON + 2 })).toEqual({ ...bare, updatedAt: NOON + 2 })
      expect(await albums.find(album.id)).toEqual({ ...bare, updatedAt: NOON + 2 })
      expect(await albums.update(newId(), { title: 'x', updatedAt: NOON })).toBeUndefined()
    })

    it('lists images last added first, and counts them', async () => {
      const { albums, album, add, images } = await withAlbum()
      const [first, second, third] = [ids(1), ids(3), ids(1)]
      expect([await add(first, NOON), await add(second, NOON + 1), await add(third, NOON + 2)]).toEqual([1, 3, 1])
      const listed = await images()
      expect(listed).toEqual([...third, ...second.toSorted().reverse(), ...first])
      expect(await albums.find(album.id)).toMatchObject({ images: 5 })
      await expect(albums.listImages(album.id, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it('takes an image once: a repeat keeps its place', async () => {
      const { albums, album, add, images } = await withAlbum()
      const [a, b, c] = ids(3) as [string, string, string]
      await add([a], NOON)
      await add([b], NOON + 1)
      expect(await add([a, c, c], NOON + 2)).toBe(1)
      expect(await images()).toEqual([c, b, a])
      expect((await albums.find(album.id))!.images).toBe(3)
      expect(await albums.addImages(newId(), { imageIds: [a], at: NOON, most: 9 })).toBeUndefined()
      expect(await add([])).toBe(0)
    })

    it('takes a hundred at once', async () => {
      const { albums, album, add } = await withAlbum()
      expect(await add(ids(100))).toBe(100)
      expect((await albums.find(album.id))!.images).toBe(100)
    })

    it('counts each image once when several requests bring it at the same time', async () => {
      const { albums, album, add, images } = await withAlbum()
      const [a, b] = ids(2) as [string, string]
      await Promise.all([add([a, b]), add([b, a], NOON + 1), add([a], NOON + 2)])
      expect((await images()).toSorted()).toEqual([a, b].toSorted())
      expect((await albums.find(album.id))!.images).toBe(2)
    })

    it('holds no more than it may', async () => {
      const { albums, album } = await withAlbum()
      await albums.addImages(album.id, { imageIds: ids(2), at: NOON, most: 3 })
      await expect(albums.addImages(album.id, { imageIds: ids(2), at: NOON, most: 3 })).rejects.toMatchObject({ code: 'conflict' })
      expect(await albums.addImages(album.id, { imageIds: ids(1), at: NOON, most: 3 })).toBe(1)
      expect((await albums.find(album.id))!.images).toBe(3)
    })

    it('lets an image go, and again without error; a cover that went stands for it no more', async () => {
      const { albums, album, add, images } = await withAlbum()
      const [a, b] = ids(2) as [string, string]
      await add([a, b])
      await albums.update(album.id, { coverId: a, updatedAt: NOON })
      await albums.removeImage(album.id, a)
      await albums.removeImage(album.id, a)
      expect(await images()).toEqual([b])
      expect(await albums.find(album.id)).toEqual({ ...album, images: 1 })
      expect(await add([a], NOON + 1)).toBe(1)
      expect(await images()).toEqual([a, b])
    })

    it('knows the albums of an image', async () => {
      const { albums, album, add } = await withAlbum()
      const other = albumOf()
      await albums.insert(other)
      const [a, b] = ids(2) as [string, string]
      await add([a, b])
      await albums.addImages(other.id, { imageIds: [a], at: NOON, most: 9 })
      expect((await albums.listByImage(a)).toSorted()).toEqual([album.id, other.id].toSorted())
      await albums.removeImage(other.id, a)
      expect([await albums.listByImage(a), await albums.listByImage(newId())]).toEqual([[album.id], []])
    })

    it('removes an album with all that says what was in it, and no other', async () => {
      const { albums, album, add, images } = await withAlbum()
      const other = albumOf({ ownerId: album.ownerId })
      await albums.insert(other)
      const [a, b] = ids(2) as [string, string]
      await add([a, b])
      await albums.addImages(other.id, { imageIds: [a], at: NOON, most: 9 })
      await albums.remove(album.id)
      await albums.remove(album.id)
      expect(await albums.find(album.id)).toBeUndefined()
      expect(await images()).toEqual([])
      expect(await albums.listByImage(b)).toEqual([])
      expect(await albums.listByImage(a)).toEqual([other.id])
      expect((await albums.listByOwner(album.ownerId, { limit: 9 })).items.map(({ id }) => id)).toEqual([other.id])
    })
  })
}
