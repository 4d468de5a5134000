import { createHash, createHmac } from 'node:crypto'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Letter } from '#core/ports/news.ts'
import { createIssuer, type Issuer } from './issuer.ts'
import type { IssuerConfig } from './issuer-config.ts'
import { apiResource, PEER_HEADER } from './options.ts'

const SITE = 'http://127.0.0.1:3999'
const PASSWORD = 'a long enough one'
const open: Issuer[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const issuer of open.splice(0)) issuer.close()
})

async function issuerWith(config: Partial<IssuerConfig> = {}, now = () => Date.now()) {
  const letters: Letter[] = []
  const issuer = await createIssuer({
    path: ':memory:',
    now,
    mail: { send: async (letter) => void letters.push(letter) },
    config: { publicUrl: SITE, secret: 's'.repeat(40), signup: 'open', requireVerifiedEmail: false, ...config },
  })
  open.push(issuer)
  return { issuer, letters }
}

/** A browser as far as an issuer can tell: keeps cookies, follows nothing. */
let browsers = 0
function browser(issuer: Issuer) {
  const peer = `10.0.0.${++browsers}`
  const jar = new Map<string, string>()
  return async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const form = body instanceof URLSearchParams
    const response = await issuer.handle(
      new Request(new URL(path, SITE), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          origin: SITE,
          [PEER_HEADER]: peer,
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
      }),
    )
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value) jar.set(name!, value)
      else jar.delete(name!)
    }
    return response
  }
}

const register = (visit: ReturnType<typeof browser>, email: string, more = {}, headers = {}) =>
  visit('/auth/sign-up/email', { email, password: PASSWORD, name: 'Ada', ...more }, headers)

const VERIFIER = 'v'.repeat(64)
const authorizeUrl = (more: Record<string, string> = {}) =>
  `/auth/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: 'genzo-web',
    redirect_uri: `${SITE}/signed-in`,
    scope: 'openid email offline_access images:read images:write generate',
    state: 'st',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    resource: apiResource(SITE),
    ...more,
  })}`

async function signInForTokens(visit: ReturnType<typeof browser>) {
  const redirect = await visit(authorizeUrl())
  const code = new URL(redirect.headers.get('location')!).searchParams.get('code')!
  return exchange(visit, { grant_type: 'authorization_code', code, redirect_uri: `${SITE}/signed-in`, code_verifier: VERIFIER })
}
const exchange = async (visit: ReturnType<typeof browser>, grant: Record<string, string>) => {
  const response = await visit('/auth/oauth2/token', new URLSearchParams({ client_id: 'genzo-web', resource: apiResource(SITE), ...grant }))
  return { status: response.status, ...((await response.json()) as any) }
}

