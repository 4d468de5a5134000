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
const pendingRequest = () => (new URLSearchParams(location.search).has('sig') ? { oauth_query: location.search.slice(1) } : {})

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
  const answer = (await response.json().catch(() => ({}))) as T & { code?: string; message?: string }
  if (!response.ok) throw new AccountError(answer.code ?? (response.status === 429 ? 'TOO_MANY_REQUESTS' : 'FAILED'), answer.message ?? '')
  return answer
}

type Next = { redirect?: boolean; url?: string; twoFactorRedirect?: boolean }

/** Goes on with the authorization that brought the person here, or starts one when they came by themselves. The form is left behind for good. */
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
  const answer = await accountCall<Next>('/sign-in/email', { email, password, ...pendingRequest() })
  return answer.twoFactorRedirect ? 'two-factor' : goOn(answer)
}

export async function verifyCode(code: string, { isRecovery, trustDevice }: { isRecovery: boolean; trustDevice: boolean }): Promise<never> {
  const path = isRecovery ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp'
  return goOn(await accountCall<Next>(path, { code: code.replace(/\s/g, ''), trustDevice, ...pendingRequest() }))
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
  const answer = await accountCall<Next & { token?: string | null }>(
    '/sign-up/email',
    { ...body, callbackURL: '/', ...pendingRequest() },
    invitation ? { 'x-genzo-invitation': invitation } : {},
  )
  return answer.token === null ? 'verify-email' : goOn(answer)
}

export const askForReset = (email: string): Promise<unknown> =>
  accountCall('/request-password-reset', { email, redirectTo: '/reset-password' })
export const resetPassword = (token: string, newPassword: string): Promise<unknown> =>
  accountCall('/reset-password', { token, newPassword })

export async function signInWithProvider(provider: string): Promise<never> {
  return goOn(await accountCall<Next>('/sign-in/social', { provider, callbackURL: '/', ...pendingRequest() }))
}

/** The token of an invitation, which the link carries in its fragment, where no server log sees it. */
export const invitationOf = (hash: string): string | undefined => new URLSearchParams(hash.replace(/^#/, '')).get('invitation') ?? undefined
