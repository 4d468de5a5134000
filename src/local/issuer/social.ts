import type { BetterAuthOptions } from 'better-auth'
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins'
import type { SocialProviders } from './social-names.ts'

/** The providers as better-auth takes them. Theirs to send people back to: `/auth/callback/{id}`. */
export function socialOptions(social: SocialProviders) {
  const known: [string, { clientId: string; clientSecret: string }][] = []
  const discovered: GenericOAuthConfig[] = []
  for (const [providerId, { issuer, clientId, clientSecret }] of Object.entries(social)) {
    if (!issuer) known.push([providerId, { clientId, clientSecret }])
    else
      discovered.push({
        ...{ providerId, clientId, clientSecret, scopes: ['openid', 'email', 'profile'] },
        discoveryUrl: `${issuer}/.well-known/openid-configuration`,
        // Who somebody is comes from the ID token: never from one whose signature nobody checked.
        requireIdTokenVerification: true,
      })
  }
  return {
    socialProviders: Object.fromEntries(known) as NonNullable<BetterAuthOptions['socialProviders']>,
    plugins: discovered.length > 0 ? [genericOAuth({ config: discovered })] : [],
  }
}
