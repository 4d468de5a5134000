import { expect, it } from 'vitest'
import { rateOf } from './make-outputs.ts'
import { requestGeneration } from './request-generation.ts'
import { ada, DOTS, testStudio } from './studio.contract.ts'

it('makes a hundred generations asked for at once in little more than the time that the rate itself takes', async () => {
  const model = { ...DOTS, requestsPerMinute: 90, concurrency: 8 }
  const studio = testStudio({ models: [model], policy: { maxGenerationsInFlightPerOwner: 100 } })
  const ids: string[] = []
  for (let at = 0; at < 100; at++)
    ids.push((await requestGeneration(studio, ada, { task: 'text-to-image', prompt: `dot ${at}`, count: 1, width: 32, height: 32 })).id)
  const began = studio.clock.at
  const isDone = async () => (await Promise.all(ids.map((id) => studio.generations.find(id)))).every((one) => one?.state === 'succeeded')
  const { perMinute, burst } = rateOf(model)
  const ideal = ((100 - burst) / perMinute) * 60_000
  while (!(await isDone()) && studio.clock.at - began < 10 * ideal) {
    await studio.drain()
    studio.clock.at += 1000
  }
  expect(await isDone()).toBe(true)
  expect(studio.asked).toHaveLength(100)
  // The clock is the test's own, so this is the schedule's doing and not the machine's.
  expect((studio.clock.at - began) / ideal).toBeLessThanOrEqual(1.2)
  await studio.close()
})
