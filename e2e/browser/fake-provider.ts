import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export type FakeProvider = {
  url: string
  /** Who is sitting there; undefined cancels. */
  person: { sub: string; email: string; name: string } | undefined
  /** Whether its discovery names an end of session. */
  endsSessions: boolean
  /** Queries with which people were sent to `/logout`. */
  farewells: URLSearchParams[]
  close(): Promise<void>
}

/** An OpenID provider on this machine that asks nothing: its person is always signed in. Code flow with PKCE left to the one who asks. */
export async function fakeProvider(): Promise<FakeProvider> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const asked = new Map<string, URLSearchParams>()
  const sign = (claims: JWTPayload) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuer(provider.url)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
  const discovery = () => ({
    issuer: provider.url,
    authorization_endpoint: `${provider.url}/authorize`,
    token_endpoint: `${provider.url}/token`,
    jwks_uri: `${provider.url}/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
    ...(provider.endsSessions && { end_session_endpoint: `${provider.url}/logout` }),
  })

  const answers: Record<string, (query: URLSearchParams, request: IncomingMessage) => Promise<unknown> | unknown> = {
    '/.well-known/openid-configuration': discovery,
    '/jwks': () => ({ keys: [key] }),
    '/authorize': (query) => {
      const back = new URL(query.get('redirect_uri')!)
      const code = crypto.randomUUID()
      asked.set(code, query)
      back.searchParams.set('state', query.get('state')!)
      back.searchParams.set(...((provider.person ? ['code', code] : ['error', 'access_denied']) as [string, string]))
      return back
    },
    '/token': async (_query, request) => {
      const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
      const query = asked.get(form.get('code')!)!
      const [client, { sub, ...person }] = [query.get('client_id')!, provider.person!]
      const nonce = query.get('nonce')
      const idToken = sign({ ...person, sub, aud: client, email_verified: true, ...(nonce && { nonce }) })
      const accessToken = sign({
        sub,
        aud: query.get('resource') ?? client,
        client_id: client,
        token_use: 'access',
        scope: query.get('scope')!,
      })
      return { access_token: await accessToken, id_token: await idToken, token_type: 'Bearer', expires_in: 3600 }
    },
    '/logout': (query) => {
      provider.farewells.push(query)
      return new URL(query.get('logout_uri') ?? query.get('post_logout_redirect_uri')!)
    },
  }
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, provider.url)
    const answer = await answers[pathname]?.(searchParams, request)
    const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
    if (answer instanceof URL) return response.writeHead(302, { location: answer.href }).end()
    response.writeHead(answer ? 200 : 404, { ...open, 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const provider: FakeProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    person: { sub: 'g-1', email: 'grace@example.com', name: 'Grace' },
    endsSessions: false,
    farewells: [],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return provider
}
