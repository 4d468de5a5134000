import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, expect, it } from 'vitest'
import { localPorts } from '#local/studio.ts'
import { studioTokens } from './studio-tokens.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A real issuer on loopback: its discovery document, its keys, and how often each was asked for. */
async function remoteIssuer({ claims = {} }: { claims?: object } = {}) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const asked: string[] = []
  let isDown = false
  const server = createServer((request, response) => {
    asked.push(request.url!)
    if (isDown) return void response.writeHead(502).end('bad gateway')
    const answers: Record<string, object> = {
      '/realms/one/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys`, ...claims },
      '/realms/one/keys': { keys: [jwk] },
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url!] ?? {}))
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}/realms/one`
  const ports = localPorts(':memory:')
  const { keys, directory, now } = ports
  const tokens = studioTokens({ keys, directory, now, issuers: [{ issuer, audiences: ['studio'], clientIds: [] }] })
  const seconds = Math.floor(Date.now() / 1000)
  const unsigned = () => new SignJWT({ iss: issuer, sub: 'ada', aud: 'studio', iat: seconds, exp: seconds + 900, scope: 'images:read' })
  const sign = () => unsigned().setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey)
  return { tokens, sign, asked, unsigned, setDown: (value: boolean) => (isDown = value) }
}

it('finds the keys of an issuer by its discovery document, once for many tokens', async () => {
  const { tokens, sign, asked } = await remoteIssuer()
  const token = await sign()
  const actors = await Promise.all([1, 2, 3].map(() => tokens.verify(token)))
  expect(actors.map(({ scopes, via }) => [scopes, via])).toEqual(Array(3).fill([['images:read'], 'jwt']))
  expect(asked).toEqual(['/realms/one/.well-known/openid-configuration', '/realms/one/keys'])
})

it('is unavailable while the issuer is down, and takes tokens again as soon as it is back', async () => {
  const { tokens, sign, setDown } = await remoteIssuer()
  setDown(true)
  await expect(tokens.verify(await sign())).rejects.toMatchObject({ code: 'unavailable', details: { service: 'issuer' } })
  setDown(false)
  expect(await tokens.verify(await sign())).toMatchObject({ role: 'user' })
})

it('trusts no discovery document that speaks for another issuer', async () => {
  const { tokens, sign } = await remoteIssuer({ claims: { issuer: 'https://elsewhere.example' } })
  await expect(tokens.verify(await sign())).rejects.toMatchObject({ code: 'unavailable' })
})

it('refuses a token signed by a shared secret or by nobody without calling the issuer broken', async () => {
  const { tokens, sign, unsigned } = await remoteIssuer()
  await tokens.verify(await sign())
  const forged = await unsigned()
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(new TextEncoder().encode('x'.repeat(32)))
  const [, payload] = forged.split('.')
  const none = `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${payload}.`
  for (const token of [forged, none]) await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
})
