import { z } from 'zod'
import { StudioError } from './errors.ts'
import type { Moderator, Verdict } from './ports/models.ts'

/**
 * Makes of patterns a function that tells which of them match a text, by index, in a time that grows with the text alone: whoever writes
 * a prompt must not be able to stall the studio. Throws what is wrong with one that it does not know.
 */
export type CompilePatterns = (sources: readonly string[]) => (text: string) => number[]

/**
 * The operator's rules for prompts. A word matches whole in languages that part words with spaces, anywhere in Japanese and Chinese.
 * A pattern is a regular expression as `compile` knows them, matched against the folded prompt (NFKC, lower case, no zero-width
 * characters).
 */
export const moderationPolicy = (compile: CompilePatterns) =>
  z.strictObject({
    rules: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(100),
          /** Shown to the person who asked. */
          reason: z.string().min(1).max(300),
          words: z.record(z.string().min(2).max(10), z.array(z.string().min(1).max(100)).max(5000)).optional(),
          patterns: z.record(z.string().min(2).max(10), z.array(patternOf(compile)).max(500)).optional(),
        }),
      )
      .max(200),
  })
export type ModerationPolicy = z.infer<ReturnType<typeof moderationPolicy>>

const patternOf = (compile: CompilePatterns) =>
  z
    .string()
    .min(1)
    .max(500)
    .superRefine((source, { addIssue }) => {
      try {
        compile([source])
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        addIssue({ code: 'custom', message: `${said} (look-around and back-references are not known, since they take unbounded time)` })
      }
    })

/** No rules: a studio of one's own refuses nothing until its operator says what. */
export const EMPTY_MODERATION: ModerationPolicy = { rules: [] }

/**
 * Refuses by words and patterns, naming the first rule that matches. Looks at words only: every picture is allowed. `compile` is needed
 * where there are patterns.
 */
export function policyModerator(policy: ModerationPolicy = EMPTY_MODERATION, compile: CompilePatterns = noPatterns): Moderator {
  const words = policy.rules.map(({ words = {} }) =>
    Object.entries(words).flatMap(([language, list]) => list.map((word) => wordMatcher(language, fold(word)))),
  )
  const patterns = policy.rules.flatMap(({ patterns = {} }, rule) =>
    Object.values(patterns).flatMap((list) => list.map((source) => ({ rule, source }))),
  )
  const matching = patterns.length > 0 ? compile(patterns.map(({ source }) => source)) : () => []

  return {
    // The negative prompt names what must not be there, so it is no reason to refuse.
    text: async ({ prompt }): Promise<Verdict> => {
      const text = fold(prompt ?? '')
      const byPattern = new Set(matching(text).map((at) => patterns[at]?.rule))
      const broken = policy.rules.find((_, rule) => byPattern.has(rule) || words[rule]?.some((word) => word.test(text)))
      return broken ? { verdict: 'refuse', rule: broken.name, reason: broken.reason } : { verdict: 'allow' }
    },
    picture: async () => ({ verdict: 'allow' }),
  }
}

const noPatterns: CompilePatterns = () => {
  throw new StudioError('internal', 'this host was given patterns for prompts and nothing to match them with')
}

/** Full width, ligatures and zero-width joints are how words slip past lists. */
const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{Cf}\u00ad]/gu, '')
    .toLowerCase()

const UNSPACED = new Set(['ja', 'zh', 'th'])

function wordMatcher(language: string, word: string): RegExp {
  const literal = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+')
  if (UNSPACED.has(language.slice(0, 2))) return new RegExp(literal, 'u')
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'u')
}
