import { expect, it } from 'vitest'
import { byteLru } from './byte-lru.ts'

function cache(maxBytes: number) {
  const gone: string[] = []
  const lru = byteLru<string>({ maxBytes, onEvict: (key) => gone.push(key) })
  const keep = (...keys: string[]) => keys.forEach((key) => void lru.set(key, key.toUpperCase(), 10))
  const kept = (...keys: string[]) => keys.filter((key) => lru.get(key) !== undefined)
  return { lru, gone, keep, kept }
}

it('keeps what fits, and counts it', () => {
  const { lru, gone, keep } = cache(30)
  keep('a', 'b', 'c')
  expect([lru.get('a'), lru.get('x'), lru.bytes(), gone]).toEqual(['A', undefined, 30, []])
  lru.set('a', 'another', 5)
  expect([lru.get('a'), lru.bytes()]).toEqual(['another', 25])
  expect([lru.remove('a'), lru.remove('a'), lru.bytes()]).toEqual([true, false, 20])
})

it('lets go first of the oldest that nobody used, and never of what has just come', () => {
  const { lru, gone, keep } = cache(30)
  keep('a', 'b', 'c', 'd')
  expect(gone).toEqual(['a'])
  lru.get('b')
  keep('e')
  expect(gone).toEqual(['a', 'c'])
  keep('f', 'g')
  expect(gone).toHaveLength(4)
  expect(lru.get('g')).toBe('G')
  expect(lru.bytes()).toBe(30)
})

it('keeps what is used all the time through any number of others', () => {
  const { gone, keep, kept } = cache(50)
  keep('used')
  for (let at = 0; at < 1000; at++) {
    keep(`once ${at}`)
    expect(kept('used')).toEqual(['used'])
  }
  expect(gone).toHaveLength(1000 - 4)
})

it('is not emptied for a value that is larger than all of it, and keeps no older one under its key', () => {
  const { lru, gone, keep, kept } = cache(30)
  keep('a', 'b')
  lru.set('b', 'huge', 31)
  expect([kept('a', 'b'), lru.bytes(), gone]).toEqual([['a'], 10, ['b']])
})

it('removes all under a prefix', () => {
  const { lru, keep, kept } = cache(90)
  keep('r/a/1', 'r/a/2', 'r/ab/1')
  lru.removeUnder('r/a/')
  expect([kept('r/a/1', 'r/a/2', 'r/ab/1'), lru.bytes()]).toEqual([['r/ab/1'], 10])
})
