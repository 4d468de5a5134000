import { describe, expect, it } from 'vitest'
import type { Generations } from './generations.ts'
import type { Ledger } from './ledger.ts'
import { generationOf, newId, SOON } from './samples.contract.ts'

const RESETS = Date.UTC(2026, 10, 22)

/** What every Ledger promises. `open` returns an empty one with the generations that reserve in it. */
export function ledgerContract(open: () => Promise<{ ledger: Ledger; generations: Generations }>): void {
  const fresh = async () => ({ ...(await open()), ownerId: newId() })
  type Fresh = Awaited<ReturnType<typeof fresh>>

  const reserve = async ({ generations, ownerId }: Fresh, microUsd: number, images: number, limitImages?: number) => {
    const generation = generationOf({ ownerId, outputs: [] })
    const day = { period: '2026-11-21', resetsAt: RESETS, ...(limitImages !== undefined && { limitImages }) }
    const periods = [day, { period: '2026-11', resetsAt: RESETS }]
    const { outcome } = await generations.accept({ generation, images: [], reservation: { microUsd, images, periods } })
    return { id: generation.id, outcome }
  }
  const used = async ({ ledger, ownerId }: Fresh) =>
    (await ledger.usage(ownerId, ['2026-11-21', '2026-11'])).map(({ microUsd, images }) => [microUsd, images])

  describe('Ledger', () => {
    it('commits what was made and refunds the rest to the periods of the reservation', async () => {
      const studio = await fresh()
      const { id } = await reserve(studio, 120_000, 3)
      const settled = await studio.ledger.settle(id, { microUsd: 40_000, images: 1 })
      expect(settled).toMatchObject({ id, ownerId: studio.ownerId, state: 'settled', committedMicroUsd: 40_000, committedImages: 1 })
      expect(await studio.ledger.find(id)).toEqual(settled)
      expect(await used(studio)).toEqual([
        [40_000, 1],
        [40_000, 1],
      ])
    })

    it('settles once: a repeat changes nothing and tells what was committed first', async () => {
      const studio = await fresh()
      const { id } = await reserve(studio, 80_000, 2)
      const first = await studio.ledger.settle(id, { microUsd: 80_000, images: 2 })
      expect(await studio.ledger.settle(id, { microUsd: 0, images: 0 })).toEqual(first)
      expect(await used(studio)).toEqual([
        [80_000, 2],
        [80_000, 2],
      ])
    })

    it('settles once however many settle at the same time', async () => {
      const studio = await fresh()
      const { id } = await reserve(studio, 100_000, 5)
      await reserve(studio, 1_000, 1)
      const settled = await Promise.all([1, 2, 3, 4].map((images) => studio.ledger.settle(id, { microUsd: images * 10_000, images })))
      expect(new Set(settled.map(({ committedImages }) => committedImages)).size).toBe(1)
      const { committedMicroUsd, committedImages } = settled[0]!
      expect(await used(studio)).toEqual([
        [committedMicroUsd + 1_000, committedImages + 1],
        [committedMicroUsd + 1_000, committedImages + 1],
      ])
    })

    it('never commits more than was reserved', async () => {
      const studio = await fresh()
      const { id } = await reserve(studio, 40_000, 1)
      expect(await studio.ledger.settle(id, { microUsd: 90_000, images: 7 })).toMatchObject({
        committedMicroUsd: 40_000,
        committedImages: 1,
      })
      expect((await used(studio))[0]).toEqual([40_000, 1])
    })

    it('gives room again for what was refunded', async () => {
      const studio = await fresh()
      const { id } = await reserve(studio, 0, 2, 2)
      expect(await reserve(studio, 0, 1, 2)).toMatchObject({ outcome: 'limit_reached' })
      await studio.ledger.settle(id, { microUsd: 0, images: 0 })
      expect(await reserve(studio, 0, 2, 2)).toMatchObject({ outcome: 'accepted' })
    })

    it('refuses to settle what was never reserved', async () => {
      const { ledger } = await fresh()
      await expect(ledger.settle('none', { microUsd: 0, images: 0 })).rejects.toMatchObject({ code: 'not_found' })
      expect(await ledger.find('none')).toBeUndefined()
    })

    it('shows zeros where nothing was used, in the order asked', async () => {
      const studio = await fresh()
      await reserve(studio, 5, 1)
      expect(await studio.ledger.usage(studio.ownerId, ['2020-01', '2026-11'])).toEqual([
        { period: '2020-01', microUsd: 0, images: 0 },
        { period: '2026-11', microUsd: 5, images: 1 },
      ])
    })

    it('lists who used most first', async () => {
      const studio = await fresh()
      const spenders = [30, 10, 20].map((microUsd) => ({ microUsd, ownerId: newId() }))
      for (const { microUsd, ownerId } of spenders) await reserve({ ...studio, ownerId }, microUsd, 1)
      await expect
        .poll(() => studio.ledger.top('2026-11-21', { limit: 2 }), SOON)
        .toEqual([
          { ownerId: spenders[0]!.ownerId, period: '2026-11-21', microUsd: 30, images: 1 },
          { ownerId: spenders[2]!.ownerId, period: '2026-11-21', microUsd: 20, images: 1 },
        ])
    })

    it("keeps an owner's own limits, null included", async () => {
      const { ledger, ownerId } = await fresh()
      expect(await ledger.limits(ownerId)).toEqual({})
      await ledger.setLimits(ownerId, { dayMicroUsd: 5, monthImages: null })
      expect(await ledger.limits(ownerId)).toEqual({ dayMicroUsd: 5, monthImages: null })
      await ledger.setLimits(ownerId, {})
      expect(await ledger.limits(ownerId)).toEqual({})
    })
  })
}
