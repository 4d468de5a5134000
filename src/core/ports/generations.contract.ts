import { describe, expect, it } from 'vitest'
import type { Generation } from '../generation.ts'
import type { Generations } from './generations.ts'
import type { Images } from './images.ts'
import type { Ledger, PeriodLimit } from './ledger.ts'
import { everyItem, generationOf, imageOf, newId, SOON } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const DAY = { period: '2026-11-21', resetsAt: NOON + 43_200_000 }
const MONTH = { period: '2026-11', resetsAt: NOON + 9 * 86_400_000 }

type Opened = { generations: Generations; images: Images; ledger: Ledger }

/**
 * What every Generations promises. `open` returns an empty one with the images and the ledger that stand in the same transaction.
 * `ownsStore`: one server has the store for itself, so that a lease of another boot is one of a boot that has died.
 */
export function generationsContract(open: () => Promise<Opened>, { ownsStore }: { ownsStore: boolean }): void {
  const fresh = async () => ({ ...(await open()), ownerId: newId() })
  type Fresh = Awaited<ReturnType<typeof fresh>>
  type More = Partial<Generation> & {
    periods?: PeriodLimit[]
    microUsd?: number
    idempotency?: { key: string; bodyHash: string; expiresAt: number }
  }

  const accept = ({ generations, ownerId }: Fresh, { periods = [], microUsd = 40_000, idempotency, ...more }: More = {}) => {
    const generation = generationOf({ ownerId, ...more })
    const images = generation.outputs.map(({ imageId, index }) =>
      imageOf({ id: imageId, ownerId, state: 'pending', origin: 'generated', generationId: generation.id, outputIndex: index }),
    )
    const reservation = { microUsd, images: images.length, periods }
    return generations.accept({ generation, images, reservation, ...(idempotency && { idempotency }) })
  }
  const accepted = async (studio: Fresh, more: More = {}) => {
    const answer = await accept(studio, more)
    if (answer.outcome !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`)
    return answer.generation
  }
  const claimed = async (studio: Fresh, more: More = {}) => {
    const { id } = await accepted(studio, more)
    return (await studio.generations.claim(id, { holder: 'boot1.run1', now: NOON, leaseUntil: NOON + 60_000 }))!
  }

  describe('Generations: accepting', () => {
    it('writes the generation, its images and the reservation together', async () => {
      const studio = await fresh()
      const generation = generationOf({
        ownerId: studio.ownerId,
        outputs: [0, 1].map((index) => ({ index, imageId: newId(), state: 'waiting' as const })),
      })
      expect(await accept(studio, { ...generation, periods: [DAY, MONTH], microUsd: 80_000 })).toEqual({ outcome: 'accepted', generation })
      expect(await studio.generations.find(generation.id)).toEqual(generation)
      for (const { imageId } of generation.outputs)
        expect(await studio.images.find(imageId)).toMatchObject({ id: imageId, state: 'pending', generationId: generation.id })
      expect(await studio.ledger.usage(studio.ownerId, [DAY.period, MONTH.period])).toEqual([
        { period: DAY.period, microUsd: 80_000, images: 2 },
        { period: MONTH.period, microUsd: 80_000, images: 2 },
      ])
      expect(await studio.ledger.find(generation.id)).toMatchObject({ state: 'open', microUsd: 80_000, images: 2 })
    })

    it.each([
      ['money of the day', { ...DAY, limitMicroUsd: 100_000 }, 'microUsd', 20_000],
      ['images of the day', { ...DAY, limitImages: 2 }, 'images', 0],
      ['money of the month', { ...MONTH, limitMicroUsd: 119_999 }, 'microUsd', 39_999],
    ] as const)('refuses what would pass the limit on %s, and writes nothing of it', async (_, limit, unit, remaining) => {
      const studio = await fresh()
      const others = [DAY, MONTH].filter(({ period }) => period !== limit.period)
      await accepted(studio, { periods: [limit, ...others] })
      await accepted(studio, { periods: [limit, ...others] })
      const refused = generationOf({ ownerId: studio.ownerId })
      const answer = await accept(studio, {
        ...refused,
        periods: [...others, limit],
        idempotency: { key: 'k', bodyHash: 'b', expiresAt: NOON + 1 },
      })
      const left = unit === 'microUsd' ? limit.limitMicroUsd! - 80_000 : remaining
      expect(answer).toEqual({ outcome: 'limit_reached', limit, remaining: left, unit })
      expect(await studio.generations.find(refused.id)).toBeUndefined()
      expect(await studio.images.find(refused.outputs[0]!.imageId)).toBeUndefined()
      expect(await studio.ledger.find(refused.id)).toBeUndefined()
      expect((await studio.ledger.usage(studio.ownerId, [DAY.period, MONTH.period])).map(({ images }) => images)).toEqual([2, 2])
      // Nor was its key spent: once there is room, it may come with any body.
      expect(await studio.generations.findRepeat(studio.ownerId, { key: 'k', bodyHash: 'b', now: NOON })).toBeUndefined()
      expect(await accept(studio, { idempotency: { key: 'k', bodyHash: 'other', expiresAt: NOON + 1 } })).toMatchObject({
        outcome: 'accepted',
      })
    })

    it('writes nothing when the id of an image is taken', async () => {
      const studio = await fresh()
      const taken = imageOf({ ownerId: studio.ownerId })
      await studio.images.insert(taken)
      const outputs = [newId(), taken.id].map((imageId, index) => ({ index, imageId, state: 'waiting' as const }))
      const refused = generationOf({ ownerId: studio.ownerId, outputs })
      await expect(accept(studio, { ...refused, periods: [DAY] })).rejects.toMatchObject({ code: 'conflict' })
      expect(await studio.generations.find(refused.id)).toBeUndefined()
      expect(await studio.images.find(outputs[0]!.imageId)).toBeUndefined()
      expect(await studio.images.find(taken.id)).toEqual(taken)
      expect(await studio.ledger.usage(studio.ownerId, [DAY.period])).toMatchObject([{ images: 0, microUsd: 0 }])
    })

    it('accepts what exactly reaches a limit', async () => {
      const studio = await fresh()
      expect(await accept(studio, { periods: [{ ...DAY, limitMicroUsd: 40_000, limitImages: 1 }] })).toMatchObject({ outcome: 'accepted' })
    })

    it('never passes a limit however many ask at once', async () => {
      const studio = await fresh()
      const periods = [
        { ...DAY, limitMicroUsd: 120_000 },
        { ...MONTH, limitImages: 100 },
      ]
      const answers = await Promise.all(Array.from({ length: 8 }, () => accept(studio, { periods })))
      const outcomes = answers.map(({ outcome }) => outcome).sort()
      expect(outcomes).toEqual([...Array(3).fill('accepted'), ...Array(5).fill('limit_reached')])
      expect(await studio.ledger.usage(studio.ownerId, [DAY.period, MONTH.period])).toEqual([
        { period: DAY.period, microUsd: 120_000, images: 3 },
        { period: MONTH.period, microUsd: 120_000, images: 3 },
      ])
    })

    it('answers a repeat of a key and body with what was accepted, as it is now, and reserves once', async () => {
      const studio = await fresh()
      const idempotency = { key: 'k1', bodyHash: 'b1', expiresAt: NOON + 86_400_000 }
      const first = await accepted(studio, { periods: [DAY], idempotency })
      await studio.generations.requestCancel(first.id, NOON + 5)
      const again = await accept(studio, { periods: [DAY], idempotency, createdAt: NOON + 10 })
      expect(again).toEqual({ outcome: 'repeated', generation: { ...first, cancelRequestedAt: NOON + 5 } })
      expect(await studio.ledger.usage(studio.ownerId, [DAY.period])).toMatchObject([{ images: 1 }])
      const found = await studio.generations.findRepeat(studio.ownerId, { key: 'k1', bodyHash: 'b1', now: NOON + 10 })
      expect(found).toEqual(again)
    })

    it('accepts one of many concurrent requests of one key, and answers the others with it', async () => {
      const studio = await fresh()
      const idempotency = { key: 'k1', bodyHash: 'b1', expiresAt: NOON + 86_400_000 }
      const answers = await Promise.all(Array.from({ length: 5 }, () => accept(studio, { periods: [DAY], idempotency })))
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['accepted', ...Array(4).fill('repeated')])
      expect(new Set(answers.map((answer) => ('generation' in answer ? answer.generation.id : ''))).size).toBe(1)
      expect(await studio.ledger.usage(studio.ownerId, [DAY.period])).toMatchObject([{ images: 1 }])
    })

    it('refuses a key that comes with another body', async () => {
      const studio = await fresh()
      await accepted(studio, { idempotency: { key: 'k1', bodyHash: 'b1', expiresAt: NOON + 1_000 } })
      expect(await accept(studio, { idempotency: { key: 'k1', bodyHash: 'b2', expiresAt: NOON + 1_000 } })).toEqual({
        outcome: 'key_reused',
      })
      expect(await studio.generations.findRepeat(studio.ownerId, { key: 'k1', bodyHash: 'b2', now: NOON })).toEqual({
        outcome: 'key_reused',
      })
    })

    it('frees a key at its end, and keeps the keys of owners apart', async () => {
      const studio = await fresh()
      await accepted(studio, { idempotency: { key: 'k1', bodyHash: 'b1', expiresAt: NOON + 1_000 } })
      const late = { key: 'k1', bodyHash: 'b2', expiresAt: NOON + 9_000 }
      expect(await studio.generations.findRepeat(studio.ownerId, { ...late, now: NOON + 1_000 })).toBeUndefined()
      expect(await accept(studio, { idempotency: late, createdAt: NOON + 1_000 })).toMatchObject({ outcome: 'accepted' })
      expect(await accept({ ...studio, ownerId: newId() }, { idempotency: { ...late, bodyHash: 'b3' } })).toMatchObject({
        outcome: 'accepted',
      })
    })
  })

  describe('Generations: running', () => {
    it('gives it to one of many concurrent claims, with a higher fence', async () => {
      const studio = await fresh()
      const { id } = await accepted(studio)
      const lease = { now: NOON, leaseUntil: NOON + 60_000 }
      const claims = await Promise.all([1, 2, 3, 4].map((run) => studio.generations.claim(id, { holder: `boot1.run${run}`, ...lease })))
      expect(claims.filter((claim) => claim !== undefined)).toMatchObject([{ id, fence: 1 }])
    })

    it('lets its holder claim again, and others once the lease ends or is released', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      const claim = (holder: string, now: number) => studio.generations.claim(id, { holder, now, leaseUntil: now + 60_000 })
      expect(await claim('boot1.run2', NOON + 59_999)).toBeUndefined()
      expect(await claim('boot1.run1', NOON + 1)).toMatchObject({ fence: 2 })
      expect(await claim('boot1.run2', NOON + 60_001)).toMatchObject({ fence: 3 })
      await studio.generations.release(id, 2)
      expect(await claim('boot1.run3', NOON + 60_002)).toBeUndefined()
      await studio.generations.release(id, 3)
      expect(await claim('boot1.run3', NOON + 60_002)).toMatchObject({ fence: 4 })
    })

    it(ownsStore ? 'frees a lease of an earlier boot at once' : 'keeps a live lease from another boot', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      const other = await studio.generations.claim(id, { holder: 'boot2.run1', now: NOON + 1, leaseUntil: NOON + 60_000 })
      expect(other?.fence).toBe(ownsStore ? 2 : undefined)
    })

    it('prolongs a lease for the newest fence only', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      expect(await studio.generations.extend(id, 1, NOON + 120_000)).toBe(true)
      expect(await studio.generations.extend(id, 0, NOON + 120_000)).toBe(false)
      const claim = { holder: 'boot1.run2', leaseUntil: NOON + 300_000 }
      expect(await studio.generations.claim(id, { ...claim, now: NOON + 119_999 })).toBeUndefined()
      expect(await studio.generations.claim(id, { ...claim, now: NOON + 120_000 })).toMatchObject({ fence: 2 })
      expect(await studio.generations.extend(id, 1, NOON + 900_000)).toBe(false)
    })

    it('writes under the newest fence, and nothing under an older one', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      expect(await studio.generations.update(id, 1, { state: 'running', startedAt: NOON })).toMatchObject({ state: 'running', fence: 1 })
      await studio.generations.claim(id, { holder: 'boot1.run1', now: NOON, leaseUntil: NOON + 1 })
      expect(await studio.generations.update(id, 1, { state: 'failed' })).toBeUndefined()
      expect(await studio.generations.updateOutput(id, 1, { index: 0, imageId: 'x', state: 'failed' }, 1)).toBeUndefined()
      expect(await studio.generations.find(id)).toMatchObject({ state: 'running', startedAt: NOON, providerCalls: 0, fence: 2 })
    })

    it('loses no output when they finish side by side, and adds up the calls', async () => {
      const studio = await fresh()
      const outputs = [0, 1, 2, 3, 4].map((index) => ({ index, imageId: newId(), state: 'waiting' as const }))
      const { id } = await claimed(studio, { outputs })
      await Promise.all(
        outputs.map((output) => studio.generations.updateOutput(id, 1, { ...output, state: 'made', seed: output.index }, 2)),
      )
      const done = await studio.generations.find(id)
      expect(done?.outputs).toEqual(outputs.map((output) => ({ ...output, state: 'made', seed: output.index })))
      expect(done?.providerCalls).toBe(10)
    })

    it('is never claimed, changed, due or cancelled once settled', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      const settled = await studio.generations.update(id, 1, {
        state: 'succeeded',
        settledAt: NOON,
        chargedMicroUsd: 40_000,
        dueAt: undefined,
      })
      expect(settled).toMatchObject({ state: 'succeeded', chargedMicroUsd: 40_000 })
      expect(settled).not.toHaveProperty('dueAt')
      expect(await studio.generations.claim(id, { holder: 'boot1.run1', now: NOON + 1e9, leaseUntil: NOON + 2e9 })).toBeUndefined()
      expect(await studio.generations.update(id, 1, { state: 'failed' })).toBeUndefined()
      expect(await studio.generations.updateOutput(id, 1, { index: 0, imageId: 'x', state: 'failed' }, 1)).toBeUndefined()
      await studio.generations.defer(id, NOON)
      expect(await studio.generations.requestCancel(id, NOON)).toEqual(settled)
      expect(await studio.generations.find(id)).toEqual(settled)
      await expect.poll(() => studio.generations.listDue(NOON + 1e9, 10), SOON).toEqual([])
    })

    it('remembers the first wish to cancel, whoever holds it', async () => {
      const studio = await fresh()
      const { id } = await claimed(studio)
      expect(await studio.generations.requestCancel(id, NOON + 1)).toMatchObject({ cancelRequestedAt: NOON + 1 })
      expect(await studio.generations.requestCancel(id, NOON + 2)).toMatchObject({ cancelRequestedAt: NOON + 1 })
      expect(await studio.generations.update(id, 1, { state: 'running' })).toMatchObject({ cancelRequestedAt: NOON + 1, fence: 1 })
      expect(await studio.generations.requestCancel(newId(), NOON)).toBeUndefined()
    })

    it('knows nothing of an id never accepted', async () => {
      const { generations } = await fresh()
      expect(await generations.find('none')).toBeUndefined()
      expect(await generations.claim('none', { holder: 'b.r', now: NOON, leaseUntil: NOON })).toBeUndefined()
      expect(await generations.update('none', 0, { state: 'failed' })).toBeUndefined()
      expect(await generations.extend('none', 0, NOON)).toBe(false)
      await generations.release('none', 0)
      await generations.defer('none', NOON)
    })
  })

  describe('Generations: lists', () => {
    it('lists what is due, oldest first, and what was deferred later', async () => {
      const studio = await fresh()
      const [b, a] = [await accepted(studio, { dueAt: NOON + 2 }), await accepted(studio, { dueAt: NOON + 1 })]
      await accepted(studio, { dueAt: NOON + 100 })
      const dueIds = async (now: number, limit = 10) => (await studio.generations.listDue(now, limit)).map(({ id }) => id)
      await expect.poll(() => dueIds(NOON + 2), SOON).toEqual([a.id, b.id])
      expect(await dueIds(NOON + 2, 1)).toEqual([a.id])
      await studio.generations.defer(a.id, NOON + 50)
      await expect.poll(() => dueIds(NOON + 2), SOON).toEqual([b.id])
      expect(await studio.generations.find(a.id)).toMatchObject({ dueAt: NOON + 50 })
    })

    it("lists an owner's newest first, every one once, and goes on although newer ones came", async () => {
      const studio = await fresh()
      const ids: string[] = []
      for (const at of [0, 1, 2, 3, 4]) ids.unshift((await accepted(studio, { createdAt: NOON + at })).id)
      await accepted({ ...studio, ownerId: newId() })
      const list = (cursor?: string) =>
        studio.generations.listByOwner(studio.ownerId, { limit: 2, ...(cursor !== undefined && { cursor }) })
      await expect.poll(async () => (await everyItem(list)).map(({ id }) => id), SOON).toEqual(ids)
      const first = await list()
      await accepted(studio, { createdAt: NOON + 9 })
      const rest = await everyItem((cursor) => list(cursor ?? first.nextCursor!))
      expect([...first.items, ...rest].map(({ id }) => id)).toEqual(ids)
    })

    it('refuses a cursor that no list gave', async () => {
      const { generations, ownerId } = await fresh()
      await expect(generations.listByOwner(ownerId, { limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' })
    })

    it("removes an owner's, and nobody else's", async () => {
      const studio = await fresh()
      const [mine, other] = [await accepted(studio), await accepted({ ...studio, ownerId: newId() })]
      await expect.poll(() => studio.generations.removeByOwner(studio.ownerId), SOON).toBe(1)
      expect(await studio.generations.find(mine.id)).toBeUndefined()
      expect(await studio.generations.find(other.id)).toEqual(other)
      expect(await studio.generations.removeByOwner(studio.ownerId)).toBe(0)
    })
  })
}
