import type { SocialProviders } from './social-names.ts'

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
  /** Other sign-ins by name, beside the password. */
  social?: SocialProviders
  accessTokenSeconds?: number
  refreshTokenSeconds?: number
}
