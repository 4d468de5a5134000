import { describe, expect, it } from 'vitest'
import { packVector } from '../vector.ts'
import { newId, SOON } from './samples.contract.ts'
import type { Vectors } from './vectors.ts'

const axis = (at: number, lean = 0): Float32Array =>
  Float32Array.from({ length: 8 }, (_, i) => (i === at ? 1 : i === (at + 1) % 8 ? lean : 0))

/** What every store of vectors keeps to. */
export function vectorsContract(open: () => Promise<Vectors>): void {
  describe('vectors', () => {
    const ids = () => ({ ownerId: newId(), imageId: newId(), space: 'titan' })

    it('are found by their image', async () => {
      const vectors = await open()
      const of = ids()
      expect(await vectors.find(of)).toBeUndefined()
      const vector = packVector(axis(0))
      await vectors.put({ ...of, vector })
      expect(new Uint8Array((await vectors.find(of))!)).toEqual(vector)
      expect(await vectors.find({ ...of, space: 'nova' })).toBeUndefined()
      expect(await vectors.find({ ...of, ownerId: newId() })).toBeUndefined()
    })

    it('are given nearest first, of their owner and space alone', async () => {
      const vectors = await open()
      const { ownerId, space } = ids()
      const [near, middle, far, other, foreign] = [newId(), newId(), newId(), newId(), newId()]
      await vectors.put({ ownerId, imageId: far, space, vector: packVector(axis(5)) })
      await vectors.put({ ownerId, imageId: near, space, vector: packVector(axis(0, 0.1)) })
      await vectors.put({ ownerId, imageId: middle, space, vector: packVector(axis(0, 1)) })
      await vectors.put({ ownerId, imageId: other, space: 'nova', vector: packVector(axis(0)) })
      await vectors.put({ ownerId: newId(), imageId: foreign, space, vector: packVector(axis(0)) })
      const find = (limit: number) => vectors.nearest({ ownerId, space }, axis(0), limit)
      await expect.poll(async () => (await find(9)).map(({ imageId }) => imageId), SOON).toEqual([near, middle, far])
      const [first, second] = await find(2)
      expect(first!.score).toBeCloseTo(Math.cos(Math.atan(0.1)), 2)
      expect(second!.score).toBeCloseTo(Math.SQRT1_2, 2)
      expect(await find(2)).toHaveLength(2)
    })

    it('are one an image: another takes its place', async () => {
      const vectors = await open()
      const of = ids()
      await vectors.put({ ...of, vector: packVector(axis(0)) })
      await vectors.put({ ...of, space: 'nova', vector: packVector(axis(3)) })
      expect(await vectors.find(of)).toBeUndefined()
      await expect.poll(() => vectors.nearest(of, axis(0), 5), SOON).toEqual([])
      await expect.poll(async () => (await vectors.nearest({ ...of, space: 'nova' }, axis(3), 5)).length, SOON).toBe(1)
    })

    it('go with their image, and again without error', async () => {
      const vectors = await open()
      const of = ids()
      await vectors.put({ ...of, vector: packVector(axis(0)) })
      await vectors.remove(of)
      await vectors.remove(of)
      expect(await vectors.find(of)).toBeUndefined()
      await expect.poll(() => vectors.nearest(of, axis(0), 5), SOON).toEqual([])
    })

    it('are many, and all are looked at', async () => {
      const vectors = await open()
      const { ownerId, space } = ids()
      const wanted = newId()
      await vectors.put({ ownerId, imageId: wanted, space, vector: packVector(axis(0)) })
      for (let at = 0; at < 600; at += 50)
        await Promise.all(Array.from({ length: 50 }, () => vectors.put({ ownerId, imageId: newId(), space, vector: packVector(axis(2)) })))
      await expect.poll(async () => (await vectors.nearest({ ownerId, space }, axis(0), 1))[0]?.imageId, SOON).toBe(wanted)
    })
  })
}
