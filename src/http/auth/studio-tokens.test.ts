import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { SCOPES } from '#core/actor.ts'
import { createKey } from '#core/use-cases/create-key.ts'
import { localPorts } from '#local/studio.ts'
import { ownerIdOf } from './owner-id.ts'
import { studioTokens } from './studio-tokens.ts'

const ISSUER = 'https://issuer.example'
const START = Date.UTC(2026, 10, 21, 9)
const SUB = 'b7e6c2a4-6d1f-4c7b-9a51-0f7f3a1f2c3d'

/** An issuer that can rotate its keys, and a studio whose clock the test holds. */
async function studio({ recheckMs = 0 } = {}) {
  let time = START
  const ports = localPorts({ now: () => time })
  const keys: { kid: string; alg: string; privateKey: CryptoKey; jwk: object }[] = []
  const rotate = async (alg = 'RS256') => {
    const kid = `k${keys.length}`
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
    keys.push({ kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } })
  }
  await rotate()
  let fetched = 0
  const jwks = async () => {
    fetched += 1
    return { keys: keys.map(({ jwk }) => jwk) } as JSONWebKeySet
  }
  const tokens = studioTokens({
    ...{ keys: ports.keys, directory: ports.directory, now: ports.now, recheckMs },
    issuers: [{ issuer: ISSUER, audiences: ['studio'], clientIds: ['client'], jwks }],
  })
  const sign = (claims: Record<string, unknown> = {}) => {
    const { kid, alg, privateKey } = keys.at(-1)!
    const seconds = Math.floor(time / 1000)
    const usual = { iss: ISSUER, sub: SUB, aud: 'studio', iat: seconds, exp: seconds + 900, scope: 'images:read' }
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, kid }).sign(privateKey)
  }
  return { ports, tokens, sign, rotate, pass: (ms: number) => (time += ms), fetches: () => fetched }
}
const refusal = (reason: string) => ({ code: 'unauthenticated', details: { reason } })

