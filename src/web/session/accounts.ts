/** What the embedded issuer answered instead of yes; its codes are a closed set that `locales/auth` puts into words. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** The part of the address that carries the authorization request from page to page. It is signed by the issuer; we only pass it on. */
function pendingRequest(): { oauth_query?: string } {
  const query = new URLSearchParams(location.search)
  // Written beside it on the way back from another provider that was refused.
  for (const name of ['error', 'error_description']) query.delete(name)
  return query.has('sig') ? { oauth_query: query.toString() } : {}
}

/** One call to the embedded issuer. Cookies carry its session; nothing secret is kept here. */
export async function accountCall<T = Record<string, unknown>>(
  path: string,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(`/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new AccountError('OFFLINE', 'no answer')
  })
  const answer = (await response.json().catch(() => ({}))) as T & { code?: string; error?: string; message?: string }
  const unnamed = response.status === 429 ? 'TOO_MANY_REQUESTS' : 'FAILED'
  if (!response.ok) throw new AccountError(answer.code ?? answer.error?.toUpperCase() ?? unnamed, answer.message ?? '')
  return answer
}

/** A call that goes on with the pending request; where the page stood open for longer than that lives, one that starts anew. */
async function pendingCall<T>(path: string, body: Record<string, unknown>, headers?: Record<string, string>): Promise<T> {
  try {
    return await accountCall<T>(path, { ...body, ...pendingRequest() }, headers)
  } catch (error) {
    if (error instanceof AccountError && error.code === 'INVALID_SIGNATURE') return accountCall<T>(path, body, headers)
    throw error
  }
}

type Next = { redirect?: boolean; url?: string; twoFactorRedirect?: boolean }

/** Goes on with the authorization that brought the person here, or starts one. The history forgets the form. */
async function goOn({ url }: Next): Promise<never> {
  if (url) {
    location.replace(url)
    return new Promise<never>(() => {})
  }
  const { signIn } = await import('./oidc.ts')
  return signIn('/')
}

/** Resolves with `two-factor` when a code is asked for; otherwise leaves the page. */
export async function signInWithPassword(email: string, password: string): Promise<'two-factor'> {
  const answer = await pendingCall<Next>('/sign-in/email', { email, password })
  return answer.twoFactorRedirect ? 'two-factor' : goOn(answer)
}

export async function verifyCode(code: string, { isRecovery, trustDevice }: { isRecovery: boolean; trustDevice: boolean }): Promise<never> {
  const path = isRecovery ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp'
  return goOn(await pendingCall<Next>(path, { code: code.replace(/\s/g, ''), trustDevice }))
}

/** Resolves with `verify-email` when a letter was sent that must be opened first; otherwise leaves the page. */
export async function register(person: {
  email: string
  password: string
  name: string
  termsVersion?: string
  invitation?: string
}): Promise<'verify-email'> {
  const { invitation, ...body } = person
  const answer = await pendingCall<Next & { token?: string | null }>(
    '/sign-up/email',
    { ...body, callbackURL: '/' },
    invitation ? { 'x-genzo-invitation': invitation } : {},
  )
  return answer.token === null ? 'verify-email' : goOn(answer)
}

export const askForReset = (email: string): Promise<unknown> =>
  accountCall('/request-password-reset', { email, redirectTo: '/reset-password' })
export const resetPassword = (token: string, newPassword: string): Promise<unknown> =>
  accountCall('/reset-password', { token, newPassword })

/** Leaves for another provider. Who comes from there for the first time registers, so what registering takes goes along. */
export async function signInWithProvider(provider: string, more: { termsVersion?: string; invitation?: string } = {}): Promise<never> {
  const { url } = await pendingCall<Next>('/sign-in/social', {
    ...{ provider, additionalData: more, callbackURL: '/' },
    errorCallbackURL: location.pathname + location.search,
  })
  location.assign(url!)
  return new Promise<never>(() => {})
}

/** What another provider, or this studio on the way back from it, said in place of yes: a code for `locales/auth`. */
export const refusalIn = (search: string): string | undefined => new URLSearchParams(search).get('error')?.toUpperCase() || undefined

type Invitation = { token: string; isFirst: boolean }
/** What an invitation's link carries in its fragment, where no server log sees it. `isFirst`: nobody invited them, nobody is there yet. */
export function invitationOf(hash: string): Invitation | undefined {
  const said = new URLSearchParams(hash.replace(/^#/, ''))
  const token = said.get('invitation')
  return token ? { token, isFirst: said.has('first') } : undefined
}
