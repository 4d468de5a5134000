import { APIError, getOAuthState } from 'better-auth/api'
import type { Invitations } from './invitations.ts'
import type { IssuerConfig } from './issuer-config.ts'

/** The header in which the register page sends the token of an invitation. */
export const INVITATION_HEADER = 'x-genzo-invitation'

type NewUser = { email: string; termsVersion?: unknown }
type Parts = { config: IssuerConfig; invitations: Invitations; isDisabled: (userId: string) => boolean; now: () => number }
type HookContext = { headers?: Headers | undefined; path?: string } | null | undefined

/**
 * Who may become a user. It guards the row itself, so that a password, a social account and any later way in meet the same rule.
 * The directory's own writes (no request behind them) are the operator's and pass.
 */
export function signUpHook({ config, invitations, isDisabled, now }: Parts) {
  const before = async (user: NewUser & Record<string, unknown>, context: unknown) => {
    const request = context as HookContext
    if (!request?.path) return undefined
    // Coming back from another provider, what the register page sent rode along in the signed state of the trip.
    const trip = (await getOAuthState()) as { invitation?: string; termsVersion?: string } | null | undefined
    const token = request.headers?.get(INVITATION_HEADER) ?? trip?.invitation
    const termsVersion = user.termsVersion ?? trip?.termsVersion
    const invitation = token ? invitations.spend(token, user.email) : undefined
    if (token && !invitation) throw refusal('INVITATION_INVALID', 'this invitation was used, has ended, or is for another address')
    if (!invitation && config.signup === 'invite')
      throw refusal('INVITATION_NEEDED', 'registering here takes an invitation: ask an administrator')
    if (!invitation && config.signup === 'closed') throw refusal('SIGNUP_CLOSED', 'registering is closed here: ask an administrator')
    if (config.termsVersion && termsVersion !== config.termsVersion)
      throw refusal('TERMS_NOT_ACCEPTED', `accept the terms of version ${config.termsVersion} to register`)
    return {
      data: {
        ...user,
        role: invitation?.role ?? 'user',
        ...(config.termsVersion && { termsVersion, termsAcceptedAt: now() }),
        // The link was sent to that very address: opening it proved what a second letter would.
        ...(invitation?.email && { emailVerified: true }),
      },
    }
  }
  return {
    user: { create: { before } },
    session: {
      create: {
        // Comes after the password was right, so a disabled account tells nothing to somebody who only guesses.
        before: async (session: { userId: string }) => {
          if (isDisabled(session.userId)) throw refusal('ACCOUNT_DISABLED', 'this account is disabled: ask an administrator')
        },
      },
    },
  }
}

const refusal = (code: string, message: string) => new APIError('FORBIDDEN', { code, message })
