// The server of `npm start`, all that stands before a route included, around two handlers that only say hello, one of them for whoever has a
// key; and beside it Hono alone on the same adapter, and bare node:http. `node bench/engine/hello-server.ts PORT BARE_PORT HONO_PORT`; GET /key
// of the bare one gives a key and a token.
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createKey } from '#core/use-cases/create-key.ts'
import { nodeHost, nodeServer } from '#entries/node-server.ts'
import { warmDelivery } from '#entries/warm-delivery.ts'
import { studioTokens } from '#http/auth/studio-tokens.ts'
import type { AppEnv } from '#http/env.ts'
import { errorHandler } from '#http/errors.ts'
import { frontOf } from '#http/front.ts'
import { ROUTE_TABLE, type RouteRow } from '#http/route-table.ts'
import { prometheusTelemetry } from '#local/prometheus-telemetry.ts'
import { localPorts } from '#local/studio.ts'

const [port, barePort, honoPort] = process.argv.slice(2).map(Number)
const telemetry = prometheusTelemetry({ level: 'info' })
const ports = localPorts({ ports: { telemetry } })
const [issuer, audience] = ['https://issuer.example', 'https://studio.example/api']
const { publicKey, privateKey } = await generateKeyPair('RS256')
const jwks = async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' }] })
const { keys, directory, now } = ports
const tokens = studioTokens({ keys, directory, now, issuers: [{ issuer, audiences: [audience], clientIds: [], jwks }] })
const ada = await directory.create({ email: 'ada@example.com', role: 'user' })
const scopes = ['images:read', 'images:write', 'generate'] as const
const { secret } = await createKey(ports, { id: ada.id, role: 'user', scopes, via: 'jwt' }, { name: 'bench', scopes: [...scopes] })
const seconds = Math.floor(Date.now() / 1000)
const token = await new SignJWT({ iss: issuer, aud: audience, sub: ada.id, iat: seconds, exp: seconds + 3600, scope: scopes.join(' ') })
  .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
  .sign(privateKey)

const hello = (c: Context) => c.json({ hello: 'world' })
const rows: RouteRow[] = [
  { method: 'GET', path: '/api/open', who: 'public' },
  { method: 'GET', path: '/api/closed', who: 'user', scopes: ['images:read'] },
]
const routes = new Hono<AppEnv>()
for (const { path } of rows) routes.get(path, hello)
const app = frontOf(
  ports,
  { rows: [...ROUTE_TABLE, ...rows], routes: routes.routes, onError: errorHandler(ports) },
  { tokens, load: { maxInFlight: 512, isOverloaded: () => false }, takesWholeBodies: true, host: nodeHost },
)
const failed = () => new Response(null, { status: 500 })
const warm = warmDelivery({ maxBytes: 64 * 1024 ** 2, revocations: ports.revocations })
nodeServer({ api: app.fetch, warm, others: failed, onError: failed }).listen(port, '127.0.0.1')

createServer(getRequestListener(new Hono().get('/', hello).fetch)).listen(honoPort, '127.0.0.1')

createServer((request, response) => {
  if (request.url === '/key') return void response.end(JSON.stringify({ secret, token }))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"hello":"world"}')
}).listen(barePort, '127.0.0.1')