describe('an access token', () => {
  it('is taken from a trusted issuer, and shows who, with what scopes', async () => {
    const { tokens, sign } = await studio()
    expect(await tokens.verify(await sign())).toMatchObject({ id: SUB, role: 'user', scopes: ['images:read'], via: 'jwt' })
  })

  it('is taken in the shape of Cognito: no audience, a client and scopes with their resource', async () => {
    const { tokens, sign } = await studio()
    const cognito = {
      aud: undefined,
      token_use: 'access',
      client_id: 'client',
      scope: 'https://studio/images:write https://studio/generate',
      'cognito:groups': ['admin'],
    }
    expect(await tokens.verify(await sign(cognito))).toMatchObject({ role: 'admin', scopes: ['images:write', 'generate'] })
  })

  it('is taken with ES256, and with a key that the issuer made later', async () => {
    const { tokens, sign, rotate, fetches } = await studio()
    await tokens.verify(await sign())
    await rotate('ES256')
    expect(await tokens.verify(await sign({ scope: ['generate'].join(' ') }))).toMatchObject({ scopes: ['generate'] })
    expect(fetches()).toBe(2)
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience and no client', { aud: undefined }],
    ['a client of somebody else', { aud: undefined, token_use: 'access', client_id: 'other' }],
    ['an ID token, though its audience is ours', { token_use: 'id' }],
    ['no subject', { sub: undefined }],
    ['no end', { exp: undefined }],
  ])('is refused with %s', async (_, claims) => {
    const { tokens, sign } = await studio()
    await expect(tokens.verify(await sign(claims))).rejects.toMatchObject(refusal('invalid'))
  })

  it('is refused past its end, though it was taken before', async () => {
    const { tokens, sign, pass } = await studio({ recheckMs: 5_000 })
    const token = await sign()
    await tokens.verify(token)
    pass(906_000)
    await expect(tokens.verify(token)).rejects.toMatchObject(refusal('expired'))
  })

  it('is refused with another payload under the signature of a good one', async () => {
    const { tokens, sign } = await studio()
    const [header, payload, signature] = (await sign()).split('.') as [string, string, string]
    await tokens.verify([header, payload, signature].join('.'))
    const forged = { ...JSON.parse(atob(payload)), 'cognito:groups': ['admin'] }
    const changed = Buffer.from(JSON.stringify(forged)).toString('base64url')
    await expect(tokens.verify([header, changed, signature].join('.'))).rejects.toMatchObject(refusal('invalid'))
  })

  it('is refused unsigned, and when signed with the public key as a shared secret', async () => {
    const { tokens, sign } = await studio()
    const [, payload] = (await sign()).split('.') as [string, string]
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const shared = await new SignJWT(JSON.parse(atob(payload))).setProtectedHeader({ alg: 'HS256', kid: 'k0' }).sign(new Uint8Array(32))
    await expect(tokens.verify(none)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(tokens.verify(shared)).rejects.toMatchObject(refusal('invalid'))
  })

  it('takes its role from groups, whatever the scopes say', async () => {
    const { tokens, sign } = await studio()
    expect(await tokens.verify(await sign({ scope: 'admin images:read' }))).toMatchObject({ role: 'user', scopes: ['images:read'] })
    expect(await tokens.verify(await sign({ groups: ['admin'], scope: 'openid' }))).toMatchObject({ role: 'admin', scopes: [] })
  })

  it('ends when its person is signed out everywhere, while a later one is taken', async () => {
    const { ports, tokens, sign, pass } = await studio()
    const token = await sign()
    const { id } = await tokens.verify(token)
    pass(2_000)
    await ports.directory.revokeTokens(id, ports.now())
    await expect(tokens.verify(token)).rejects.toMatchObject(refusal('revoked'))
    pass(1_000)
    expect(await tokens.verify(await sign())).toMatchObject({ id })
  })

  it('ends when its person is disabled: at once where it was done, within the recheck elsewhere', async () => {
    const { ports, tokens, sign, pass } = await studio({ recheckMs: 5_000 })
    const token = await sign()
    await tokens.verify(token)
    await ports.directory.setDisabled(SUB, true)
    expect(await tokens.verify(token)).toMatchObject({ id: SUB })
    pass(5_000)
    await expect(tokens.verify(token)).rejects.toMatchObject(refusal('revoked'))
    await ports.directory.setDisabled(SUB, false)
    await tokens.verify(token)
    await ports.directory.setDisabled(SUB, true)
    tokens.forget()
    await expect(tokens.verify(token)).rejects.toMatchObject(refusal('revoked'))
  })
})

describe('an API key', () => {
  async function withKey(scopes = [...SCOPES]) {
    const parts = await studio()
    const user = await parts.ports.directory.create({ email: 'ada@example.com', role: 'admin' })
    const actor = { id: user.id, role: user.role, scopes: SCOPES, via: 'jwt' as const }
    return { ...parts, user, ...(await createKey(parts.ports, actor, { name: 'k', scopes })) }
  }

  it('shows its owner with the scopes it was made with, and remembers when it was used', async () => {
    const { tokens, secret, user, key, ports } = await withKey(['generate'])
    expect(await tokens.verify(secret)).toMatchObject({ id: user.id, role: 'admin', scopes: ['generate'], via: 'key', keyId: key.id })
    expect((await ports.keys.listByOwner(user.id))[0]).toMatchObject({ lastUsedAt: START })
  })

  it("stops being an administrator's when its owner stops being one", async () => {
    const { tokens, secret, user, ports } = await withKey()
    await ports.directory.setRole(user.id, 'user')
    expect(await tokens.verify(secret)).toMatchObject({ role: 'user' })
  })

  it('is refused once its owner is gone', async () => {
    const { tokens, secret, user, ports } = await withKey()
    await ports.directory.remove(user.id)
    await expect(tokens.verify(secret)).rejects.toMatchObject(refusal('revoked'))
  })
})

describe('the id of an owner', () => {
  it('is the subject when that is a UUID', async () => {
    expect(await ownerIdOf(ISSUER, SUB.toUpperCase())).toBe(SUB)
  })

  it('else tells issuers and subjects apart in 52 characters that a blob key may hold', async () => {
    const ids = await Promise.all([ownerIdOf(ISSUER, 'ada'), ownerIdOf('https://other.example', 'ada'), ownerIdOf(ISSUER, 'bob')])
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[a-z2-7]{52}$/)
  })
})
