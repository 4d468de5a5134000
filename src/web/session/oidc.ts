import { OidcClient, type OidcClientSettings, type SigninResponse, WebStorageStateStore } from 'oidc-client-ts'
import { forgetPerson, isSomebodyElse } from './forget.ts'
import { keepTokens, readTokens, type Tokens } from './session.ts'
import { loadSite, type Site } from './site.ts'

const settingsOf = (site: Site): OidcClientSettings => ({
  authority: site.issuer,
  client_id: site.clientId,
  redirect_uri: `${location.origin}/signed-in`,
  post_logout_redirect_uri: `${location.origin}/`,
  response_type: 'code',
  scope: site.scope,
  stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: 'genzo.oidc.' }),
  ...(site.resource && { resource: site.resource }),
})
const client = async (options?: Parameters<typeof loadSite>[0]) => {
  const site = await loadSite(options)
  return { site, oidc: new OidcClient(settingsOf(site)) }
}

/**
 * Leaves for the issuer's sign-in page, to come back to `returnTo` (a path of this app). The page left is not kept in the history: going
 * back would only lead to the sign-in again.
 */
export async function signIn(returnTo: string, { prompt }: { prompt?: 'create' } = {}): Promise<never> {
  // Asked anew: where nothing answers, staying on the page with an error is better than the browser's own page.
  const { oidc } = await client({ isFresh: true })
  const { url } = await oidc.createSigninRequest({ state: { returnTo: localPath(returnTo) }, ...(prompt && { prompt }) })
  location.replace(url)
  return new Promise<never>(() => {})
}

/** Ends the trip that `signIn` began; call it on `/signed-in`. Returns the path to go to. */
export async function completeSignIn(): Promise<string> {
  const { oidc, site } = await client()
  const response = await oidc.processSigninResponse(location.href)
  const tokens = tokensOf(response, site)
  // What is kept when a session merely ends is for the one whose session it was.
  if (isSomebodyElse(tokens.user.id)) forgetPerson()
  keepTokens(tokens)
  return localPath((response.userState as { returnTo?: string } | undefined)?.returnTo ?? '/')
}

/** New tokens for the old refresh token; `refused` when the issuer says no, `unreachable` when it says nothing. */
export async function renewTokens(tokens: Tokens): Promise<Tokens | 'refused' | 'unreachable'> {
  if (!tokens.refreshToken) return 'refused'
  const { oidc, site } = await client().catch(() => ({ oidc: undefined, site: undefined }))
  if (!oidc) return 'unreachable'
  try {
    const response = await oidc.useRefreshToken({
      state: { refresh_token: tokens.refreshToken, id_token: tokens.idToken, profile: { sub: tokens.user.id }, scope: site.scope } as never,
      ...(site.resource && { resource: site.resource }),
    })
    return { ...tokensOf(response, site), user: { ...tokens.user, ...userOf(response, tokens) } }
  } catch (error) {
    const { name } = error as Error
    return name === 'ErrorResponse' ? 'refused' : 'unreachable'
  }
}

/** Where to go to end the issuer's own session too; to our own page where the issuer knows no such end. */
export async function signOutUrl(): Promise<string> {
  const { oidc, site } = await client({ isFresh: true })
  if (site.logoutUrl) return `${site.logoutUrl}?${new URLSearchParams({ client_id: site.clientId, logout_uri: `${location.origin}/` })}`
  if (!(await oidc.metadataService.getEndSessionEndpoint())) return '/sign-in'
  const idToken = readTokens()?.idToken
  const { url } = await oidc.createSignoutRequest({ ...(idToken && { id_token_hint: idToken }) })
  return url
}

const tokensOf = (response: SigninResponse, _site: Site): Tokens => ({
  accessToken: response.access_token,
  expiresAt: Date.now() + (response.expires_in ?? 900) * 1000,
  ...(response.refresh_token && { refreshToken: response.refresh_token }),
  ...(response.id_token && { idToken: response.id_token }),
  user: userOf(response),
})

function userOf(response: SigninResponse, before?: Tokens): Tokens['user'] {
  const claims = (response.profile ?? {}) as { sub?: string; email?: string; name?: string; 'cognito:groups'?: string[]; groups?: string[] }
  const groups = claims['cognito:groups'] ?? claims.groups
  return {
    id: claims.sub ?? before?.user.id ?? '',
    isAdmin: groups ? groups.includes('admin') : (before?.user.isAdmin ?? false),
    ...((claims.email ?? before?.user.email) && { email: claims.email ?? before!.user.email! }),
    ...((claims.name ?? before?.user.name) && { name: claims.name ?? before!.user.name! }),
  }
}

/** Only a path of this app: `//evil.example` and `https:` would make sign-in an open redirect. */
export const localPath = (path: string): string => (/^\/(?![/\\])/.test(path) ? path : '/')
