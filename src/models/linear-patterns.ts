import { RE2JS, RE2Set } from 're2js'
import type { CompilePatterns } from '#core/moderation.ts'

/**
 * Patterns by RE2, all in one pass over the text: no pattern backtracks. As JavaScript writes them, without look-around and
 * back-references; a script is `\p{Han}`.
 */
export const linearPatterns: CompilePatterns = (sources) => {
  const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE)
  for (const source of sources) set.add(RE2JS.translateRegExp(source))
  set.compile()
  return (text) => set.match(text)
}
