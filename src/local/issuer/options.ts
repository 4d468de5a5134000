import type { DatabaseSync } from 'node:sqlite'
import { oauthProvider } from '@better-auth/oauth-provider'
import type { BetterAuthOptions, BetterAuthPlugin } from 'better-auth'
import { jwt, twoFactor } from 'better-auth/plugins'
import { SCOPES } from '#core/actor.ts'
import type { Mail } from '#core/ports/news.ts'
import type { Invitations } from './invitations.ts'
import type { IssuerConfig } from './issuer-config.ts'
import { accountMail } from './letters.ts'
import type { Lockout } from './lockout.ts'
import { signUpHook } from './sign-up.ts'
import { socialOptions } from './social.ts'

/** The header in which the entry that mounts the issuer tells the client's address, replacing any that came in. */
export const PEER_HEADER = 'x-genzo-peer'
/** The studio's own browser client. Public, so PKCE stands for the secret it cannot keep. */
export const WEB_CLIENT_ID = 'genzo-web'
/** Where the issuer is mounted; its endpoints are `/auth/oauth2/…`, `/auth/sign-in/email`, … */
export const ISSUER_PATH = '/auth'
export const GRANTED_SCOPES = ['openid', 'profile', 'email', 'offline_access', ...SCOPES] as const
/** What sends a letter to an address that anybody may name: a studio must not be made to flood one. */
const LETTERS = ['/request-password-reset', '/send-verification-email', '/change-email']
/** The audience of access tokens (RFC 8707 resource). */
export const apiResource = (publicUrl: string): string => `${publicUrl}/api`

type Parts = {
  config: IssuerConfig
  database: DatabaseSync
  mail: Mail
  invitations: Invitations
  lockout: Lockout
  isDisabled: (userId: string) => boolean
  now: () => number
}
type AuthUser = { id: string; email: string; name?: string; role?: string; twoFactorEnabled?: boolean }

/** Groups as Cognito writes them, so that one verifier serves both worlds. */
const groupsOf = (user: AuthUser) => (user.role === 'admin' ? ['admin'] : [])

/** Everything better-auth is told. The protocol is its; the policy is here. */
export function issuerOptions({ config, database, mail, invitations, lockout, isDisabled, now }: Parts): BetterAuthOptions {
  const letters = accountMail(mail, config.publicUrl)
  const social = socialOptions(config.social ?? {})
  return {
    appName: 'Genzo',
    database,
    baseURL: config.publicUrl,
    basePath: ISSUER_PATH,
    secret: config.secret,
    trustedOrigins: [config.publicUrl],
    telemetry: { enabled: false },
    // The session-to-JWT shortcut of the jwt plugin would be a second, unscoped way to a token.
    disabledPaths: ['/token'],
    logger: { level: 'error' },
    emailAndPassword: {
      enabled: true,
      // NIST SP 800-63B: length over composition rules.
      minPasswordLength: 10,
      maxPasswordLength: 128,
      requireEmailVerification: config.requireVerifiedEmail,
      resetPasswordTokenExpiresIn: 3600,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: async ({ user }) => lockout.unlock(user.email),
      sendResetPassword: ({ user, url }) => letters.resetPassword(user.email, url),
    },
    emailVerification: {
      sendOnSignUp: config.requireVerifiedEmail,
      autoSignInAfterVerification: true,
      sendVerificationEmail: ({ user, url }) => letters.verify(user.email, url),
    },
    socialProviders: social.socialProviders,
    user: {
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'user' },
        isDisabled: { type: 'boolean', input: false, defaultValue: false },
        revokedBefore: { type: 'number', input: false, required: false },
        lastSeenAt: { type: 'number', input: false, required: false },
        termsVersion: { type: 'string', required: false },
        termsAcceptedAt: { type: 'number', input: false, required: false },
      },
      changeEmail: { enabled: true },
    },
    session: { expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600 },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/sign-up/email': { window: 60, max: 10 },
        ...Object.fromEntries(LETTERS.map((path) => [path, { window: 900, max: 10 }])),
      },
    },
    advanced: {
      database: { generateId: 'uuid' },
      cookiePrefix: 'genzo',
      useSecureCookies: config.publicUrl.startsWith('https:'),
      // Written by the entry from the socket (or its trusted proxy), never taken from a client: a forwarded header could be invented.
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
    },
    hooks: lockout.hooks,
    databaseHooks: signUpHook({ config, invitations, isDisabled, now }),
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'RS256' } }, jwt: { issuer: config.publicUrl }, disableSettingJwtHeader: true }),
      twoFactor({ issuer: 'Genzo' }),
      ...social.plugins,
      oauthProvider({
        loginPage: '/sign-in',
        consentPage: '/consent',
        signup: { page: '/register' },
        scopes: [...GRANTED_SCOPES],
        grantTypes: ['authorization_code', 'refresh_token'],
        resources: [apiResource(config.publicUrl)],
        enforcePerClientResources: false,
        // Unless refused, anybody with a session may add clients and resources: there is one client, and it is written at the start.
        clientPrivileges: () => false,
        resourcePrivileges: () => false,
        accessTokenExpiresIn: config.accessTokenSeconds ?? 900,
        refreshTokenExpiresIn: config.refreshTokenSeconds ?? 30 * 24 * 3600,
        customAccessTokenClaims: ({ user }) =>
          user ? { token_use: 'access', client_id: WEB_CLIENT_ID, username: user.email, 'cognito:groups': groupsOf(user) } : {},
        customIdTokenClaims: ({ user }) => ({
          token_use: 'id',
          email: user.email,
          name: user.name,
          'cognito:groups': groupsOf(user),
          amr: (user as AuthUser).twoFactorEnabled ? ['pwd', 'otp', 'mfa'] : ['pwd'],
        }),
      }),
      // Its own types do not hold under exactOptionalPropertyTypes.
    ] as unknown as BetterAuthPlugin[],
  }
}
