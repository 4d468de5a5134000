import sharp from 'sharp'
import { expect, test } from 'vitest'
import { giveBack } from './give-back.ts'
import { makeSet } from './make-set.ts'
import { transformPicture } from './transform.ts'

test('bytes that are given back are gone', () => {
  const bytes = new Uint8Array(1000)
  giveBack(bytes)
  expect(bytes.length).toBe(0)
})

test('bytes that share their memory with others stay, and so do the others', () => {
  const whole = new Uint8Array([1, 2, 3, 4])
  giveBack(whole.subarray(1, 3))
  expect([...whole]).toEqual([1, 2, 3, 4])
})

test.each([
  ['a set', (photo: Buffer) => makeSet(photo)],
  ['a derivative', (photo: Buffer) => transformPicture(photo, PNG, { effort: 'low' })],
])('%s leaves no pixels behind for the garbage collector', async (_, make) => {
  const photo = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#268' } })
    .jpeg()
    .toBuffer()
  await make(photo)
  const before = process.memoryUsage().external
  await make(photo)
  // One copy of the pixels at the widest rung alone has 8 MB; the files are flat and small.
  expect(process.memoryUsage().external - before).toBeLessThan(2e6)
})

const PNG = { width: 2048, height: 1365, fit: 'inside', format: 'png', quality: 100 } as const
