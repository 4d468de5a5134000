import { expect, it } from 'vitest'
import { MAX_QUERY_TOKENS, MAX_TOKEN_LENGTH, MAX_TOKENS, queryTokens, searchTextOf, tokensOf } from './words.ts'

it.each([
  ['A red Boat, two boats!', ['a', 'red', 'boat', 'two', 'boats']],
  ['Café Übergröße ÅNGSTRÖM', ['cafe', 'ubergroße', 'angstrom']],
  ['夕焼けの海', ['夕', '焼', 'け', 'の', '海', '夕焼', '焼け', 'けの', 'の海']],
  ['日落', ['日', '落', '日落']],
  ['ﾎﾃﾙ', ['ホ', 'テ', 'ル', 'ホテ', 'テル']],
  ['コーヒー', ['コ', 'ー', 'ヒ', 'コー', 'ーヒ', 'ヒー']],
  ['東京tower2048', ['東', '京', '東京', 'tower2048']],
  ['𠮷野家', ['𠮷', '野', '家', '𠮷野', '野家']],
  ['ガラス と が', ['ガ', 'ラ', 'ス', 'ガラ', 'ラス', 'と', 'が']],
  ['서울 야경', ['서울', '야경']],
  ['हिन्दी', ['हिन्दी']],
  ['🚀 — … *', []],
])('cuts %j', (text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens)
})

it.each([
  ['海', ['海']],
  ['夕焼け', ['夕焼', '焼け']],
  ['Sunset 夕焼け SUNSET', ['sunset', '夕焼', '焼け']],
  ['  ', []],
])('asks for %j by as few tokens as tell', (text, tokens) => {
  expect(queryTokens(text)).toEqual(tokens)
})

it('asks only for tokens that a text which holds the words has', () => {
  const text = 'The Café 海辺の灯台とホテル near 東京タワー 2048 and 𠮷野家'
  for (const part of ['café', '灯台', '海', 'ホテル', '東京タワー', '2048', '𠮷野', 'the near'])
    for (const token of queryTokens(part)) expect(tokensOf(text)).toContain(token)
})

it('keeps within its caps, whatever the text', () => {
  const long = Array.from({ length: 1000 }, (_, n) => `word${n}`).join(' ')
  expect(tokensOf(long)).toHaveLength(MAX_TOKENS)
  expect(queryTokens(long)).toHaveLength(MAX_QUERY_TOKENS)
  const [word] = tokensOf('x'.repeat(500))
  expect(word).toHaveLength(MAX_TOKEN_LENGTH)
  expect(queryTokens('x'.repeat(500))).toEqual([word])
})

it('takes words from title, tags, file name and prompt', () => {
  const text = searchTextOf({ title: 'a', tags: ['b', 'c'], fileName: 'd.jpg', madeWith: { modelId: 'm', task: 'inpaint', prompt: 'e' } })
  expect(tokensOf(text)).toEqual(['a', 'b', 'c', 'd', 'jpg', 'e'])
})