describe('the embedded issuer', () => {
  it('gives a registered person tokens by code and PKCE that its own keys verify', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    expect((await register(visit, 'ada@example.com')).status).toBe(200)
    const tokens = await signInForTokens(visit)
    const { payload } = await jwtVerify(tokens.access_token, createLocalJWKSet((await issuer.jwks()) as any), {
      issuer: SITE,
      audience: apiResource(SITE),
    })
    const ada = await issuer.directory.findByEmail('ada@example.com')
    expect(payload).toMatchObject({ sub: ada!.id, token_use: 'access', client_id: 'genzo-web', 'cognito:groups': [] })
    expect(String(payload.scope).split(' ')).toEqual(expect.arrayContaining(['images:read', 'images:write', 'generate']))
  })

  it('rotates refresh tokens, and refuses one that was used before', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    const first = await signInForTokens(visit)
    const second = await exchange(visit, { grant_type: 'refresh_token', refresh_token: first.refresh_token })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await exchange(visit, { grant_type: 'refresh_token', refresh_token: first.refresh_token })).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    })
    // A replay means that one of the two is a thief: the whole family ends.
    expect(await exchange(visit, { grant_type: 'refresh_token', refresh_token: second.refresh_token })).toMatchObject({ status: 400 })
  })

  it('takes the way to new tokens from a browser that is signed out from another, and from that one alone', async () => {
    const { issuer } = await issuerWith()
    const [here, there] = [browser(issuer), browser(issuer)]
    await register(here, 'ada@example.com')
    await there('/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })
    const [mine, theirs] = [await signInForTokens(here), await signInForTokens(there)]
    expect((await here('/auth/revoke-other-sessions', {})).status).toBe(200)
    expect(await exchange(there, { grant_type: 'refresh_token', refresh_token: theirs.refresh_token })).toMatchObject({ status: 400 })
    expect(await exchange(here, { grant_type: 'refresh_token', refresh_token: mine.refresh_token })).toMatchObject({ status: 200 })
  })

  it('refuses a code without its verifier, and a redirect to another address', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    const code = new URL((await visit(authorizeUrl())).headers.get('location')!).searchParams.get('code')!
    const stolen = { grant_type: 'authorization_code', code, redirect_uri: `${SITE}/signed-in`, code_verifier: 'w'.repeat(64) }
    expect((await exchange(visit, stolen)).status).toBeGreaterThanOrEqual(400)
    const elsewhere = await visit(authorizeUrl({ redirect_uri: 'https://evil.example/' }))
    expect(elsewhere.headers.get('location') ?? '').not.toContain('evil.example')
  })

  it('asks for the second factor before it gives a code', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    const { totpURI, backupCodes } = (await (await visit('/auth/two-factor/enable', { password: PASSWORD })).json()) as any
    const secret = new URL(totpURI).searchParams.get('secret')!
    expect((await visit('/auth/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200)
    expect(backupCodes.length).toBeGreaterThanOrEqual(8)

    const later = browser(issuer)
    const signIn = (await (await later('/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })).json()) as any
    expect(signIn.twoFactorRedirect).toBe(true)
    expect(new URL((await later(authorizeUrl())).headers.get('location')!, SITE).pathname).toBe('/sign-in')
    expect((await later('/auth/two-factor/verify-totp', { code: '000000' })).status).toBe(401)
    expect((await later('/auth/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200)
    expect(new URL((await later(authorizeUrl())).headers.get('location')!).searchParams.get('code')).toBeTruthy()
  })

  it('takes an invitation once, with its role, and refuses people without one', async () => {
    const { issuer } = await issuerWith({ signup: 'invite' })
    expect((await register(browser(issuer), 'eve@example.com')).status).toBe(403)
    const link = await issuer.invite({ role: 'admin', days: 1 })
    const headers = { 'x-genzo-invitation': link.split('#invitation=')[1]! }
    expect((await register(browser(issuer), 'ada@example.com', {}, headers)).status).toBe(200)
    expect(await issuer.directory.findByEmail('ada@example.com')).toMatchObject({ role: 'admin' })
    expect((await register(browser(issuer), 'bob@example.com', {}, headers)).status).toBe(403)
  })

  it('never lets a person choose their own role', async () => {
    const { issuer } = await issuerWith()
    await register(browser(issuer), 'eve@example.com', { role: 'admin' })
    expect((await issuer.directory.findByEmail('eve@example.com'))?.role ?? 'user').toBe('user')
  })

  it('locks an account after eight wrong passwords, the right one included, for a quarter of an hour', async () => {
    let time = Date.now()
    const { issuer } = await issuerWith({}, () => time)
    await register(browser(issuer), 'ada@example.com')
    const visit = browser(issuer)
    const attempt = async (password: string) => (await visit('/auth/sign-in/email', { email: 'ada@example.com', password })).status
    for (let wrong = 0; wrong < 8; wrong++) expect(await attempt('not the right one')).toBe(401)
    expect(await attempt(PASSWORD)).toBe(429)
    time += 16 * 60_000
    expect(await attempt(PASSWORD)).toBe(200)
  })

  it('takes the new password of a locked account at once after a reset by e-mail', async () => {
    const { issuer, letters } = await issuerWith()
    await register(browser(issuer), 'ada@example.com')
    const visit = browser(issuer)
    const attempt = async (password: string) => (await visit('/auth/sign-in/email', { email: 'ada@example.com', password })).status
    for (let wrong = 0; wrong < 8; wrong++) await attempt('not the right one')
    await visit('/auth/request-password-reset', { email: 'ada@example.com', redirectTo: '/reset-password' })
    const token = /reset-password\/([^?\s]+)/.exec(letters.at(-1)!.text)![1]!
    expect((await visit('/auth/reset-password', { token, newPassword: 'another long one' })).status).toBe(200)
    expect(await attempt('another long one')).toBe(200)
  })

  it('sends no flood of letters, however patiently one address asks for them', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { issuer, letters } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    for (let asked = 0; asked < 30; asked++) {
      vi.setSystemTime(Date.now() + 11_000)
      await visit('/auth/request-password-reset', { email: 'ada@example.com', redirectTo: '/reset-password' })
    }
    expect(letters.length).toBeGreaterThan(2)
    expect(letters.length).toBeLessThanOrEqual(10)
  })

  it('lets nobody add a client of their own or change ours', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'eve@example.com')
    const evil = { redirect_uris: ['https://evil.example/'], token_endpoint_auth_method: 'none', type: 'user-agent-based' }
    for (const path of ['create-client', 'register']) expect((await visit(`/auth/oauth2/${path}`, evil)).ok).toBe(false)
    expect((await visit('/auth/oauth2/update-client', { client_id: 'genzo-web', update: evil })).ok).toBe(false)
    expect((await visit('/auth/oauth2/get-clients')).ok).toBe(false)
  })

  it('answers with headers that let nothing in its pages run, be framed or be taken for another type', async () => {
    const { issuer } = await issuerWith()
    for (const path of ['/auth/error?error=x', '/auth/get-session', '/.well-known/jwks.json']) {
      const { headers } = await browser(issuer)(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'(?!.*script-src)/)
    }
  })

  it('signs a disabled person out and in no more', async () => {
    const { issuer } = await issuerWith()
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    const tokens = await signInForTokens(visit)
    const { id } = (await issuer.directory.findByEmail('ada@example.com'))!
    await issuer.directory.setDisabled(id, true)
    expect((await exchange(visit, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).status).toBe(400)
    expect((await visit('/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })).status).toBe(403)
  })

  it('holds the first sign-in until the address is confirmed, where mail goes out', async () => {
    const { issuer, letters } = await issuerWith({ requireVerifiedEmail: true })
    const visit = browser(issuer)
    await register(visit, 'ada@example.com')
    expect((await visit('/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })).status).toBe(403)
    const link = /https?:\S+verify-email\S+/.exec(letters[0]!.text)![0]
    await visit(link)
    expect((await visit('/auth/sign-in/email', { email: 'ada@example.com', password: PASSWORD })).status).toBe(200)
  })

  it('records which terms were accepted, and refuses to register without', async () => {
    const { issuer } = await issuerWith({ termsVersion: '2026-11' })
    expect((await register(browser(issuer), 'ada@example.com')).status).toBe(403)
    expect((await register(browser(issuer), 'ada@example.com', { termsVersion: '2026-11' })).status).toBe(200)
  })
})

/** RFC 6238 with SHA-1, six digits, thirty seconds. */
function totp(secretBase32: string) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secretBase32.replace(/=+$/, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = digest.at(-1)! & 15
  return ((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0')
}
