import { DatabaseSync } from 'node:sqlite'
import { oauthProviderAuthServerMetadata, oauthProviderOpenIdConfigMetadata } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import type { Directory } from '#core/ports/access.ts'
import type { Mail } from '#core/ports/news.ts'
import { type AccountStore, issuerDirectory } from './directory.ts'
import { type Invitations, sqliteInvitations } from './invitations.ts'
import type { IssuerConfig } from './issuer-config.ts'
import { accountMail } from './letters.ts'
import { passwordLockout } from './lockout.ts'
import { GRANTED_SCOPES, ISSUER_PATH, issuerOptions, WEB_CLIENT_ID } from './options.ts'

/** The embedded OpenID provider: a handler that an entry mounts, and the people behind it. */
export type Issuer = {
  /** Answers `/auth/*` and `/.well-known/*`. */
  handle(request: Request): Promise<Response>
  /** True for a path that `handle` answers. */
  owns(pathname: string): boolean
  /** The public keys, for a verifier in this process; no loopback request at start. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>
  directory: Directory
  invitations: Invitations
  /** Sends an invitation's link to the address. Returns the link, for when no mail goes out. */
  invite(invitation: { email?: string; role: 'user' | 'admin'; days: number }): Promise<string>
  close(): void
}

/**
 * Opens (and migrates) the accounts' database, a file of its own: better-auth awaits between its statements, and must never sit
 * inside one of the studio's transactions. `:memory:` for tests.
 */
export async function createIssuer({
  path,
  config,
  mail,
  now,
}: {
  path: string
  config: IssuerConfig
  mail: Mail
  now: () => number
}): Promise<Issuer> {
  const database = new DatabaseSync(path, { timeout: 5000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const invitations = sqliteInvitations({ database, now })
  const lockout = passwordLockout({ database, now })
  const isDisabled = (id: string) => database.prepare('select isDisabled from user where id = ?').get(id)?.isDisabled === 1
  const options = issuerOptions({ config, database, mail, invitations, lockout, isDisabled, now })
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  database.exec(TOKENS_END_WITH_THEIR_SESSION)
  const auth = betterAuth(options)
  const context = await auth.$context
  await seedWebClient(context.adapter, config)

  const openIdConfiguration = oauthProviderOpenIdConfigMetadata(auth as never)
  const serverMetadata = oauthProviderAuthServerMetadata(auth as never)
  const directory = issuerDirectory({ database, store: async () => context as unknown as AccountStore, now })

  return {
    owns: (pathname) => pathname.startsWith(`${ISSUER_PATH}/`) || pathname.startsWith('/.well-known/'),
    handle: async (request) => guarded(await answered(request)),
    jwks,
    directory,
    invitations,
    async invite({ email, role, days }) {
      const token = invitations.create({ role, expiresAt: now() + days * 86_400_000, ...(email && { email }) })
      // In the fragment: it reaches neither a server log nor a Referer header.
      const link = `${config.publicUrl}/register#invitation=${token}`
      if (email) await accountMail(mail, config.publicUrl).invite(email, link)
      return link
    },
    close: () => database.close(),
  }

  async function answered(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/.well-known/openid-configuration')) return openIdConfiguration(request)
    if (pathname.startsWith('/.well-known/oauth-authorization-server')) return serverMetadata(request)
    if (pathname === '/.well-known/jwks.json') return Response.json(await jwks(), { headers: { 'cache-control': 'public, max-age=300' } })
    return auth.handler(request)
  }
  async function jwks() {
    const { getJwks } = auth.api as unknown as { getJwks(): Promise<{ keys: Record<string, unknown>[] }> }
    return getJwks()
  }
}

/** Its one page, for errors, brings styles of its own and needs nothing else. */
const SAFE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}

/** An answer as it is, with headers that better-auth does not set. Sessions and tokens are for one person: no cache keeps them. */
function guarded({ status, statusText, headers: given, body }: Response): Response {
  const headers = new Headers(given)
  for (const [name, value] of Object.entries(SAFE_HEADERS)) headers.set(name, value)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return new Response(body, { status, statusText, headers })
}

/**
 * To better-auth a refresh token with `offline_access` outlives the session it came from. To a person "sign out this browser" ends it,
 * so whatever removes a session removes its tokens; access tokens run out within their quarter of an hour.
 */
const TOKENS_END_WITH_THEIR_SESSION = `
  create trigger if not exists tokens_end_with_their_session before delete on session begin
    delete from oauthRefreshToken where sessionId = old.id;
  end`

type Adapter = {
  findOne(query: { model: string; where: { field: string; value: string }[] }): Promise<unknown>
  create(row: { model: string; data: Record<string, unknown> }): Promise<unknown>
  update(row: { model: string; where: { field: string; value: string }[]; update: Record<string, unknown> }): Promise<unknown>
}

/** Writes the browser client, or brings its addresses up to date when the site has moved. */
async function seedWebClient(adapter: unknown, { publicUrl }: IssuerConfig) {
  const { findOne, create, update } = adapter as Adapter
  const where = [{ field: 'clientId', value: WEB_CLIENT_ID }]
  const client = {
    clientId: WEB_CLIENT_ID,
    name: 'Genzo',
    public: true,
    type: 'user-agent-based',
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    redirectUris: [`${publicUrl}/signed-in`],
    postLogoutRedirectUris: [`${publicUrl}/`],
    scopes: [...GRANTED_SCOPES],
    requirePKCE: true,
    skipConsent: true,
    enableEndSession: true,
    disabled: false,
  }
  const now = new Date()
  if (await findOne({ model: 'oauthClient', where })) await update({ model: 'oauthClient', where, update: { ...client, updatedAt: now } })
  else await create({ model: 'oauthClient', data: { ...client, createdAt: now, updatedAt: now } })
}
