import { afterEach, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../times.ts'
import { admitUpload } from './admit-upload.ts'
import { requestGeneration } from './request-generation.ts'
import { ada, pngOf, stateOf, type TestStudio, testStudio, upload } from './studio.contract.ts'
import { sweep } from './sweep.ts'

let studio: TestStudio
afterEach(() => studio?.close())
const paint = { task: 'text-to-image', prompt: 'a hill', count: 1 } as const

it.each([
  ['an hour back', -HOUR],
  ['a day back', -DAY],
  ['a day on', DAY],
])('finishes what was begun when the clock jumps %s', async (_, jump) => {
  studio = testStudio()
  const id = await upload(studio, ada, { bytes: await pngOf(1) })
  await admitUpload(studio, { id })
  const generation = await requestGeneration(studio, ada, paint)
  studio.clock.at += jump
  for (let minute = 0; minute < 3; minute++) {
    await sweep(studio, { now: studio.now() })
    await studio.drain()
    studio.clock.at += MINUTE
  }
  expect(await stateOf(studio, id)).toBe('ready')
  expect((await studio.generations.find(generation.id))?.state).toBe('succeeded')
})

it('gives ids that sort in the order they were given, also when the clock goes back', () => {
  studio = testStudio()
  const ids = Array.from({ length: 50 }, (_, at) => {
    studio.clock.at += at % 2 ? -HOUR : MINUTE
    return studio.newId()
  })
  expect(ids).toEqual([...ids].sort())
  expect(new Set(ids).size).toBe(50)
})
