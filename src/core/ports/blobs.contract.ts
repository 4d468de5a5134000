import { describe, expect, it } from 'vitest'
import type { Blobs } from './blobs.ts'
import { bytesOf, everyItem, newId, streamOf, textIn, textOf } from './samples.contract.ts'

const PNG = { contentType: 'image/png' }

/** What every Blobs promises. `open` returns a store; keys of these tests are used by no other. */
export function blobsContract(open: () => Promise<Blobs>): void {
  const fresh = async () => ({ blobs: await open(), folder: `originals/o/${newId()}/` })

  describe('Blobs', () => {
    it('returns the bytes that were put, with their length and type', async () => {
      const { blobs, folder } = await fresh()
      const put = await blobs.put(`${folder}upload`, bytesOf('cat'), PNG)
      expect(put).toMatchObject({ key: `${folder}upload`, byteLength: 3, contentType: 'image/png' })
      expect(textOf(await blobs.read(`${folder}upload`))).toBe('cat')
      const opened = await blobs.open(`${folder}upload`)
      expect(await textIn(opened!.body)).toBe('cat')
      expect(opened!.stat).toEqual(put)
      expect(await blobs.stat(`${folder}upload`)).toEqual(put)
    })

    it('takes a stream, of a length told before or not', async () => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}a`, streamOf('ab', 'cd'), { ...PNG, byteLength: 4 })
      await blobs.put(`${folder}b`, streamOf('ef', 'gh', 'i'), PNG)
      expect(textOf(await blobs.read(`${folder}a`))).toBe('abcd')
      expect(textOf(await blobs.read(`${folder}b`))).toBe('efghi')
    })

    it.each(['image/jpeg', 'application/zip', 'text/plain'])('keeps the type %s, whatever the bytes look like', async (contentType) => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}upload`, bytesOf('\x89PNG\r\n'), { contentType })
      expect((await blobs.stat(`${folder}upload`))?.contentType).toBe(contentType)
    })

    it('keeps a blob of no bytes', async () => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}upload`, new Uint8Array(), PNG)
      expect(await blobs.read(`${folder}upload`)).toEqual(new Uint8Array())
    })

    it('knows nothing of a key never written', async () => {
      const { blobs, folder } = await fresh()
      expect(await blobs.open(`${folder}none`)).toBeUndefined()
      expect(await blobs.read(`${folder}none`)).toBeUndefined()
      expect(await blobs.stat(`${folder}none`)).toBeUndefined()
    })

    it('refuses a second put of a key and keeps the first bytes', async () => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}upload`, bytesOf('first'), PNG)
      await expect(blobs.put(`${folder}upload`, bytesOf('second'), PNG)).rejects.toMatchObject({ code: 'conflict' })
      expect(textOf(await blobs.read(`${folder}upload`))).toBe('first')
    })

    it('lets exactly one of many concurrent puts win', async () => {
      const { blobs, folder } = await fresh()
      const words = ['one', 'two', 'three', 'four', 'five']
      const puts = await Promise.allSettled(words.map((word) => blobs.put(`${folder}upload`, bytesOf(word), PNG)))
      const winners = words.filter((_, at) => puts[at]!.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      expect(puts.filter((put) => put.status === 'rejected').map((put) => put.reason.code)).toEqual(Array(4).fill('conflict'))
      expect(textOf(await blobs.read(`${folder}upload`))).toBe(winners[0])
    })

    it('leaves nothing of a stream that breaks, and the key free', async () => {
      const { blobs, folder } = await fresh()
      const broken = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(bytesOf('half'))
          controller.error(new Error('the client went away'))
        },
      })
      await expect(blobs.put(`${folder}upload`, broken, PNG)).rejects.toThrow()
      expect(await blobs.stat(`${folder}upload`)).toBeUndefined()
      await blobs.put(`${folder}upload`, bytesOf('whole'), PNG)
      expect(textOf(await blobs.read(`${folder}upload`))).toBe('whole')
    })

    it.each([
      [{ start: 0, end: 0 }, '0'],
      [{ start: 3, end: 5 }, '345'],
      [{ start: 9, end: 9 }, '9'],
    ])('opens the inclusive range %j', async (range, expected) => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}upload`, bytesOf('0123456789'), PNG)
      const opened = await blobs.open(`${folder}upload`, { range })
      expect(await textIn(opened!.body)).toBe(expected)
      expect(opened!.stat.byteLength).toBe(10)
    })

    it('opens and reads the version that a stat saw', async () => {
      const { blobs, folder } = await fresh()
      const { version } = await blobs.put(`${folder}upload`, bytesOf('pinned'), PNG)
      const pinned = version === undefined ? {} : { version }
      expect(textOf(await blobs.read(`${folder}upload`, pinned))).toBe('pinned')
      expect(await textIn((await blobs.open(`${folder}upload`, pinned))!.body)).toBe('pinned')
    })

    it('lists the keys under a prefix in order, a page at a time, and no neighbour', async () => {
      const { blobs, folder } = await fresh()
      const names = ['a/z', 'a-b/y', 'a.b/x', 'b/v1/w160.webp', 'b/v1/w320.webp', 'c']
      for (const name of [...names].reverse()) await blobs.put(folder + name, bytesOf(name), PNG)
      const keysUnder = async (prefix: string, limit: number) =>
        (await everyItem((cursor) => blobs.list(prefix, { limit, ...(cursor !== undefined && { cursor }) }))).map(({ key }) => key)
      const inOrder = [...names].sort().map((name) => folder + name)
      for (const limit of [1, 2, 5, 100]) expect(await keysUnder(folder, limit)).toEqual(inOrder)
      expect(await keysUnder(`${folder}a/`, 10)).toEqual([`${folder}a/z`])
      expect(await keysUnder(`${folder}nothing/`, 10)).toEqual([])
    })

    it('tells the length and type of what it lists', async () => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}w160.webp`, bytesOf('12345'), { contentType: 'image/webp' })
      const { items } = await blobs.list(folder, { limit: 10 })
      expect(items).toMatchObject([{ key: `${folder}w160.webp`, byteLength: 5 }])
    })

    it('purges all under a prefix and nothing else, and again without error', async () => {
      const { blobs, folder } = await fresh()
      for (const name of ['a/1', 'a/2/3', 'ab/4']) await blobs.put(folder + name, bytesOf(name), { contentType: 'text/plain' })
      expect(await blobs.purge(`${folder}a/`)).toBe(2)
      expect(await blobs.purge(`${folder}a/`)).toBe(0)
      expect((await blobs.list(folder, { limit: 10 })).items.map(({ key }) => key)).toEqual([`${folder}ab/4`])
    })

    it('takes a key again after a purge, with other bytes of another type', async () => {
      const { blobs, folder } = await fresh()
      await blobs.put(`${folder}upload`, bytesOf('old'), { contentType: 'text/plain' })
      await blobs.purge(folder)
      expect(await blobs.read(`${folder}upload`)).toBeUndefined()
      await blobs.put(`${folder}upload`, bytesOf('new'), { contentType: 'image/gif' })
      expect(textOf(await blobs.read(`${folder}upload`))).toBe('new')
      expect((await blobs.stat(`${folder}upload`))?.contentType).toBe('image/gif')
    })

    it.each(['../secret', '/etc/passwd', 'a//b', 'a/../b', 'A', 'a\0', 'a@type', ''])('refuses the key %j', async (key) => {
      const blobs = await open()
      await expect(blobs.read(key)).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(blobs.put(key, bytesOf('x'), PNG)).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it.each(['', '/', 'a', '../', 'a//'])('refuses the prefix %j', async (prefix) => {
      const blobs = await open()
      await expect(blobs.purge(prefix)).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(blobs.list(prefix, { limit: 1 })).rejects.toMatchObject({ code: 'invalid_input' })
    })
  })
}
