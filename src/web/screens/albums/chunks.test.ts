import { expect, it } from 'vitest'
import { chunksOf } from './chunks.ts'

it('takes everything once, in order, and no more at a time than asked', () => {
  const items = Array.from({ length: 250 }, (_, at) => at)
  const chunks = chunksOf(items, 100)
  expect(chunks.map(({ length }) => length)).toEqual([100, 100, 50])
  expect(chunks.flat()).toEqual(items)
  expect([chunksOf([], 100), chunksOf([1], 100)]).toEqual([[], [[1]]])
})
