import { expect, it } from 'vitest'
import type { Lifecycle } from '#core/model.ts'
import { localPorts } from '#local/studio.ts'
import { heardLives, toldLives } from './model-lives.ts'

const lives = new Map<string, Lifecycle>([['old', { state: 'retired', retiredOn: '2026-11-01', successor: 'new' }]])

it('hands on what the function that asks models was told, to those that do not ask', async () => {
  const { settings, telemetry } = localPorts({})
  let at = 0
  const heard = heardLives({ settings, now: () => at })
  expect((await heard.current()).size).toBe(0)
  const asking = toldLives({ settings, telemetry }, { current: async () => lives })
  expect(await asking.current()).toBe(lives)
  // Nobody looks again before it is time: a read for each request would be paid for nothing.
  expect((await heard.current()).size).toBe(0)
  at += 10 * 60_000
  expect(await heard.current()).toEqual(lives)
})

it('is written once, and neither a list that has not come nor a store that is away is in the way of work', async () => {
  const { settings, telemetry } = localPorts({})
  let writes = 0
  const counting = { ...settings, set: async () => void writes++ }
  let now: ReadonlyMap<string, Lifecycle> = new Map()
  const asking = toldLives({ settings: counting, telemetry }, { current: async () => now })
  await asking.current()
  expect(writes).toBe(0)
  now = lives
  await asking.current()
  await asking.current()
  expect(writes).toBe(1)

  const away = { ...settings, get: () => Promise.reject(new Error('away')), set: () => Promise.reject(new Error('away')) }
  expect(await toldLives({ settings: away, telemetry }, { current: async () => lives }).current()).toBe(lives)
  expect((await heardLives({ settings: away, now: () => 0 }).current()).size).toBe(0)
})
