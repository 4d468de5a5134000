import { expect, it } from 'vitest'
import { isUuid, uuidV7Source } from './ids.ts'

const zeros = (bytes: Uint8Array) => bytes.fill(0)

it('writes the time, the version, the counter, the variant and the random bytes where RFC 9562 has them', () => {
  const random = (bytes: Uint8Array) => {
    bytes.set([0xff, 0x12, 0xff, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0x0f])
    return bytes
  }
  expect(uuidV7Source(() => 0x0193a1b2c3d4, random)()).toBe('0193a1b2-c3d4-7712-bf34-56789abcde0f')
})

it('is a UUID that never falls below the last, whatever the clock does', () => {
  const clock = [5000, 5000, 4000, 5001, 1]
  let at = 0
  const newId = uuidV7Source(() => clock[at++ % clock.length]!, zeros)
  const ids = Array.from({ length: 20_000 }, newId)
  expect(ids.every(isUuid)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
