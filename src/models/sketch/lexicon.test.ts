import { describe, expect, it } from 'vitest'
import { LEXICON } from './lexicon.data.ts'
import { readPrompt } from './lexicon.ts'

const subjects = (prompt: string, negative?: string) => readPrompt(prompt, negative).subjects.map(({ id }) => id)

describe('reading a prompt', () => {
  it.each([
    ['three small red birds over the sea at sunset, watercolor'],
    ['夕日の海の上の三羽の小さな赤い鳥、水彩'],
    ['日落时海上的三只小小的红色的小鸟，水彩'],
  ])('finds things, numbers, sizes, colours, time and style: %s', (prompt) => {
    const wishes = readPrompt(prompt)
    expect(wishes.subjects.find(({ id }) => id === 'bird')).toMatchObject({ count: 3, color: 'red', size: 'small' })
    expect(wishes).toMatchObject({ time: 'sunset', style: 'watercolor' })
    expect(subjects(prompt)).toContain('sea')
  })

  it('reads night alike in three languages', () => {
    expect(['at night', '夜', '夜晚'].map((prompt) => readPrompt(prompt).time)).toEqual(['night', 'night', 'night'])
  })

  it('prefers the longest word: 富士山 is Fuji, 火山 a volcano, and neither any mountain', () => {
    expect(subjects('富士山と火山')).toEqual(['fuji', 'volcano'])
  })

  it('knows plurals', () => {
    expect(subjects('foxes, butterflies and wolves')).toEqual(['fox', 'butterfly', 'dog'])
  })

  it('gives a colour to its thing, and a lone colour to the palette', () => {
    expect(readPrompt('a black cat, blue')).toMatchObject({ subjects: [{ id: 'cat', color: 'black' }], colors: ['blue'] })
  })

  it.each([['a lake, no boat'], ['湖、舟なし'], ['湖，没有小船']])('leaves out what is refused: %s', (prompt) => {
    expect(subjects(prompt)).toEqual(['lake'])
  })

  it('takes out what the negative prompt names', () => {
    expect(subjects('a cat and a dog', 'dog')).toEqual(['cat'])
  })

  it('is not led astray by weights, width of letters or a very long text', () => {
    expect(subjects('(ｃａｔ:1.3)')).toEqual(['cat'])
    expect(subjects(`${'x '.repeat(20_000)}cat`)).toEqual([])
  })
})

it('has words in all three scripts for every subject', () => {
  for (const [kind, id, english, eastern] of LEXICON) {
    expect(english, `${kind} ${id}`).toMatch(/^[a-z0-9 |']+$/)
    expect(eastern, `${kind} ${id}`).toMatch(/[\u3040-\u9fff]/)
  }
})
