import { type Kind, LEXICON } from './lexicon.data.ts'

/** A thing the prompt asks for. */
export type Wish = { id: string; count: number; color?: string; size?: 'big' | 'small' }
/** What the prompt says, as far as the lexicon knows its words. Lists keep the prompt's order. */
export type Wishes = {
  subjects: Wish[]
  /** Colours that belong to no subject: they set the palette. */
  colors: string[]
  time?: string
  season?: string
  weather: string[]
  style?: string
  moods: string[]
  /** Letters and words nothing was known of: they still vary the picture. */
  unknown: number
}
type Hit = { kind: Kind; id: string; at: number; end: number; negated: boolean }

const WORDS = new Map<string, { kind: Kind; id: string }[]>()
for (const [kind, id, english, eastern] of LEXICON)
  for (const word of [...english.split('|'), ...eastern.split('|').map((each) => each.toLowerCase())])
    WORDS.set(word, [...(WORDS.get(word) ?? []), { kind, id }])
const LONGEST_EASTERN = 8

const LATIN = /[a-z0-9']/
const EASTERN = /[\u3005\u3040-\u30ff\u3400-\u9fff]/
const REFUSES = new Set(['no', 'without', 'not', 'minus', 'except'])
const REFUSES_BEFORE = ['没有', '無い', '不要', '无', '沒有']
const REFUSES_AFTER = ['のない', 'なし', 'がない', '抜き', '以外']

/** Reads a prompt in English, Japanese, Chinese or a mixture. What a negative prompt names is taken out again. */
export function readPrompt(prompt: string, negative = ''): Wishes {
  const text = normalise(prompt)
  const { hits, unknown } = hitsOf(text)
  const unwanted = new Set(
    [...hitsOf(normalise(negative)).hits, ...hits.filter((hit) => hit.negated)].map(({ kind, id }) => `${kind}:${id}`),
  )
  const wanted = hits.filter((hit) => !hit.negated && !unwanted.has(`${hit.kind}:${hit.id}`))
  return { ...wishesOf(wanted, text), unknown }
}

// NFKC makes full-width letters plain; weights such as (red:1.3) are only punctuation here.
const normalise = (text: string) => text.normalize('NFKC').toLowerCase().replace(/[-_]/g, ' ').slice(0, 10_000)

function hitsOf(text: string): { hits: Hit[]; unknown: number } {
  const hits: Hit[] = []
  let unknown = 0
  let refuseUntil = -1
  for (let at = 0; at < text.length; ) {
    const found = LATIN.test(text[at]!) ? latinAt(text, at) : EASTERN.test(text[at]!) ? easternAt(text, at) : { end: at + 1 }
    const word = text.slice(at, found.end)
    const refusal = REFUSES.has(word) || REFUSES_BEFORE.find((each) => text.startsWith(each, at))
    if (refusal) refuseUntil = found.end + 12
    const after = REFUSES_AFTER.some((each) => text.startsWith(each, found.end))
    for (const { kind, id } of found.meanings ?? [])
      hits.push({ kind, id, at, end: found.end, negated: (at <= refuseUntil && kind !== 'count') || after })
    if (found.meanings?.some(({ kind }) => kind === 'subject')) refuseUntil = -1
    if (!found.meanings && !refusal && word.length > 2) unknown++
    at = typeof refusal === 'string' ? at + refusal.length : found.end
  }
  return { hits, unknown }
}

type Found = { end: number; meanings?: { kind: Kind; id: string }[] | undefined }

/** The longest known phrase of up to four words that begins here, singular or plural. */
function latinAt(text: string, at: number): Found {
  const [phrase = ''] = /^[a-z0-9']+(?: [a-z0-9']+){0,3}/.exec(text.slice(at, at + 80)) ?? []
  const words = phrase.split(' ')
  for (let n = words.length; n > 0; n--) {
    const tried = words.slice(0, n).join(' ')
    const meanings = singulars(tried)
      .map((each) => WORDS.get(each))
      .find(Boolean)
    if (meanings) return { end: at + tried.length, meanings }
  }
  const digits = /^\d{1,2}$/.exec(words[0]!)?.[0]
  if (digits) return { end: at + digits.length, meanings: [{ kind: 'count', id: digits }] }
  return { end: at + Math.max(1, words[0]!.length) }
}

function singulars(word: string): string[] {
  const forms = [word]
  if (word.endsWith('ies')) forms.push(`${word.slice(0, -3)}y`)
  if (word.endsWith('ves')) forms.push(`${word.slice(0, -3)}f`)
  if (word.endsWith('es')) forms.push(word.slice(0, -2))
  if (word.endsWith('s')) forms.push(word.slice(0, -1))
  return forms
}

/** The longest known compound that begins here. */
function easternAt(text: string, at: number): Found {
  for (let n = Math.min(LONGEST_EASTERN, text.length - at); n > 0; n--) {
    const meanings = WORDS.get(text.slice(at, at + n))
    if (meanings) return { end: at + n, meanings }
  }
  return { end: at + 1 }
}

function wishesOf(hits: readonly Hit[], text: string): Omit<Wishes, 'unknown'> {
  const wishes: Omit<Wishes, 'unknown'> = { subjects: [], colors: [], weather: [], moods: [] }
  hits.forEach((hit, i) => {
    if (hit.kind === 'subject') addSubject(wishes.subjects, hit, describing(hits, i, text))
    else if (hit.kind === 'color' && !subjectAfter(hits, i, text)) wishes.colors.push(hit.id)
    else if (hit.kind === 'weather') wishes.weather.push(hit.id)
    else if (hit.kind === 'mood') wishes.moods.push(hit.id)
    else if (hit.kind === 'time') wishes.time ??= hit.id
    else if (hit.kind === 'season') wishes.season ??= hit.id
    else if (hit.kind === 'style') wishes.style ??= hit.id
  })
  return wishes
}

function addSubject(subjects: Wish[], { id }: Hit, about: readonly Hit[]): void {
  const color = about.find(({ kind }) => kind === 'color')?.id
  const size = about.find(({ kind }) => kind === 'size')?.id as Wish['size']
  const count = Math.min(12, Number(about.find(({ kind }) => kind === 'count')?.id ?? 0))
  const known = subjects.find((wish) => wish.id === id)
  const wish = known ?? { id, count }
  if (color) wish.color ??= color
  if (size) wish.size ??= size
  if (!known) subjects.push(wish)
}

/** What stands right before a subject and belongs to it: "three small red" birds, 赤い鳥居, 红色的灯笼. */
function describing(hits: readonly Hit[], i: number, text: string): Hit[] {
  const about: Hit[] = []
  for (let j = i - 1; j >= 0; j--) {
    const hit = hits[j]!
    if (hit.at === hits[i]!.at) continue
    if (hit.kind === 'subject' || !isTied(text.slice(hit.end, hits[j + 1]!.at))) break
    if (hit.kind === 'color' || hit.kind === 'count' || hit.kind === 'size') about.push(hit)
  }
  return about
}

/** Only a word or two, or a particle, may stand between a description and its thing; a comma parts them. */
const isTied = (between: string) =>
  !/[,.;:、。，；]/.test(between) && between.length <= 9 && !/\b(and|in|on|at|with|under|over)\b/.test(between)

function subjectAfter(hits: readonly Hit[], i: number, text: string): boolean {
  for (let j = i + 1; j < hits.length; j++) {
    if (hits[j]!.at === hits[i]!.at) continue
    if (!isTied(text.slice(hits[j - 1]!.end, hits[j]!.at))) return false
    if (hits[j]!.kind === 'subject') return true
  }
  return false
}
