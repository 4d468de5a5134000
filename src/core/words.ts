import type { Image } from './image.ts'

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

/** One spelling for what people see as the same: width, case and (on Latin letters) accents do not matter. */
const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')

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

/** What must all be found: words, and of runs of Japanese and Chinese their 2-grams (the character itself when it stands alone). */
export function queryTokens(text: string): string[] {
  const tokens = pieces(text).flatMap((piece) => (typeof piece === 'string' ? [piece] : piece.length === 1 ? piece : pairs(piece)))
  return [...new Set(tokens)].slice(0, MAX_QUERY_TOKENS)
}

/** The words of an image that its owner may search: title, tags, file name, prompt, in this order should the cap be met. */
export const searchTextOf = (image: Pick<Image, 'title' | 'tags' | 'fileName' | 'madeWith'>): string =>
  [image.title, ...image.tags, image.fileName ?? '', image.madeWith?.prompt ?? ''].join('\n')
