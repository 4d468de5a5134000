import { rgbaToThumbHash } from 'thumbhash'
import { describe, expect, it } from 'vitest'
import { averageColour, knownPlaceholder, placeholderUrl, whenDrawn } from './placeholder.ts'

/** The hash of a picture in one colour. */
const hashOf = (r: number, g: number, b: number) =>
  Buffer.from(
    rgbaToThumbHash(
      4,
      4,
      Uint8Array.from({ length: 64 }, (_, at) => [r, g, b, 255][at % 4]!),
    ),
  ).toString('base64')

describe('the placeholder of a picture', () => {
  it('is its colour at once', () => {
    const [r, g, b] = averageColour(hashOf(200, 40, 40))!
      .match(/\d+/g)!
      .map(Number)
    expect(Math.abs(r! - 200)).toBeLessThan(16)
    expect(Math.abs(g! - 40)).toBeLessThan(16)
    expect(Math.abs(b! - 40)).toBeLessThan(16)
  })

  it('is drawn later, once, and known from then on', async () => {
    const hash = hashOf(10, 200, 30)
    expect(knownPlaceholder(hash)).toBeUndefined()
    const told = await Promise.all([1, 2].map(() => new Promise((tell) => whenDrawn(hash, tell))))
    expect(told[0]).toMatch(/^data:image\/png;base64,/)
    expect(told).toEqual([placeholderUrl(hash), knownPlaceholder(hash)])
  })

  it('is not drawn for a picture that went by', async () => {
    const gone = hashOf(1, 2, 250)
    whenDrawn(gone, () => expect.unreachable('told of a picture that is gone'))()
    await new Promise((tell) => whenDrawn(hashOf(250, 250, 3), tell))
    expect(knownPlaceholder(gone)).toBeUndefined()
  })

  it('keeps the last few hundred, and lets the oldest go', () => {
    const first = hashOf(99, 5, 60)
    placeholderUrl(first)
    for (let at = 0; at < 500; at++) placeholderUrl(`${hashOf(0, 0, 0).slice(0, 8)}${String(at).padStart(4, '0')}`)
    expect(knownPlaceholder(first)).toBeUndefined()
  })

  it('is none where there is none, or a broken one', async () => {
    for (const broken of [undefined, '', '%%%']) {
      expect(placeholderUrl(broken)).toBeUndefined()
      expect(averageColour(broken)).toBeUndefined()
    }
    expect(await new Promise((tell) => whenDrawn('%%%', tell))).toBeUndefined()
  })
})
