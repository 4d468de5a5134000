import { describe, expect, it } from 'vitest'
import type { Image } from '../image.ts'
import { toldImage } from '../told-image.ts'
import type { Images } from './images.ts'
import { everyItem, fullImageOf, imageOf, newId, SOON } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

/** What every Images promises. `open` returns an empty one. Lists are eventually consistent, so they are polled. */
export function imagesContract(open: () => Promise<Images>): void {
  const fresh = async () => ({ images: await open(), ownerId: newId() })
  const idsOf = async (images: Images, ownerId: string, limit = 10, trash = false) =>
    (await everyItem((cursor) => images.listByOwner(ownerId, { limit, trash, ...(cursor !== undefined && { cursor }) }))).map(
      ({ id }) => id,
    )
  const insertMany = async (images: Images, ownerId: string, count: number) => {
    const made = Array.from({ length: count }, (_, at) => imageOf({ ownerId, createdAt: NOON + at * 1000 }))
    for (const image of made) await images.insert(image)
    return made.map(({ id }) => id).reverse()
  }

  describe('Images', () => {
    it('finds exactly what was inserted, at once', async () => {
      const { images, ownerId } = await fresh()
      for (const image of [fullImageOf({ ownerId }), imageOf({ ownerId })]) {
        await images.insert(image)
        expect(await images.find(image.id)).toEqual(image)
        expect(await images.findMany([image.id])).toEqual([image])
      }
      expect(await images.find(newId())).toBeUndefined()
    })

    it('refuses an id that is taken, and keeps the first', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId, title: 'first' })
      await images.insert(image)
      await expect(images.insert({ ...image, title: 'second' })).rejects.toMatchObject({ code: 'conflict' })
      expect((await images.find(image.id))?.title).toBe('first')
    })

    it('finds many in the order asked, without the missing', async () => {
      const { images, ownerId } = await fresh()
      const [c, b, a] = await insertMany(images, ownerId, 3)
      expect((await images.findMany([a!, newId(), c!, b!])).map(({ id }) => id)).toEqual([a, c, b])
      expect(await images.findMany([])).toEqual([])
    })

    it('changes what it is told, removes what is undefined, and raises the revision by one', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId, state: 'processing', reason: 'slow', dueAt: NOON })
      await images.insert(image)
      const changed = await images.update(
        image.id,
        { from: ['processing'] },
        { state: 'ready', width: 3, reason: undefined, dueAt: undefined },
      )
      const { reason: _, dueAt: __, ...rest } = image
      expect(changed).toEqual({ ...rest, state: 'ready', width: 3, revision: 1 })
      expect(await images.find(image.id)).toEqual(changed)
    })

    it('changes nothing from another state, at another revision, or where there is none', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId, revision: 4 })
      await images.insert(image)
      expect(await images.update(image.id, { from: ['pending', 'failed'] }, { title: 'no' })).toBeUndefined()
      expect(await images.update(image.id, { from: ['ready'], revision: 3 }, { title: 'no' })).toBeUndefined()
      expect(await images.update(newId(), { from: ['ready'] }, { title: 'no' })).toBeUndefined()
      expect(await images.find(image.id)).toEqual(image)
      expect(await images.update(image.id, { from: ['ready'], revision: 4 }, { title: 'yes' })).toMatchObject({ title: 'yes', revision: 5 })
    })

    it('lets exactly one of many concurrent updates of a revision through', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId })
      await images.insert(image)
      const tries = Array.from({ length: 6 }, (_, at) =>
        images.update(image.id, { from: ['ready'], revision: 0 }, { title: `writer ${at}` }),
      )
      const winners = (await Promise.all(tries)).filter((changed) => changed !== undefined)
      expect(winners).toHaveLength(1)
      expect(await images.find(image.id)).toEqual(winners[0])
    })

    it('loses no update when writers of different fields race', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId })
      await images.insert(image)
      const changes: Partial<Image>[] = [{ title: 'new' }, { isFavourite: true }, { tags: ['t'] }, { width: 7 }]
      await Promise.all(changes.map((change) => images.update(image.id, { from: ['ready'] }, change)))
      expect(await images.find(image.id)).toMatchObject({ title: 'new', isFavourite: true, tags: ['t'], width: 7, revision: 4 })
    })

    it.each([1, 2, 3, 50])('lists newest first, %i a page, every image once', async (limit) => {
      const { images, ownerId } = await fresh()
      const newestFirst = await insertMany(images, ownerId, 5)
      await images.insert(imageOf({ ownerId: newId() }))
      await expect.poll(() => idsOf(images, ownerId, limit), SOON).toEqual(newestFirst)
    })

    it('lists images of one millisecond each once', async () => {
      const { images, ownerId } = await fresh()
      const ids = new Set<string>()
      for (let at = 0; at < 5; at += 1) {
        const image = imageOf({ ownerId })
        ids.add(image.id)
        await images.insert(image)
      }
      await expect.poll(async () => (await idsOf(images, ownerId, 2)).sort(), SOON).toEqual([...ids].sort())
    })

    it('goes on where a page ended although newer images came', async () => {
      const { images, ownerId } = await fresh()
      const newestFirst = await insertMany(images, ownerId, 4)
      await expect.poll(() => idsOf(images, ownerId), SOON).toEqual(newestFirst)
      const first = await images.listByOwner(ownerId, { limit: 2 })
      await images.insert(imageOf({ ownerId, createdAt: NOON + 3_600_000 }))
      const rest = await everyItem((cursor) => images.listByOwner(ownerId, { limit: 2, cursor: cursor ?? first.nextCursor! }))
      expect([...first.items, ...rest].map(({ id }) => id)).toEqual(newestFirst)
    })

    it('lists the trash apart, and puts back what is restored', async () => {
      const { images, ownerId } = await fresh()
      const [newest, older] = await insertMany(images, ownerId, 2)
      await images.update(newest!, { from: ['ready'] }, { state: 'trashed', trashedAt: NOON })
      await expect.poll(() => idsOf(images, ownerId), SOON).toEqual([older])
      await expect.poll(() => idsOf(images, ownerId, 10, true), SOON).toEqual([newest])
      await images.update(newest!, { from: ['trashed'] }, { state: 'ready', trashedAt: undefined })
      await expect.poll(() => idsOf(images, ownerId), SOON).toEqual([newest, older])
      await expect.poll(() => idsOf(images, ownerId, 10, true), SOON).toEqual([])
    })

    it('tells of a page what its owner may know, as it is now', async () => {
      const { images, ownerId } = await fresh()
      const trashed = fullImageOf({ ownerId })
      const { stateBeforeTrash: _, trashedAt: __, ...rest } = fullImageOf({ ownerId })
      const [ready, pending] = [{ ...rest, state: 'ready' } as const, imageOf({ ownerId, state: 'pending', createdAt: NOON - 1 })]
      for (const image of [trashed, ready, pending]) await images.insert(image)
      const changed = (await images.update(ready.id, { from: ['ready'] }, { title: 'another', albumIds: undefined }))!
      const told = async (trash = false) => {
        const items = await everyItem((cursor) => images.listTold(ownerId, { limit: 1, trash, ...(cursor !== undefined && { cursor }) }))
        return items.map(({ json, ...line }) => ({ ...line, image: JSON.parse(json) }))
      }
      const line = (image: Image) => ({ id: image.id, image: JSON.parse(JSON.stringify(toldImage(image))) })
      await expect.poll(() => told(), SOON).toEqual([{ ...line(changed), pictureWidth: 400 }, line(pending)])
      await expect.poll(() => told(true), SOON).toEqual([{ ...line(trashed), pictureWidth: 400 }])
      await expect(images.listTold(ownerId, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it.each(['x', '', 'bm90IGEgY3Vyc29y', '!!!'])('refuses the cursor %j', async (cursor) => {
      const { images, ownerId } = await fresh()
      await expect(images.listByOwner(ownerId, { limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it('lists the images made from one, oldest first', async () => {
      const { images, ownerId } = await fresh()
      const parentId = newId()
      const [second, first] = [2, 1].map((at) => imageOf({ ownerId, parentId, createdAt: NOON + at }))
      for (const image of [second!, first!, imageOf({ ownerId })]) await images.insert(image)
      await expect.poll(async () => (await images.listChildren(parentId)).map(({ id }) => id), SOON).toEqual([first!.id, second!.id])
    })

    it('gives a hash to the first image of its owner that claims it', async () => {
      const { images, ownerId } = await fresh()
      expect(await images.claimHash(ownerId, 'aa', 'i1')).toBe('i1')
      expect(await images.claimHash(ownerId, 'aa', 'i2')).toBe('i1')
      expect(await images.claimHash(ownerId, 'aa', 'i1')).toBe('i1')
      expect(await images.findByHash(ownerId, 'aa')).toBe('i1')
      expect(await images.findByHash(newId(), 'aa')).toBeUndefined()
      const other = newId()
      expect(await images.claimHash(other, 'aa', 'i3')).toBe('i3')
    })

    it('answers concurrent claims of a hash with one image', async () => {
      const { images, ownerId } = await fresh()
      const held = await Promise.all(['a', 'b', 'c', 'd'].map((id) => images.claimHash(ownerId, 'ff', id)))
      expect(new Set(held).size).toBe(1)
      expect(['a', 'b', 'c', 'd']).toContain(held[0])
    })

    it('releases a hash for its holder only', async () => {
      const { images, ownerId } = await fresh()
      await images.claimHash(ownerId, 'aa', 'i1')
      await images.releaseHash(ownerId, 'aa', 'i2')
      expect(await images.findByHash(ownerId, 'aa')).toBe('i1')
      await images.releaseHash(ownerId, 'aa', 'i1')
      expect(await images.claimHash(ownerId, 'aa', 'i2')).toBe('i2')
    })

    it('lists what is due, oldest first, and no longer what owes nothing', async () => {
      const { images, ownerId } = await fresh()
      const due = [3, 1, 2, 9].map((at) => imageOf({ ownerId, dueAt: NOON + at }))
      for (const image of [...due, imageOf({ ownerId })]) await images.insert(image)
      const dueIds = async (limit: number) => (await images.listDue(NOON + 3, limit)).map(({ id }) => id)
      await expect.poll(() => dueIds(10), SOON).toEqual([due[1]!.id, due[2]!.id, due[0]!.id])
      expect(await dueIds(2)).toEqual([due[1]!.id, due[2]!.id])
      await images.update(due[1]!.id, { from: ['ready'] }, { dueAt: undefined })
      await expect.poll(() => dueIds(10), SOON).toEqual([due[2]!.id, due[0]!.id])
    })

    it('removes the row, its history, its place in lists and its hash, and again without error', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId, sha256: 'ab', dueAt: NOON })
      await images.insert(image)
      await images.claimHash(ownerId, 'ab', image.id)
      await images.note(image.id, { at: NOON, step: 'Inspect', outcome: 'done' })
      await images.remove(image.id)
      await images.remove(image.id)
      expect(await images.find(image.id)).toBeUndefined()
      expect(await images.activity(image.id)).toEqual([])
      expect(await images.findByHash(ownerId, 'ab')).toBeUndefined()
      await expect.poll(() => idsOf(images, ownerId), SOON).toEqual([])
      await expect.poll(() => images.listDue(NOON, 10), SOON).toEqual([])
    })

    it("counts an owner's images and bytes, trash included", async () => {
      const { images, ownerId } = await fresh()
      expect(await images.totals(ownerId)).toEqual({ images: 0, bytes: 0 })
      const [a, b] = [imageOf({ ownerId, byteLength: 0, state: 'pending' }), imageOf({ ownerId, byteLength: 70 })]
      await images.insert(a)
      await images.insert(b)
      await images.update(a.id, { from: ['pending'] }, { byteLength: 30, state: 'ready' })
      await images.update(b.id, { from: ['ready'] }, { state: 'trashed' })
      await expect.poll(() => images.totals(ownerId), SOON).toEqual({ images: 2, bytes: 100 })
      await images.remove(a.id)
      await images.remove(a.id)
      await expect.poll(() => images.totals(ownerId), SOON).toEqual({ images: 1, bytes: 70 })
    })

    it('tells the history of an image in the order it was written', async () => {
      const { images, ownerId } = await fresh()
      const image = imageOf({ ownerId })
      await images.insert(image)
      const lines = [
        { at: NOON, step: 'Inspect', outcome: 'started' },
        { at: NOON, step: 'Inspect', outcome: 'done', ms: 12 },
        { at: NOON + 1, step: 'Render', outcome: 'failed', note: 'out of memory' },
      ] as const
      for (const line of lines) await images.note(image.id, line)
      await expect.poll(() => images.activity(image.id), SOON).toEqual(lines)
      expect(await images.activity(newId())).toEqual([])
    })
  })
}
