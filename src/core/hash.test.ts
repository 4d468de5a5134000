import { expect, it } from 'vitest'
import { canonicalJson } from './hash.ts'

it('writes the same text for bodies that differ only in the order of their keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }))
})

it('refuses a body nested deeper than anything asked for here, where the call stack would end', () => {
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
  expect(canonicalJson(nested(30))).toBe('['.repeat(30) + ']'.repeat(30))
  for (const depth of [200, 200_000])
    expect(() => canonicalJson({ parameters: nested(depth) })).toThrow(expect.objectContaining({ code: 'invalid_input' }))
})
