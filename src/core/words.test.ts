import { expect, it } from 'vitest'
import { edgeOf, edgesOf, MAX_QUERY_TOKENS, MAX_TOKEN_LENGTH, MAX_TOKENS, searchTextOf, tokensOf, wantedWords } from './words.ts'

it.each([
  ['A red Boat, two boats!', ['a', 'red', 'boat', 'two', 'boats']],
  ['Café Übergröße ÅNGSTRÖM', ['cafe', 'ubergroße', 'angstrom']],
  ['夕焼けの海', ['夕', '烧', 'け', 'の', '海', '夕烧', '烧け', 'けの', 'の海']],
  ['日落', ['日', '落', '日落']],
  ['ﾎﾃﾙ', ['ホ', 'テ', 'ル', 'ホテ', 'テル']],
  ['コーヒー', ['コ', 'ー', 'ヒ', 'コー', 'ーヒ', 'ヒー']],
  ['東京tower2048', ['东', '京', '东京', 'tower2048']],
  ['𠮷野家', ['𠮷', '野', '傢', '𠮷野', '野傢']],
  ['ガラス と が', ['ガ', 'ラ', 'ス', 'ガラ', 'ラス', 'と', 'が']],
  ['서울 야경', ['서울', '야경']],
  ['हिन्दी', ['हिन्दी']],
  ['🚀 — … *', []],
])('cuts %j', (text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens)
})

it.each([
  ['海', { words: ['海'] }],
  ['夕焼け', { words: ['夕烧', '烧け'] }],
  ['Sunset 夕焼け SUNSET', { words: ['sunset', '夕烧', '烧け'], beginning: 'sunset' }],
  ['red ladyb', { words: ['red'], beginning: 'ladyb' }],
  ['東京to', { words: ['东京'], beginning: 'to' }],
  ['lake 湖', { words: ['lake', '湖'] }],
  ['  ', { words: [] }],
])('asks for %j by as few tokens as tell, the last word as a beginning', (text, wanted) => {
  expect(wantedWords(text)).toEqual(wanted)
})

it.each([
  ['风景', '風景'],
  ['图', '図'],
  ['图', '圖'],
  ['美丽的发型', '美麗的髮型'],
  ['东京塔', '東京塔'],
  ['沢', '澤'],
  ['骨', '骨'],
])('makes the same tokens of %s and %s', (one, other) => {
  expect(tokensOf(other)).toEqual(tokensOf(one))
})

it('asks only for tokens that a text which holds the words has', () => {
  const text = 'The Café 海辺の灯台とホテル near 東京タワー 2048 and 𠮷野家'
  const tokens = tokensOf(text)
  for (const part of ['café', 'ca', '灯台', '海', 'ホテル', '東京タワー', '2048', '𠮷野', 'the near', 'the ne']) {
    const { words, beginning } = wantedWords(part)
    for (const token of words) expect(tokens).toContain(token)
    if (beginning === undefined) continue
    expect(edgesOf(tokens, [1, 2, 4])).toContain(edgeOf(beginning, [1, 2, 4]))
    expect(tokens.some((token) => token.startsWith(beginning))).toBe(true)
  }
})

it('indexes beginnings of words by the lengths asked for, each no word itself', () => {
  const lengths = [1, 2, 4]
  const edges = ['==l', '==li', '==ligh', '==s', '==se', '==𝒜', '==서', '==서울']
  expect(edgesOf(['lighthouse', 'lightly', 'sea', '𝒜', '夕', '夕烧', '서울'], lengths)).toEqual(edges)
  const read = { l: '==l', lig: '==li', ligh: '==ligh', lighthouses: '==ligh' }
  for (const [beginning, edge] of Object.entries(read)) expect(edgeOf(beginning, lengths)).toBe(edge)
})

it('keeps within its caps, whatever the text', () => {
  const long = Array.from({ length: 1000 }, (_, n) => `word${n}`).join(' ')
  expect(tokensOf(long)).toHaveLength(MAX_TOKENS)
  expect(wantedWords(long).words).toHaveLength(MAX_QUERY_TOKENS)
  const [word] = tokensOf('x'.repeat(500))
  expect(word).toHaveLength(MAX_TOKEN_LENGTH)
  expect(wantedWords('x'.repeat(500))).toEqual({ words: [], beginning: word })
})

it('takes words from title, tags, file name and prompt', () => {
  const text = searchTextOf({ title: 'a', tags: ['b', 'c'], fileName: 'd.jpg', madeWith: { modelId: 'm', task: 'inpaint', prompt: 'e' } })
  expect(tokensOf(text)).toEqual(['a', 'b', 'c', 'd', 'jpg', 'e'])
})
