// The API's own middleware around two handlers that only say hello, one of them for whoever has a key, and bare node:http beside them.
// `node bench/engine/hello-server.ts PORT BARE_PORT`; GET /key gives a key and a token.
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createKey } from '#core/use-cases/create-key.ts'
import { guard } from '#http/auth/guard.ts'
import { studioTokens } from '#http/auth/studio-tokens.ts'
import type { AppEnv } from '#http/env.ts'
import { accessLog } from '#http/middleware/access-log.ts'
import { bodyLimitOf, timeoutOf } from '#http/middleware/limits.ts'
import { loadShedding } from '#http/middleware/load-shedding.ts'
import { requestIds } from '#http/middleware/request-id.ts'
import { securityHeaders } from '#http/middleware/security-headers.ts'
import { type RouteRow, routeName } from '#http/route-table.ts'
import { prometheusTelemetry } from '#local/prometheus-telemetry.ts'
import { localPorts } from '#local/studio.ts'

const [port, barePort] = process.argv.slice(2).map(Number)
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

const app = new Hono<AppEnv>()
app.use(requestIds(ports.newId), accessLog(ports), securityHeaders({ isHttps: false }))
const shed = loadShedding({ maxInFlight: 512, isOverloaded: () => false })
const rows: RouteRow[] = [
  { method: 'GET', path: '/open', who: 'public' },
  { method: 'GET', path: '/closed', who: 'user', scopes: ['images:read'] },
]
for (const row of rows) {
  const named: MiddlewareHandler<AppEnv> = (c, next) => {
    c.set('route', routeName(row))
    return next()
  }
  app.on(row.method, row.path, named, shed(row), guard(row, { tokens, isLoopback: () => false }))
  app.on(row.method, row.path, bodyLimitOf(row), timeoutOf(row), (c) => c.json({ hello: 'world' }))
}
const listener = getRequestListener(app.fetch)
createServer((request, response) => {
  if (request.url === '/key') return void response.end(JSON.stringify({ secret, token }))
  void listener(request, response)
}).listen(port, '127.0.0.1')
createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"hello":"world"}')
}).listen(barePort, '127.0.0.1')
