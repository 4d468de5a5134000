import { describe, expect, it } from 'vitest'
import en from './en/index.ts'
import ja from './ja/index.ts'
import zh from './zh/index.ts'

type Strings = { [key: string]: string | Strings }
const flat = (strings: Strings, prefix = ''): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(strings).map(([key, value]) =>
      typeof value === 'string' ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
    ),
  )

/** English counts one and other; Japanese and Chinese have one form, `_other`. */
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '')
const keys = (strings: Record<string, string>) => [...new Set(Object.keys(strings).map(withoutPlural))].sort()
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).sort()

const english = flat(en as Strings)
describe.each([
  ['Japanese', flat(ja as Strings)],
  ['Chinese', flat(zh as Strings)],
])('the studio in %s', (_language, strings) => {
  it('says everything that it says in English, and nothing else', () => {
    expect(keys(strings)).toEqual(keys(english))
  })

  it('fills the same places', () => {
    for (const [key, text] of Object.entries(strings)) {
      const source = english[key] ?? english[`${withoutPlural(key)}_other`]!
      // A plural may leave its count out where the language does not need it.
      const wanted = placeholders(source).filter((name) => name !== 'count' || placeholders(text).includes('count'))
      expect.soft(placeholders(text), key).toEqual(wanted)
    }
  })

  it('leaves no string empty, and none that counts without an `_other` form', () => {
    for (const [key, text] of Object.entries(strings)) expect.soft(text.trim(), key).not.toBe('')
    expect(Object.keys(strings).filter((key) => key.endsWith('_one') && !(`${withoutPlural(key)}_other` in strings))).toEqual([])
  })
})
