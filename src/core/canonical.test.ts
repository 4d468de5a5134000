import { describe, expect, it } from 'vitest'
import { canonicalOf, formatFor, LADDER, parseCanonical, readTransform, requestName, rungName, rungsOf } from './canonical.ts'
import { parseTransform, settle, Transform } from './transform.ts'

const query = (text: string) => [...new URLSearchParams(text)]
const photo = { width: 4032, height: 3024 }

describe('reading a query', () => {
  it('takes every parameter once', () => {
    expect(parseTransform(query('w=640&h=480&fit=cover&fm=webp&q=70&dpr=1.5'))).toEqual({
      ...{ w: 640, h: 480, fit: 'cover', fm: 'webp', q: 70, dpr: 1.5 },
    })
    expect(parseTransform([])).toEqual({})
  })

  it.each(['width=640', 'W=640', 'w=640&w=641', 'w=0', 'w=-1', 'w=8193', 'w=6e2', 'w=0640', 'w= 640', 'w=', 'q=101', 'q=0', 'q=70.5'])(
    'refuses %s, naming the parameter',
    (text) => {
      const [[name]] = query(text) as [[string, string]]
      expect(() => parseTransform(query(text))).toThrow(
        expect.objectContaining({ code: 'invalid_input', details: { fields: [expect.objectContaining({ path: name })] } }),
      )
    },
  )
  it.each(['fit=fill', 'fm=gif', 'fm=original', 'dpr=0.5', 'dpr=5', 'dpr=4.5', 'dpr=2.00001', 'w=1&__proto__=1'])('refuses %s', (text) => {
    expect(() => parseTransform(query(text))).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })

  it('takes from a query exactly what it takes from a body', () => {
    for (const transform of [{ w: 1, h: 8192 }, { dpr: 1.333, w: 3 }, { fm: 'auto', q: 100 }, { fit: 'inside' }] as const) {
      const read = readTransform(Object.entries(transform).map(([name, value]) => [name, String(value)] as const))
      expect(read).toEqual({ transform: Transform.parse(transform) })
    }
    expect(Transform.safeParse({ dpr: 1.33333 }).success).toBe(false)
  })
})

describe('canonical names', () => {
  it('are one spelling of one picture', () => {
    expect(canonicalOf({ w: 640, h: 480, fit: 'cover', q: 70 }, 'webp')).toBe('v1/w640-h480-cover-q70.webp')
    expect(canonicalOf({ w: 320, dpr: 2, fit: 'contain' }, 'webp')).toBe('v1/w640.webp')
    expect(canonicalOf({ w: 640, q: 80 }, 'webp')).toBe('v1/w640.webp')
    expect(canonicalOf({ w: 640, q: 80 }, 'avif')).toBe('v1/w640-q80.avif')
    expect(canonicalOf({ q: 10, dpr: 3 }, 'png')).toBe('v1/full.png')
    expect(canonicalOf({ q: 10 }, 'jpeg')).toBe('v1/q10.jpeg')
    expect(canonicalOf({ w: 1, h: 2 }, 'jpeg')).toBe('v1/w1-h2-inside.jpeg')
  })

  it('are the names of the stored rungs where a rung is asked for', () => {
    for (const width of LADDER) expect(canonicalOf({ w: width }, 'webp')).toBe(rungName(width, 'webp'))
    expect(canonicalOf({ w: 320 }, 'jpeg')).toBe(rungName(320, 'jpeg'))
  })

  it('keep auto apart in what a signature covers', () => {
    expect(requestName({ w: 640 })).toBe('w640.auto')
    expect(requestName({ w: 640, q: 80 })).toBe('w640-q80.auto')
  })

  it('come back from being taken apart', () => {
    const asked = [{}, { w: 9 }, { h: 9 }, { w: 9, h: 8, fit: 'contain' }, { q: 7 }, { w: 8192, dpr: 4 }, { h: 5, q: 6 }] as const
    for (const format of ['webp', 'avif', 'jpeg', 'png'] as const)
      for (const transform of asked) {
        const canonical = canonicalOf(transform, format)
        expect(canonicalOf(parseCanonical(canonical)!, format)).toBe(canonical)
      }
  })

  it.each([
    ...['v1/mezzanine.jpeg', 'v2/w640.webp', 'v1/w640.gif', 'v1/w0.webp', 'v1/w640-q80.webp', 'v1/w64-h64.webp', 'v1/.webp', 'v1/-q7.webp'],
    ...['v1/w9-cover.webp', 'v1/w0640.webp', 'v1/w640.webp/..', '../v1/w640.webp', 'v1/w99999.webp', 'v1/full-q7.webp', 'v1/w9q7.webp', ''],
  ])('are not %j', (text) => {
    expect(parseCanonical(text)).toBeUndefined()
    expect(() => settle(text, photo)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
  })
})

describe('settling', () => {
  it('keeps the aspect where one side is given', () => {
    expect(settle('v1/w640.webp', photo)).toEqual({ width: 640, height: 480, fit: 'inside', format: 'webp', quality: 80 })
    expect(settle('v1/h300.avif', photo)).toMatchObject({ width: 400, height: 300, quality: 50 })
  })

  it('crops only for cover, and pads only for contain', () => {
    expect(settle('v1/w100-h100-cover.jpeg', photo)).toMatchObject({ width: 100, height: 100, fit: 'cover' })
    expect(settle('v1/w100-h100-contain.jpeg', photo)).toMatchObject({ width: 100, height: 100, fit: 'contain' })
    expect(settle('v1/w100-h100-inside.jpeg', photo)).toMatchObject({ width: 100, height: 75, fit: 'inside' })
  })

  it('never enlarges, and keeps the aspect that was asked for', () => {
    const small = { width: 200, height: 100 }
    expect(settle('v1/w2048.webp', small)).toMatchObject({ width: 200, height: 100 })
    expect(settle('v1/full.png', small)).toMatchObject({ width: 200, height: 100 })
    expect(settle('v1/w400-h400-cover.webp', small)).toMatchObject({ width: 100, height: 100 })
    expect(settle('v1/w400-h400-contain.webp', small)).toMatchObject({ width: 200, height: 200 })
    expect(settle('v1/w400-h400-inside.webp', small)).toMatchObject({ width: 200, height: 100 })
  })

  it('leaves at least a pixel', () => {
    expect(settle('v1/w1.webp', { width: 30_000, height: 10 })).toMatchObject({ width: 1, height: 1 })
  })
})

it('lists the rungs that are made of a width', () => {
  expect(rungsOf(100)).toEqual([160])
  expect(rungsOf(320)).toEqual([160, 320])
  expect(rungsOf(321)).toEqual([160, 320, 640])
  expect(rungsOf(9000)).toEqual([...LADDER])
})

it.each([
  ['image/avif,image/webp,image/apng,*/*;q=0.8', 'avif'],
  ['image/webp,*/*', 'webp'],
  ['image/avif;q=0, image/webp;q=0.9', 'webp'],
  ['IMAGE/AVIF', 'avif'],
  ['*/*', 'jpeg'],
  ['image/*', 'jpeg'],
  [undefined, 'jpeg'],
])('answers Accept %s with %s', (accept, format) => expect(formatFor(accept)).toBe(format))
