import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Actor, SCOPES, type Scope } from '#core/actor.ts'
import type { User } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { createKey } from '#core/use-cases/create-key.ts'
import { type LocalConfig, localPorts } from '#local/studio.ts'
import { type AppOptions, createApp } from './app.ts'
import { studioTokens } from './auth/studio-tokens.ts'

export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'https://studio.example/api'
const { publicKey, privateKey } = await generateKeyPair('RS256')
const jwks = async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] })

/** A token as the trusted issuer would sign it; `claims` add or replace. Times in seconds. */
export const signToken = (claims: Record<string, unknown> = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 900, scope: SCOPES.join(' ') }
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey)
}

/** The app on the adapters we ship, in memory, with people and their credentials at hand. */
export function testApp({ config = {}, options = {}, change = (ports) => ports }: TestOptions = {}) {
  const studio = localPorts(config)
  const ports = change(studio)
  const issuers = [{ issuer: ISSUER, audiences: [AUDIENCE], clientIds: ['studio-client'], jwks }]
  const tokens = studioTokens({ keys: ports.keys, directory: ports.directory, issuers, now: ports.now, recheckMs: 0 })
  const site = {
    name: 'Genzo',
    issuer: ISSUER,
    clientId: 'c',
    scope: 'openid',
    isEmbeddedIssuer: false,
    signup: 'closed',
    social: [],
    isMailed: false,
    version: '0',
  }
  const app = createApp(ports, { tokens, site: site as AppOptions['site'], storePut: studio.storePut, ...options })

  const person = (email: string, role: User['role'] = 'user') => ports.directory.create({ email, role })
  const keyOf = async ({ id, role }: User, scopes: readonly Scope[] = SCOPES, expiresAt?: number) => {
    const actor: Actor = { id, role, scopes: SCOPES, via: 'jwt' }
    return (await createKey(ports, actor, { name: 'test', scopes: [...scopes], ...(expiresAt && { expiresAt }) })).secret
  }
  /** Asks with a key or token; a body is sent as JSON. */
  const ask = async (method: string, path: string, { as, body, headers = {} }: Ask = {}) => {
    const response = await app.request(path, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : undefined) as any }
  }
  return { app, ports, studio, tokens, person, keyOf, ask }
}

type TestOptions = { config?: LocalConfig; options?: Partial<AppOptions>; change?: (ports: Ports) => Ports }
type Ask = { as?: string; body?: unknown; headers?: Record<string, string> }
