import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { afterAll, describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { nodeHost, nodeServer } from '#entries/node-server.ts'
import { localPorts } from '#local/studio.ts'
import type { AppEnv } from './env.ts'
import { errorHandler } from './errors.ts'
import { type FrontOptions, frontOf } from './front.ts'
import type { RouteRow } from './route-table.ts'

const logged: [string, string, Record<string, unknown>][] = []
const counted: unknown[] = []
const telemetry = {
  count() {},
  gauge() {},
  observe: (...number: unknown[]) => void counted.push(number),
  log: (...line: unknown[]) => void logged.push(line as (typeof logged)[number]),
}
const ports = localPorts({ ports: { telemetry } })
afterAll(() => ports.close())

const rows: RouteRow[] = ['at-once', 'later', 'page', 'refused', 'broken', 'slow', 'absent'].map((name) => ({
  ...{ method: 'GET', path: `/api/${name}`, who: 'public' },
  ...(name === 'slow' && { timeoutSeconds: 0 }),
}))
const tokens = { verify: () => Promise.reject(new StudioError('unauthenticated', 'nobody')) }

function front(options: Partial<FrontOptions> = {}) {
  const routes = new Hono<AppEnv>()
  routes.get('/api/at-once', (c) => c.json({ hello: 'world' }))
  routes.get('/api/later', async (c) => c.json({ hello: 'world' }))
  routes.get('/api/page', (c) => {
    c.header('cache-control', 'public, max-age=60')
    return c.html('<p>', 200, { 'Content-Security-Policy': "default-src 'self'" })
  })
  routes.get('/api/refused', () => {
    throw new StudioError('throttled', 'too fast', { retryAfterSeconds: 7 })
  })
  routes.get('/api/broken', async () => Promise.reject(new Error('secret prompt')))
  routes.get('/api/slow', () => new Promise<Response>(() => {}))
  return frontOf(ports, { rows, routes: routes.routes, onError: errorHandler(ports) }, { tokens, ...options })
}

/** The same app as a host gives it that leaves headers to it, and as Node does. */
const hosts: Record<string, (path: string, init?: RequestInit, options?: Partial<FrontOptions>) => Promise<Response>> = {
  'any host': async (path, init, options) => front(options).request(`http://studio.example${path}`, init),
  async Node(path, init, options) {
    const never = () => new Response(null, { status: 500 })
    const server = nodeServer({ api: front({ host: nodeHost, ...options }).fetch, others: never, onError: never }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init)
    server.close()
    return answer
  },
}
const API_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

describe.each(Object.keys(hosts))('on %s', (host) => {
  const ask = hosts[host]!

  it.each([
    ['GET', '/api/at-once', 200],
    ['HEAD', '/api/at-once', 200],
    ['GET', '/api/later', 200],
    ['GET', '/api/refused', 429],
    ['GET', '/api/broken', 500],
    ['GET', '/api/absent', 404],
    ['GET', '/api/unknown', 404],
    ['POST', '/api/at-once', 404],
  ])('%s %s is named and safe to show', async (method, path, status) => {
    const answer = await ask(path, { method, headers: { 'x-request-id': 'my-request-1' } })
    expect([answer.status, Object.fromEntries(answer.headers)]).toMatchObject([
      status,
      {
        'x-request-id': 'my-request-1',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'content-security-policy': API_CSP,
        'cache-control': 'no-store',
      },
    ])
  })

  it('a page keeps its own rules of what it loads and how long it is kept', async () => {
    const { headers } = await ask('/api/page')
    expect([headers.get('content-security-policy'), headers.get('cache-control'), headers.get('x-frame-options')]).toEqual([
      "default-src 'self'",
      'public, max-age=60',
      'DENY',
    ])
  })

  it('another site is answered before it may ask, under a name too', async () => {
    const headers = { origin: 'https://partner.example', 'access-control-request-method': 'GET' }
    const answer = await ask('/api/at-once', { method: 'OPTIONS', headers }, { corsOrigins: ['https://partner.example'] })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://partner.example'])
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\d+$/)
    for (const [path, status] of [
      ['/api/at-once', 200],
      ['/api/refused', 429],
    ] as const) {
      const asked = await ask(path, { headers }, { corsOrigins: ['https://partner.example'] })
      expect([asked.status, asked.headers.get('access-control-allow-origin'), asked.headers.get('x-frame-options')]).toEqual([
        status,
        'https://partner.example',
        'DENY',
      ])
    }
  })
})

it('writes one line and one number of each, and nothing of what a bug says', async () => {
  logged.length = 0
  counted.length = 0
  for (const path of ['/api/at-once?secret=1', '/api/broken', '/api/unknown/secret'])
    await front().request(path, { headers: { 'x-request-id': 'my-request-1' } })
  const lines = logged.filter(([, message]) => message === 'request')
  expect(lines).toMatchObject([
    ['info', 'request', { requestId: 'my-request-1', method: 'GET', route: 'GET /api/at-once', status: 200 }],
    ['warn', 'request', { route: 'GET /api/broken', status: 500, problem: 'internal' }],
    ['info', 'request', { route: 'none', status: 404, problem: 'not_found' }],
  ])
  expect(counted).toMatchObject([
    ['http_request_ms', expect.any(Number), { route: 'GET /api/at-once', status: '2xx' }],
    ['http_request_ms', expect.any(Number), { route: 'GET /api/broken', status: '5xx' }],
    ['http_request_ms', expect.any(Number), { route: 'none', status: '4xx' }],
  ])
  expect(JSON.stringify(logged)).not.toContain('secret')
})

it('says when an answer takes too long', async () => {
  const answer = await front().request('/api/slow')
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable', detail: expect.stringContaining('too long') }])
})

it('counts what is under way, and what answered at once or failed no longer', async () => {
  const one = front({ load: { maxInFlight: 1, isOverloaded: () => false } })
  for (const path of ['/api/at-once', '/api/later', '/api/refused', '/api/broken', '/api/at-once'])
    expect((await one.request(path)).status).not.toBe(503)
  const slow = one.request('/api/slow')
  expect((await one.request('/api/at-once')).status).toBe(503)
  await slow
  expect((await one.request('/api/at-once')).status).toBe(200)
})

it('refuses to start with a route that the table does not know, since nothing would guard it', () => {
  const routes = new Hono<AppEnv>().get('/api/stray', (c) => c.text(''))
  expect(() => frontOf(ports, { rows, routes: routes.routes as Hono['routes'], onError: errorHandler(ports) }, { tokens })).toThrow(
    'GET /api/stray',
  )
})
