import { AccountError, accountCall } from '../../session/accounts.ts'

/** What the embedded issuer tells about the browser that asks. Times as it writes them, ISO 8601. */
export type IssuerSession = { id: string; token: string; createdAt: string; updatedAt: string; ipAddress?: string; userAgent?: string }
export type Here = { session: IssuerSession; user: { email: string; name: string; twoFactorEnabled?: boolean } }
export type Enrolment = { totpURI: string; backupCodes: string[] }

/** The issuer's session in this browser, or null: tokens live on when its cookie is gone. */
export const findHere = (): Promise<Here | null> => ask<Here | null>('/get-session')
/** Every browser that is signed in. The issuer tells it only to a sign-in of the last day (`SESSION_NOT_FRESH`). */
export const listSessions = (): Promise<IssuerSession[]> => ask<IssuerSession[]>('/list-sessions')
export const endSession = (token: string): Promise<unknown> => accountCall('/revoke-session', { token })
export const endOtherSessions = (): Promise<unknown> => accountCall('/revoke-other-sessions', {})

export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  accountCall('/change-password', { currentPassword, newPassword, revokeOtherSessions: true })

/** Begins the second factor; it holds from `confirmTwoFactor` on. */
export const beginTwoFactor = (password: string): Promise<Enrolment> => accountCall<Enrolment>('/two-factor/enable', { password })
export const confirmTwoFactor = (code: string): Promise<unknown> =>
  accountCall('/two-factor/verify-totp', { code: code.replace(/\s/g, '') })
export const endTwoFactor = (password: string): Promise<unknown> => accountCall('/two-factor/disable', { password })
/** Recovery codes anew; those before are worth nothing from now on. */
export const renewRecoveryCodes = (password: string): Promise<{ backupCodes: string[] }> =>
  accountCall<{ backupCodes: string[] }>('/two-factor/generate-backup-codes', { password })

/**
 * Fetches new tokens for the issuer's session of now. Changing the password or the second factor ends the session that the old
 * tokens belong to; the one that took its place answers without asking anything. Leaves the page and comes back to `returnTo`.
 */
export async function renewSignIn(returnTo: string): Promise<never> {
  const { signIn } = await import('../../session/oidc.ts')
  return signIn(returnTo)
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`/auth${path}`, { headers: { accept: 'application/json' } }).catch(() => {
    throw new AccountError('OFFLINE', 'no answer')
  })
  const answer = (await response.json().catch(() => null)) as (T & { code?: string; message?: string }) | null
  if (!response.ok) throw new AccountError(answer?.code ?? 'FAILED', answer?.message ?? '')
  return answer as T
}
