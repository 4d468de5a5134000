import { HAN_VARIANTS } from './han-variants.data.ts'
import type { Image } from './image.ts'

/** Raised with every change of what follows: an index made by an older rule is made again (`reindexSearch`). */
export const WORDS_RULE = 2

/** Tokens of one image at most: past it the rest of a very long prompt is not searched. */
export const MAX_TOKENS = 400
/** Tokens of one query at most; further words do not narrow the search. */
export const MAX_QUERY_TOKENS = 16
/** Characters of a token at most; a longer word is found by its beginning. */
export const MAX_TOKEN_LENGTH = 40

/** Runs written without spaces: kanji and hanzi, kana (with its long-vowel and iteration marks). */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆ヶ]`
const PIECES = new RegExp(String.raw`${UNSPACED}+|(?:(?!${UNSPACED})[\p{L}\p{N}\p{M}])+`, 'gu')
const IS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u')

/** Each form of a Han character → the one that stands for all. */
const HAN = new Map(
  HAN_VARIANTS.trim()
    .split(/\s+/)
    .flatMap((forms) => [...forms].map((form, _, [first]) => [form, first!] as const)),
)

/**
 * One spelling for what people see as the same: width, case, accents on Latin letters, and whether a Han character is written the
 * simplified, the traditional or the Japanese way do not matter.
 */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/\p{Script=Han}/gu, (character) => HAN.get(character) ?? character)

const capped = (word: string) => [...word].slice(0, MAX_TOKEN_LENGTH).join('')
const pairs = (characters: string[]) => characters.slice(1).map((second, at) => characters[at]! + second)

/** The pieces of a text: words as they stand, and runs of Japanese or Chinese as their characters. */
const pieces = (text: string): (string | string[])[] =>
  (plain(text).match(PIECES) ?? []).map((piece) => (IS_UNSPACED.test(piece) ? [...piece] : capped(piece)))

/**
 * What a text is found by: its words, and of runs of Japanese and Chinese every character and every two neighbours, so that a query
 * of one character works as well. Each token once, in order, at most `MAX_TOKENS`.
 */
export function tokensOf(text: string): string[] {
  const tokens = new Set<string>()
  for (const piece of pieces(text)) {
    for (const token of typeof piece === 'string' ? [piece] : [...piece, ...pairs(piece)]) {
      if (tokens.size === MAX_TOKENS) return [...tokens]
      tokens.add(token)
    }
  }
  return [...tokens]
}

/**
 * The beginnings by which words are found while they are typed: of each word its first characters, as many as each of `lengths` says and
 * marked so that they are no words. A run of Japanese or Chinese needs none: its characters and pairs are found anywhere.
 */
export const edgesOf = (tokens: readonly string[], lengths: readonly number[]): string[] => {
  const edges = tokens
    .filter((token) => !IS_UNSPACED.test(token))
    .map((word) => [...word])
    .flatMap((word) => lengths.filter((length) => length <= word.length).map((length) => edge(word, length)))
  return [...new Set(edges)]
}

/** The longest indexed beginning of what was typed: it leads to all that is wanted, and to more where it is shorter. */
export const edgeOf = (beginning: string, lengths: readonly number[]): string => {
  const word = [...beginning]
  return edge(word, lengths.findLast((length) => length <= word.length) ?? 1)
}

/** `=` cannot come from a word; facets of the indexes have one of it in front, beginnings two. */
const edge = (word: readonly string[], length: number) => `==${word.slice(0, length).join('')}`

/** What must all be found: `words` as tokens, and of a last word that may still be growing only its `beginning`. */
export type WantedWords = { words: string[]; beginning?: string }

/**
 * A query's tokens: words, and of runs of Japanese and Chinese their 2-grams (the character itself when it stands alone). The last word
 * typed is wanted as a beginning: "ladyb" finds "ladybird".
 */
export function wantedWords(text: string): WantedWords {
  const all = pieces(text)
  const last = all.at(-1)
  const tokens = (typeof last === 'string' ? all.slice(0, -1) : all).flatMap((piece) =>
    typeof piece === 'string' ? [piece] : piece.length === 1 ? piece : pairs(piece),
  )
  const words = [...new Set(tokens)].slice(0, MAX_QUERY_TOKENS)
  return { words, ...(typeof last === 'string' && words.length < MAX_QUERY_TOKENS && { beginning: last }) }
}

/** The words of an image that its owner may search: title, tags, file name, prompt, in this order should the cap be met. */
export const searchTextOf = (image: Pick<Image, 'title' | 'tags' | 'fileName' | 'madeWith'>): string =>
  [image.title, ...image.tags, image.fileName ?? '', image.madeWith?.prompt ?? ''].join('\n')
