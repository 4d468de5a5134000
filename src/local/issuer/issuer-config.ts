import type { BetterAuthOptions } from 'better-auth'

/** What the operator decides about signing in. Durations in seconds. */
export type IssuerConfig = {
  /** Origin of the site, no trailing slash: issuer, audience base and redirect target. */
  publicUrl: string
  /** At least 32 random bytes, kept in the secrets file: encrypts signing keys, signs cookies. */
  secret: string
  signup: 'open' | 'invite' | 'closed'
  /** Ask for a click in an e-mail before the first sign-in. True where real mail goes out. */
  requireVerifiedEmail: boolean
  /** When set, registering means accepting this version of the terms. */
  termsVersion?: string
  /** Social sign-in by provider name, as better-auth takes it. */
  social?: BetterAuthOptions['socialProviders']
  accessTokenSeconds?: number
  refreshTokenSeconds?: number
}
