import { forgetPerson } from './forget.ts'

/** Ends the issuer's session and this app's, and leaves the page. */
export async function signOut(): Promise<never> {
  const { signOutUrl } = await import('./oidc.ts')
  const url = await signOutUrl()
  forgetPerson()
  location.assign(url)
  return new Promise<never>(() => {})
}
