import { describe, expect, it } from 'vitest'
import { queueContract } from '#core/ports/queue.contract.ts'
import type { Job } from '#core/ports/queue.ts'
import { type Db, openDatabase } from './sqlite.ts'
import { sqliteQueue } from './sqlite-queue.ts'
import { inProcessWakes } from './wakes.ts'

const queueOn = (db: Db, more: Partial<Parameters<typeof sqliteQueue>[0]> = {}) =>
  sqliteQueue({ db, name: 'processing', now: Date.now, wakes: inProcessWakes(), bootId: 'boot1', ...more })
const fresh = () => openDatabase(':memory:')
const AT_ONCE = { max: 10, visibilitySeconds: 30, waitSeconds: 0 }
const jobOf = (imageId: string): Job => ({ kind: 'process', imageId })

queueContract(async () => queueOn(fresh()))

describe('the queue of one machine', () => {
  it("lets an owner of one message go before another's fifty", async () => {
    const queue = queueOn(fresh())
    for (let n = 0; n < 50; n += 1) await queue.send(jobOf(`a${n}`), { ownerId: 'ada' })
    await queue.send(jobOf('b'), { ownerId: 'bob' })
    const [first, second] = await queue.receive({ ...AT_ONCE, max: 2 })
    expect([first?.ownerId, second?.ownerId].sort()).toEqual(['ada', 'bob'])
  })

  it('serves owners in turn, whoever sent more', async () => {
    const queue = queueOn(fresh())
    for (const ownerId of ['ada', 'bob', 'eve']) for (let n = 0; n < 4; n += 1) await queue.send(jobOf(`${ownerId}${n}`), { ownerId })
    const served: string[] = []
    for (let n = 0; n < 12; n += 1) served.push(...(await queue.receive({ ...AT_ONCE, max: 1 })).map(({ ownerId }) => ownerId))
    for (let round = 0; round < 4; round += 1) expect(served.slice(round * 3, round * 3 + 3).sort()).toEqual(['ada', 'bob', 'eve'])
  })

  it('lets no owner who comes back after a pause go ahead of everybody', async () => {
    const queue = queueOn(fresh())
    for (let n = 0; n < 9; n += 1) await queue.send(jobOf(`a${n}`), { ownerId: 'ada' })
    for (let n = 0; n < 5; n += 1) await queue.receive({ ...AT_ONCE, max: 1 })
    for (let n = 0; n < 9; n += 1) await queue.send(jobOf(`b${n}`), { ownerId: 'bob' })
    const next = await queue.receive({ ...AT_ONCE, max: 4 })
    expect(next.filter(({ ownerId }) => ownerId === 'ada')).toHaveLength(2)
  })

  it('works through ten thousand waiting messages, each once', async () => {
    const queue = queueOn(fresh())
    for (let n = 0; n < 10_000; n += 1) await queue.send(jobOf(`i${n}`), { ownerId: `owner ${n % 7}` })
    expect(await queue.depth()).toMatchObject({ waiting: 10_000 })
    const seen = new Set<string>()
    for (let messages = await queue.receive(AT_ONCE); messages.length > 0; messages = await queue.receive(AT_ONCE)) {
      for (const message of messages) {
        seen.add(JSON.stringify(message.job))
        await queue.remove(message)
      }
    }
    expect(seen.size).toBe(10_000)
    expect(await queue.depth()).toEqual({ waiting: 0, delayed: 0, inFlight: 0, dead: 0 })
  })

  it('keeps two queues of one database apart', async () => {
    const db = fresh()
    const [processing, generation] = [queueOn(db), queueOn(db, { name: 'generation' })]
    await processing.send(jobOf('i1'), { ownerId: 'ada' })
    expect(await generation.receive(AT_ONCE)).toEqual([])
    const [message] = await processing.receive(AT_ONCE)
    await generation.remove(message!)
    expect(await processing.depth()).toMatchObject({ inFlight: 1 })
  })

  it('notices what another process sent', async () => {
    const db = fresh()
    const [server, operator] = [queueOn(db), queueOn(db, { wakes: inProcessWakes() })]
    const waiting = server.receive({ ...AT_ONCE, waitSeconds: 20 })
    await operator.send(jobOf('i1'), { ownerId: 'ada' })
    expect(await waiting).toMatchObject([{ job: jobOf('i1') }])
  })

  it('buries and postpones nothing for a worker that was overtaken', async () => {
    const queue = queueOn(fresh())
    await queue.send(jobOf('i1'), { ownerId: 'ada' })
    const [stale] = await queue.receive(AT_ONCE)
    await queue.extend(stale!, 0)
    const [current] = await queue.receive(AT_ONCE)
    await queue.setAside(stale!, 'no')
    await queue.postpone(stale!, 0)
    await queue.extend(stale!, 0)
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 1, dead: 0 })
    await queue.remove(current!)
    expect(await queue.depth()).toMatchObject({ waiting: 0, inFlight: 0, dead: 0 })
  })
})
