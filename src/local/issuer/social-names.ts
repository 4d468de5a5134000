/** What the operator registered at a provider. With `issuer` it is any OpenID provider, found by discovery; without, one of those below. */
export type SocialProvider = { clientId: string; clientSecret: string; issuer?: string | undefined; name?: string | undefined }
export type SocialProviders = Record<string, SocialProvider>

/** Providers whose addresses are known, as people know them. */
export const WELL_KNOWN: Readonly<Record<string, string>> = {
  discord: 'Discord',
  facebook: 'Facebook',
  github: 'GitHub',
  gitlab: 'GitLab',
  google: 'Google',
  line: 'LINE',
  linkedin: 'LinkedIn',
  microsoft: 'Microsoft',
  slack: 'Slack',
  twitter: 'X',
}

/** The words on a provider's button. */
export const socialNames = (social: SocialProviders): { id: string; name: string }[] =>
  Object.entries(social).map(([id, { name }]) => ({ id, name: name ?? WELL_KNOWN[id] ?? id }))
