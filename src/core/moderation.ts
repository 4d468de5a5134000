import { z } from 'zod'
import type { Moderator, Verdict } from './ports/models.ts'

/**
 * The operator's rules for prompts. A word matches whole in languages that part words with spaces, anywhere in Japanese and Chinese.
 * A pattern is a regular expression, matched against the folded prompt (NFKC, lower case, no zero-width characters).
 */
export const ModerationPolicy = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        /** Shown to the person who asked. */
        reason: z.string().min(1).max(300),
        words: z.record(z.string().min(2).max(10), z.array(z.string().min(1).max(100)).max(5000)).optional(),
        patterns: z
          .record(z.string().min(2).max(10), z.array(z.string().min(1).max(500).refine(isRegExp, 'is no regular expression')).max(500))
          .optional(),
      }),
    )
    .max(200),
})
export type ModerationPolicy = z.infer<typeof ModerationPolicy>

/** No rules: a studio of one's own refuses nothing until its operator says what. */
export const EMPTY_MODERATION: ModerationPolicy = { rules: [] }

/** Refuses by words and patterns, naming the first rule that matches. Looks at words only: every picture is allowed. */
export function policyModerator(policy: ModerationPolicy = EMPTY_MODERATION): Moderator {
  const rules = policy.rules.map(({ name, reason, words = {}, patterns = {} }) => ({
    name,
    reason,
    matchers: [
      ...Object.entries(words).flatMap(([language, list]) => list.map((word) => wordMatcher(language, fold(word)))),
      ...Object.values(patterns).flatMap((list) => list.map((source) => new RegExp(source, 'iu'))),
    ],
  }))

  return {
    // The negative prompt names what must not be there, so it is no reason to refuse.
    text: async ({ prompt }): Promise<Verdict> => {
      const text = fold(prompt ?? '')
      const broken = rules.find(({ matchers }) => matchers.some((matcher) => matcher.test(text)))
      return broken ? { verdict: 'refuse', rule: broken.name, reason: broken.reason } : { verdict: 'allow' }
    },
    picture: async () => ({ verdict: 'allow' }),
  }
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

function isRegExp(source: string): boolean {
  try {
    new RegExp(source, 'iu')
    return true
  } catch {
    return false
  }
}
