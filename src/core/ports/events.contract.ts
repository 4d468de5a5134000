import { describe, expect, it } from 'vitest'
import type { Events } from './news.ts'
import { newId } from './samples.contract.ts'

/** What every event feed promises. `open` returns one; feeds of other owners may stand in it. */
export function eventsContract(open: () => Promise<Events>): void {
  const fresh = async () => ({ events: await open(), ownerId: newId() })
  const append = (events: Events, ownerId: string, subjectId: string) =>
    events.append(ownerId, { type: 'image.ready', subjectId, at: Date.now() })

  describe('Events', () => {
    it('tells what happened, in order, numbered from one without gaps', async () => {
      const { events, ownerId } = await fresh()
      for (const subject of ['a', 'b', 'c']) await append(events, ownerId, subject)
      const { items, cursor } = await events.after(ownerId, 0, 10)
      expect(items).toMatchObject([
        { seq: 1, v: 1, type: 'image.ready', subjectId: 'a' },
        { seq: 2, subjectId: 'b' },
        { seq: 3, subjectId: 'c' },
      ])
      expect(cursor).toBe(3)
    })

    it('numbers concurrent events without gap or repeat', async () => {
      const { events, ownerId } = await fresh()
      const subjects = Array.from({ length: 15 }, (_, at) => `s${at}`)
      await Promise.all(subjects.map((subject) => append(events, ownerId, subject)))
      const { items } = await events.after(ownerId, 0, 100)
      expect(items.map(({ seq }) => seq)).toEqual(subjects.map((_, at) => at + 1))
      expect(items.map(({ subjectId }) => subjectId).sort()).toEqual([...subjects].sort())
    })

    it('goes on from a cursor, at most as many as asked', async () => {
      const { events, ownerId } = await fresh()
      for (const subject of ['a', 'b', 'c', 'd']) await append(events, ownerId, subject)
      const first = await events.after(ownerId, 1, 2)
      expect(first).toMatchObject({ items: [{ seq: 2 }, { seq: 3 }], cursor: 3 })
      expect(await events.after(ownerId, first.cursor, 2)).toMatchObject({ items: [{ seq: 4 }], cursor: 4 })
    })

    it('returns the cursor it was given when nothing came', async () => {
      const { events, ownerId } = await fresh()
      expect(await events.after(ownerId, 0, 10)).toEqual({ items: [], cursor: 0 })
      await append(events, ownerId, 'a')
      expect(await events.after(ownerId, 1, 10)).toEqual({ items: [], cursor: 1 })
    })

    it("keeps every owner's feed and numbers apart", async () => {
      const { events, ownerId } = await fresh()
      const other = newId()
      await append(events, other, 'theirs')
      await append(events, ownerId, 'mine')
      expect((await events.after(ownerId, 0, 10)).items).toMatchObject([{ seq: 1, subjectId: 'mine' }])
    })

    it('does not wait when there is news already', async () => {
      const { events, ownerId } = await fresh()
      await append(events, ownerId, 'a')
      await events.wait(ownerId, 0, 60_000)
      expect((await events.after(ownerId, 0, 10)).items).toHaveLength(1)
    }, 20_000)

    it('wakes when something happens', async () => {
      const { events, ownerId } = await fresh()
      const waiting = events.wait(ownerId, 0, 60_000)
      await append(events, ownerId, 'a')
      await waiting
      expect((await events.after(ownerId, 0, 10)).items).toHaveLength(1)
    }, 20_000)

    it('ends the wait at its time or when told to', async () => {
      const { events, ownerId } = await fresh()
      const stop = new AbortController()
      const waiting = events.wait(ownerId, 0, 60_000, stop.signal)
      stop.abort()
      await waiting
      await events.wait(ownerId, 0, 60_000, stop.signal)
      await events.wait(ownerId, 0, 50)
      expect(await events.after(ownerId, 0, 10)).toEqual({ items: [], cursor: 0 })
    }, 20_000)

    it("forgets an owner's feed, and nobody else's", async () => {
      const { events, ownerId } = await fresh()
      const other = newId()
      await append(events, ownerId, 'a')
      await append(events, other, 'b')
      await events.removeByOwner(ownerId)
      await events.removeByOwner(ownerId)
      expect((await events.after(ownerId, 0, 10)).items).toEqual([])
      expect((await events.after(other, 0, 10)).items).toHaveLength(1)
    })
  })
}
