import { describe, expect, it } from 'vitest'
import type { Audit, Rates, Settings } from './operations.ts'
import { newId, SOON } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)

/** What every Rates promises. `open` returns one; other keys may stand in it. */
export function ratesContract(open: () => Promise<Rates>): void {
  const fresh = async () => ({ rates: await open(), key: newId() })

  describe('Rates', () => {
    it('gives the burst at once, then says how long to wait, and keeps its word', async () => {
      const { rates, key } = await fresh()
      const take = (now: number) => rates.take(key, { perMinute: 6, burst: 2, now })
      expect([await take(NOON), await take(NOON)]).toEqual([{ taken: true }, { taken: true }])
      expect(await take(NOON)).toEqual({ taken: false, waitMs: 10_000 })
      expect(await take(NOON + 4_000)).toEqual({ taken: false, waitMs: 6_000 })
      expect(await take(NOON + 10_000)).toEqual({ taken: true })
      expect(await take(NOON + 10_000)).toMatchObject({ taken: false })
    })

    it('never saves up more than the burst', async () => {
      const { rates, key } = await fresh()
      const take = (now: number) => rates.take(key, { perMinute: 60, burst: 2, now })
      await take(NOON)
      const later = [1, 2, 3].map(() => take(NOON + 3_600_000))
      expect((await Promise.all(later)).filter(({ taken }) => taken)).toHaveLength(2)
    })

    it('never gives more than there is, however many ask at once', async () => {
      const { rates, key } = await fresh()
      const answers = await Promise.all(Array.from({ length: 8 }, () => rates.take(key, { perMinute: 1, burst: 3, now: NOON })))
      expect(answers.filter(({ taken }) => taken)).toHaveLength(3)
    })

    it('gains nothing from a clock that goes back', async () => {
      const { rates, key } = await fresh()
      const take = (now: number) => rates.take(key, { perMinute: 60, burst: 1, now })
      expect(await take(NOON)).toEqual({ taken: true })
      expect(await take(NOON - 3_600_000)).toMatchObject({ taken: false })
      expect(await take(NOON + 1_000)).toEqual({ taken: true })
      expect(await take(NOON + 1_000)).toMatchObject({ taken: false })
    })

    it('keeps keys apart', async () => {
      const { rates, key } = await fresh()
      const rate = { perMinute: 1, burst: 1, now: NOON }
      expect(await rates.take(key, rate)).toEqual({ taken: true })
      expect(await rates.take(newId(), rate)).toEqual({ taken: true })
    })
  })
}

/** What every Settings promises. `open` returns one; other names may stand in it. */
export function settingsContract(open: () => Promise<Settings>): void {
  describe('Settings', () => {
    it('keeps what was set, and knows nothing of other names', async () => {
      const settings = await open()
      const name = newId()
      expect(await settings.get(name)).toBeUndefined()
      await settings.set(name, { paused: true, words: ['海', ''], at: 1.5, none: null })
      expect(await settings.get(name)).toEqual({ paused: true, words: ['海', ''], at: 1.5, none: null })
      await settings.set(name, false)
      expect(await settings.get(name)).toBe(false)
      expect(await settings.get(newId())).toBeUndefined()
    })
  })
}

/** What every Audit promises. `open` returns an empty one. */
export function auditContract(open: () => Promise<Audit>): void {
  describe('Audit', () => {
    it('lists what was appended, newest first, and what was before a time', async () => {
      const audit = await open()
      const entryOf = (at: number) => ({ at: NOON + at, actorId: 'ada', action: `act ${at}`, details: { at } })
      for (const at of [1, 3, 2]) await audit.append(entryOf(at))
      await audit.append({ at: NOON, actorId: 'bob', action: 'user.erase', subjectId: 'x' })
      await expect.poll(() => audit.list({ limit: 3 }), SOON).toEqual([entryOf(3), entryOf(2), entryOf(1)])
      expect(await audit.list({ limit: 10, before: NOON + 2 })).toEqual([
        entryOf(1),
        { at: NOON, actorId: 'bob', action: 'user.erase', subjectId: 'x' },
      ])
    })

    it('keeps every one of the entries of one millisecond', async () => {
      const audit = await open()
      await Promise.all([1, 2, 3].map((n) => audit.append({ at: NOON, actorId: 'ada', action: `act ${n}` })))
      await expect
        .poll(async () => (await audit.list({ limit: 10 })).map(({ action }) => action).sort(), SOON)
        .toEqual(['act 1', 'act 2', 'act 3'])
    })
  })
}
