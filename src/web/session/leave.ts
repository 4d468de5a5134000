import { dropTokens } from './session.ts'

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

/** Ends the issuer's session and this app's, and leaves the page. */
export async function signOut(): Promise<never> {
  const { signOutUrl } = await import('./oidc.ts')
  const url = await signOutUrl()
  forgetPerson()
  location.assign(url)
  return new Promise<never>(() => {})
}
