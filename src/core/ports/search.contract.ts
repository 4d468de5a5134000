import { describe, expect, it } from 'vitest'
import type { Image } from '../image.ts'
import { everyItem, imageOf, newId, SOON } from './samples.contract.ts'
import type { Search, SearchQuery } from './search.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

/** What every Search promises. `open` returns one; images of other owners may stand in it. Eventually consistent, so it is polled. */
export function searchContract(open: () => Promise<Search>): void {
  const fresh = async () => ({ search: await open(), ownerId: newId() })
  const found = (search: Search, query: SearchQuery, limit = 10) =>
    everyItem((cursor) => search.query(query, { limit, ...(cursor !== undefined && { cursor }) }))
  const finds = (search: Search, query: SearchQuery, ids: string[], limit = 10) =>
    expect.poll(() => found(search, query, limit), SOON).toEqual(ids)
  const put = async (search: Search, more: Partial<Image> & { ownerId: string }) => {
    const image = imageOf(more)
    await search.put(image)
    return image
  }

  describe('Search', () => {
    it.each([
      ['a word', 'lighthouse'],
      ['another case', 'LightHouse'],
      ['full-width letters', 'ｌｉｇｈｔｈｏｕｓｅ'],
      ['a letter without its accent', 'cafe'],
      ['a letter with its accent', 'CAFÉ'],
      ['all of several words, in any order', 'café lighthouse'],
      ['a Japanese word in a run', '灯台'],
      ['a longer Japanese run', '海辺の灯台'],
      ['the beginning of a word', 'lighth'],
      ['its first letter', 'l'],
      ['two letters', 'li'],
      ['three letters', 'LIG'],
      ['the beginning of a letter with its accent', 'cà'],
      ['a word, and the beginning of another', 'lighthouse ca'],
      ['the beginning of a number', '20'],
      ['all but the end of a very long word', 'counterrevolutiona'],
      ['one kanji', '海'],
      ['Chinese as it is written in the other half of the world', '美麗'],
      ['one traditional character', '麗'],
      ['a run of Japanese as Chinese is written', '海边'],
      ['katakana, half-width', 'ﾎﾃﾙ'],
      ['a Chinese word', '日落'],
      ['words of two languages', 'lighthouse 灯台'],
      ['a number', '2048'],
      ['punctuation around a word', '"lighthouse"*'],
    ])('finds an image by %s', async (_, text) => {
      const { search, ownerId } = await fresh()
      const title = 'A lighthouse near the Café, 2048 海辺の灯台とホテル 美丽的日落 counterrevolutionary'
      const image = await put(search, { ownerId, title })
      await put(search, { ownerId, title: 'something else 山' })
      await finds(search, { ownerId, text }, [image.id])
    })

    it.each(['ighthouse', 'lightly', 'light lighthouse', 'lighthouse moon', '灯火', '台海', '🚀', '" OR "', 'title:lighthouse'])(
      'does not find it by %s',
      async (text) => {
        const { search, ownerId } = await fresh()
        const image = await put(search, { ownerId, title: 'lighthouse 海辺の灯台' })
        await finds(search, { ownerId, text: 'lighthouse' }, [image.id])
        expect(await found(search, { ownerId, text })).toEqual([])
      },
    )

    it('looks into title, tags, file name and prompt', async () => {
      const { search, ownerId } = await fresh()
      const image = await put(search, {
        ownerId,
        title: 'alpha',
        tags: ['bravo'],
        fileName: 'charlie.jpg',
        madeWith: { modelId: 'sketch', task: 'text-to-image', prompt: 'delta' },
      })
      for (const text of ['alpha', 'bravo', 'charlie', 'delta', 'alpha delta']) await finds(search, { ownerId, text }, [image.id])
    })

    it("never shows another owner's image", async () => {
      const { search, ownerId } = await fresh()
      const theirs = await put(search, { ownerId: newId(), title: 'secret boat' })
      await finds(search, { ownerId: theirs.ownerId, text: 'boat' }, [theirs.id])
      expect(await found(search, { ownerId, text: 'boat' })).toEqual([])
      expect(await found(search, { ownerId })).toEqual([])
    })

    it.each([1, 2, 10])('answers newest first, %i a page, each once', async (limit) => {
      const { search, ownerId } = await fresh()
      const ids: string[] = []
      for (const at of [2, 0, 4, 1, 3]) ids[4 - at] = (await put(search, { ownerId, title: 'boat', createdAt: NOON + at })).id
      await finds(search, { ownerId, text: 'boat' }, ids, limit)
      await finds(search, { ownerId }, ids, limit)
    })

    it('finds images of one millisecond each once', async () => {
      const { search, ownerId } = await fresh()
      const ids = new Set<string>()
      for (let at = 0; at < 4; at += 1) ids.add((await put(search, { ownerId, title: 'boat' })).id)
      await expect.poll(async () => (await found(search, { ownerId, text: 'boat' }, 1)).sort(), SOON).toEqual([...ids].sort())
    })

    it.each([
      ['origin', { origin: 'edited' }, { origin: 'edited' }],
      ['state', { state: 'failed' }, { state: 'failed' }],
      ['favourites', { isFavourite: true }, { isFavourite: true }],
      ['others than favourites', { isFavourite: false, origin: 'edited' }, { isFavourite: false, origin: 'edited' }],
      ['tag, of any characters', { tags: ['sea side/海'] }, { tag: 'sea side/海' }],
      ['task', { madeWith: { modelId: 'm', task: 'inpaint' } }, { task: 'inpaint' }],
      ['model', { madeWith: { modelId: 'sd3.5', task: 'inpaint' } }, { modelId: 'sd3.5' }],
    ] as [string, Partial<Image>, Partial<SearchQuery>][])('narrows by %s, with words and without', async (_, facts, query) => {
      const { search, ownerId } = await fresh()
      const image = await put(search, { ownerId, title: 'red boat', ...facts })
      await put(search, {
        ownerId,
        title: 'red boat',
        tags: ['sea'],
        isFavourite: facts.isFavourite === undefined ? false : !facts.isFavourite,
      })
      await put(search, { ownerId, title: 'green', ...facts, createdAt: NOON - 1 })
      await finds(search, { ownerId, text: 'boat', ...query }, [image.id])
      await expect.poll(async () => (await found(search, { ownerId, ...query })).length, SOON).toBe(2)
    })

    it('narrows by time, both ends included', async () => {
      const { search, ownerId } = await fresh()
      const ids: string[] = []
      for (const at of [0, 1, 2, 3]) ids.unshift((await put(search, { ownerId, title: 'boat', createdAt: NOON + at })).id)
      await finds(search, { ownerId, text: 'boat', from: NOON + 1, to: NOON + 2 }, ids.slice(1, 3))
      await finds(search, { ownerId, from: NOON + 2 }, ids.slice(0, 2))
      await finds(search, { ownerId, to: NOON }, ids.slice(3))
    })

    it('narrows by size', async () => {
      const { search, ownerId } = await fresh()
      const [, middle] = [
        await put(search, { ownerId, width: 10 }),
        await put(search, { ownerId, width: 100 }),
        await put(search, { ownerId, width: 1000 }),
      ]
      await finds(search, { ownerId, minPixels: 100_000, maxPixels: 200_000 }, [middle!.id])
      await finds(search, { ownerId, minPixels: 120_000, maxPixels: 120_000 }, [middle!.id], 1)
    })

    it('finds an image by what it says now, however often it was put', async () => {
      const { search, ownerId } = await fresh()
      const image = await put(search, { ownerId, title: 'old words', tags: ['was'] })
      const now = { ...image, title: 'new words', tags: ['is'], revision: 1 }
      await search.put(now)
      await search.put(now)
      await finds(search, { ownerId, text: 'new words' }, [image.id])
      await finds(search, { ownerId, text: 'old' }, [])
      await finds(search, { ownerId, tag: 'was' }, [])
      await finds(search, { ownerId, text: 'words', tag: 'is' }, [image.id])
    })

    it('never lets an older revision overwrite a newer, nor bring back what was trashed', async () => {
      const { search, ownerId } = await fresh()
      const image = imageOf({ ownerId, title: 'boat' })
      await search.put({ ...image, title: 'ship', revision: 2 })
      await search.put({ ...image, revision: 1 })
      await finds(search, { ownerId, text: 'ship' }, [image.id])
      expect(await found(search, { ownerId, text: 'boat' })).toEqual([])
      await search.put({ ...image, title: 'ship', state: 'trashed', revision: 3 })
      await search.put({ ...image, title: 'ship', revision: 2 })
      await finds(search, { ownerId, text: 'ship' }, [])
      await search.put({ ...image, title: 'ship', revision: 4 })
      await finds(search, { ownerId, text: 'ship' }, [image.id])
    })

    it('forgets an image, and again without error', async () => {
      const { search, ownerId } = await fresh()
      const [image, other] = [
        await put(search, { ownerId, title: 'boat' }),
        await put(search, { ownerId, title: 'boat', createdAt: NOON - 1 }),
      ]
      await search.remove(image)
      await search.remove(image)
      await finds(search, { ownerId, text: 'boat' }, [other.id])
      await finds(search, { ownerId }, [other.id])
    })

    it('goes on where a page ended although newer images came', async () => {
      const { search, ownerId } = await fresh()
      const ids: string[] = []
      for (const at of [0, 1, 2]) ids.unshift((await put(search, { ownerId, title: 'boat', createdAt: NOON + at })).id)
      await finds(search, { ownerId, text: 'boat' }, ids)
      const first = await search.query({ ownerId, text: 'boat' }, { limit: 1 })
      await put(search, { ownerId, title: 'boat', createdAt: NOON + 9 })
      const rest = await everyItem((cursor) => search.query({ ownerId, text: 'boat' }, { limit: 1, cursor: cursor ?? first.nextCursor! }))
      expect([...first.items, ...rest]).toEqual(ids)
    })

    it.each(['x', '!!!', 'W10'])('refuses the cursor %j', async (cursor) => {
      const { search, ownerId } = await fresh()
      await put(search, { ownerId, title: 'boat' })
      await expect(search.query({ ownerId, text: 'boat' }, { limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid_input' })
    })
  })
}
