import { describe, expect, it } from 'vitest'
import { renditionKey } from './blobs.ts'
import type { Derivatives } from './derivatives.ts'
import { bytesOf, newId, textOf } from './samples.contract.ts'

/** What every Derivatives promises. `open` returns one; derivatives of other images may stand in it. */
export function derivativesContract(open: () => Promise<Derivatives>): void {
  const fresh = async () => {
    const imageId = newId()
    return { derivatives: await open(), imageId, key: renditionKey(imageId, 'v1/640x480-cover.webp') }
  }
  const making = (text: string) => async () => ({ bytes: bytesOf(text), contentType: 'image/webp' })
  const never = async () => {
    throw new Error('made although it was stored')
  }

  describe('Derivatives', () => {
    it('makes what is not stored, and then gives what is stored', async () => {
      const { derivatives, key } = await fresh()
      expect(await derivatives.find(key)).toBeUndefined()
      expect(await derivatives.stat(key)).toBeUndefined()
      const made = await derivatives.getOrMake(key, making('picture'))
      expect(made).toMatchObject({ contentType: 'image/webp' })
      expect(textOf(made.bytes)).toBe('picture')
      const again = await derivatives.getOrMake(key, never)
      expect(textOf(again.bytes)).toBe('picture')
      expect(again.etag).toBe(made.etag)
      expect(textOf((await derivatives.find(key))?.bytes)).toBe('picture')
      expect(await derivatives.stat(key)).toMatchObject({ byteLength: 7, contentType: 'image/webp' })
    })

    it('makes once for all who ask at the same time', async () => {
      const { derivatives, key } = await fresh()
      let made = 0
      const make = async () => {
        made += 1
        return making(`picture ${made}`)()
      }
      const answers = await Promise.all(Array.from({ length: 6 }, () => derivatives.getOrMake(key, make)))
      expect(made).toBe(1)
      expect(answers.map(({ bytes }) => textOf(bytes))).toEqual(Array(6).fill('picture 1'))
    })

    it('does not remember a failure', async () => {
      const { derivatives, key } = await fresh()
      await expect(derivatives.getOrMake(key, () => Promise.reject(new Error('out of memory')))).rejects.toThrow('out of memory')
      expect(await derivatives.find(key)).toBeUndefined()
      expect(textOf((await derivatives.getOrMake(key, making('second try'))).bytes)).toBe('second try')
    })

    it("forgets everything of an image when told to, and nothing of another's", async () => {
      const { derivatives, imageId, key } = await fresh()
      const [sibling, other] = [renditionKey(imageId, 'v1/w160.webp'), renditionKey(newId(), 'v1/w160.webp')]
      for (const each of [key, sibling, other]) await derivatives.getOrMake(each, making(each))
      await derivatives.purge(imageId)
      await derivatives.purge(imageId)
      expect(await derivatives.find(key)).toBeUndefined()
      expect(await derivatives.find(sibling)).toBeUndefined()
      expect(textOf((await derivatives.find(other))?.bytes)).toBe(other)
      expect(textOf((await derivatives.getOrMake(key, making('anew'))).bytes)).toBe('anew')
    })
  })
}
