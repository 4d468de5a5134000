import { describe, expect, it } from 'vitest'
import { type Job, type Message, type Queue, subjectOf } from './queue.ts'
import { newId, SOON } from './samples.contract.ts'

const jobOf = (imageId = newId()): Job => ({ kind: 'process', imageId })
const idOf = ({ job }: { job: Job }) => subjectOf(job)
const AT_ONCE = { max: 10, visibilitySeconds: 30, waitSeconds: 0 }
const PATIENT = { max: 10, visibilitySeconds: 30, waitSeconds: 5 }

/** What every Queue promises. `open` returns an empty one. At least once and in any order: nothing here relies on more. */
export function queueContract(open: () => Promise<Queue>): void {
  /** Receives until `count` different jobs came, or fails. */
  const receiveAll = async (queue: Queue, count: number): Promise<Map<string, Message>> => {
    const received = new Map<string, Message>()
    for (let tries = 0; received.size < count && tries < 40; tries += 1)
      for (const message of await queue.receive({ ...PATIENT, waitSeconds: 1 })) received.set(idOf(message), message)
    expect(received.size).toBe(count)
    return received
  }

  // Each test has its own queue and mostly waits, so they run side by side.
  describe.concurrent('Queue', () => {
    it.each<Job>([
      { kind: 'generate', generationId: 'g1' },
      { kind: 'process', imageId: 'i1' },
      { kind: 'export', exportId: 'e1' },
    ])('delivers what was sent, with its owner: %j', async (job) => {
      const queue = await open()
      await queue.send(job, { ownerId: 'ada' })
      const [message] = await queue.receive(PATIENT)
      expect(message).toMatchObject({ job, ownerId: 'ada', receiveCount: 1 })
      expect(message!.receipt).not.toBe('')
      expect(Math.abs(message!.sentAt - Date.now())).toBeLessThan(60_000)
    })

    it('has nothing when nothing was sent', async () => {
      expect(await (await open()).receive(AT_ONCE)).toEqual([])
    })

    it('hides a message while it is worked on, and gives it back at once when asked', async () => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      const [message] = await queue.receive(PATIENT)
      expect(await queue.receive(AT_ONCE)).toEqual([])
      await queue.extend(message!, 0)
      const [again] = await queue.receive(PATIENT)
      expect(again).toMatchObject({ job: message!.job, receiveCount: 2 })
      expect(again!.receipt).not.toBe(message!.receipt)
    })

    it('delivers again when its worker is not heard of', async () => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      await queue.receive({ ...PATIENT, visibilitySeconds: 1 })
      expect(await queue.receive(PATIENT)).toMatchObject([{ job: jobOf('i1'), receiveCount: 2 }])
    })

    it('keeps a message hidden as long as heartbeats come', async () => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      const [message] = await queue.receive({ ...PATIENT, visibilitySeconds: 1 })
      await queue.extend(message!, 30)
      expect(await queue.receive({ ...AT_ONCE, waitSeconds: 2 })).toEqual([])
    })

    it('never delivers again what was removed, and removes it twice without error', async () => {
      const queue = await open()
      await queue.send(jobOf(), { ownerId: 'ada' })
      const [message] = await queue.receive({ ...PATIENT, visibilitySeconds: 1 })
      await queue.remove(message!)
      await queue.remove(message!)
      expect(await queue.receive({ ...AT_ONCE, waitSeconds: 2 })).toEqual([])
    })

    it('delivers a delayed message later, and not at once', async () => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada', delaySeconds: 2 })
      expect(await queue.receive(AT_ONCE)).toEqual([])
      expect(await queue.receive(PATIENT)).toMatchObject([{ job: jobOf('i1') }])
    })

    it('postpones without costing a delivery', async () => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      const [message] = await queue.receive({ ...PATIENT, visibilitySeconds: 2 })
      await queue.postpone(message!, 1)
      expect(await queue.receive(AT_ONCE)).toEqual([])
      expect(await queue.receive(PATIENT)).toMatchObject([{ job: jobOf('i1'), ownerId: 'ada', receiveCount: 1 }])
      // The first message is gone: after its own visibility ends, nothing but the hidden second is there.
      expect(await queue.receive({ ...AT_ONCE, waitSeconds: 2 })).toEqual([])
    })

    it('sets aside with the reason, and redrives', async ({ expect }) => {
      const queue = await open()
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      const [message] = await queue.receive({ ...PATIENT, visibilitySeconds: 1 })
      await queue.setAside(message!, 'the file cannot be read')
      expect(await queue.receive({ ...AT_ONCE, waitSeconds: 2 })).toEqual([])
      await expect.poll(() => queue.depth(), SOON).toMatchObject({ dead: 1, waiting: 0, inFlight: 0 })
      const seen: unknown[] = []
      await expect.poll(async () => seen.push(...(await queue.listDead(10))), SOON).toBeGreaterThan(0)
      expect(seen[0]).toMatchObject({ job: jobOf('i1'), ownerId: 'ada', reason: 'the file cannot be read' })

      let sent = 0
      await expect.poll(async () => (sent += await queue.redrive(10)), { timeout: 60_000, interval: 200 }).toBe(1)
      expect(await queue.receive(PATIENT)).toMatchObject([{ job: jobOf('i1'), ownerId: 'ada', receiveCount: 1 }])
      await expect.poll(async () => (await queue.depth()).dead, SOON).toBe(0)
    }, 90_000)

    it('gives at most as many as asked, and every message in the end', async () => {
      const queue = await open()
      const ids = Array.from({ length: 23 }, () => newId())
      await Promise.all(ids.map((id, at) => queue.send(jobOf(id), { ownerId: `owner ${at % 3}` })))
      const first = await queue.receive({ ...PATIENT, max: 3 })
      expect(first.length).toBeGreaterThan(0)
      expect(first.length).toBeLessThanOrEqual(3)
      const rest = await receiveAll(queue, 23 - first.length)
      expect([...first.map(idOf), ...rest.keys()].sort()).toEqual([...ids].sort())
    })

    it('gives every message to some of several consumers', async () => {
      const queue = await open()
      const ids = Array.from({ length: 12 }, () => newId())
      await Promise.all(ids.map((id) => queue.send(jobOf(id), { ownerId: 'ada' })))
      const seen = new Set<string>()
      const consume = async () => {
        for (let empty = 0; empty < 2; ) {
          const messages = await queue.receive({ ...PATIENT, max: 2, waitSeconds: 1 })
          empty = messages.length === 0 ? empty + 1 : 0
          for (const message of messages) {
            seen.add(idOf(message))
            await queue.remove(message)
          }
        }
      }
      await Promise.all([consume(), consume(), consume()])
      expect([...seen].sort()).toEqual([...ids].sort())
    })

    it('hands a message to a consumer that already waits', async () => {
      const queue = await open()
      const waiting = queue.receive({ ...PATIENT, waitSeconds: 10 })
      await queue.send(jobOf('i1'), { ownerId: 'ada' })
      expect(await waiting).toMatchObject([{ job: jobOf('i1') }])
    })

    it('ends the wait when told to', async () => {
      const queue = await open()
      const stop = new AbortController()
      const waiting = queue.receive({ ...PATIENT, waitSeconds: 20, signal: stop.signal })
      stop.abort()
      expect(await waiting).toEqual([])
    }, 10_000)

    it('counts what waits, what is delayed and what is in hand', async ({ expect }) => {
      const queue = await open()
      await queue.send(jobOf(), { ownerId: 'ada' })
      await queue.send(jobOf(), { ownerId: 'ada' })
      await queue.send(jobOf(), { ownerId: 'bob', delaySeconds: 600 })
      await queue.receive({ ...PATIENT, max: 1 })
      await expect.poll(() => queue.depth(), SOON).toMatchObject({ waiting: 1, delayed: 1, inFlight: 1, dead: 0 })
    })
  })
}
