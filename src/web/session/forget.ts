import { dropTokens, PERSON_KEY } from './session.ts'

/** What belongs to the machine rather than to the person: kept when they leave. */
const OF_THE_MACHINE = ['genzo.language', 'genzo.theme']

/**
 * Forgets the person in this browser: tokens, drafts and uploads on their way. For leaving on purpose; a session that merely ended keeps
 * the drafts.
 */
export function forgetPerson(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith('genzo.') && !OF_THE_MACHINE.includes(key)) localStorage.removeItem(key)
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('genzo.')) sessionStorage.removeItem(key)
  indexedDB.deleteDatabase('genzo')
  dropTokens()
}

/** True when what this browser keeps (drafts, uploads on their way) was left by another person than this one. */
export function isSomebodyElse(userId: string): boolean {
  const last = localStorage.getItem(PERSON_KEY)
  return last !== null && last !== userId
}
