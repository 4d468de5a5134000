import { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Carried } from '#http/middleware/security-headers.ts'
import { nodeServer } from './node-server.ts'
import { plainHeads } from './plain-heads.ts'
import { get, lastly, rawAnswers } from './raw-http.contract.ts'

let carried: Carried
const app = new Hono()
app.get('/api/short', (c) => c.json({}))
app.get('/api/long', (c) => c.json({ text: '灯台'.repeat(99) }))
app.get('/api/text', (c) => c.text('words'))
app.get('/api/made', (c) => c.json({}, 201))
app.get('/api/tagged', (c) => c.json({}, 200, { etag: '"e"' }))
app.get('/api/made-by-hand', () => new Response('{}', { headers: { 'content-type': 'application/json', etag: '"e"' } }))
app.get('/api/empty', (c) => c.body(null, 204))

let server: ReturnType<typeof nodeServer>
beforeAll(async () => {
  let count = 0
  const api = (request: Request, env: { incoming: IncomingMessage; outgoing?: { carried?: Carried } }) => {
    env.outgoing!.carried = { ...carried, requestId: `${carried.requestId}-${++count}` }
    return app.fetch(request, env)
  }
  const never = () => new Response(null, { status: 500 })
  server = nodeServer({ api, others: never, onError: never })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())
beforeEach(() => {
  carried = { requestId: 'id', isHttps: false }
})

const raw = (...requests: string[]) => rawAnswers((server.address() as AddressInfo).port, ...requests)
/** A head's lines but for those that tell one answer from another. */
const common = (head: string) => head.split('\r\n').filter((line) => !/^(date|x-request-id|content-length):/i.test(line))
const lineOf = (name: string, head: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim()

it('writes a head again with its own id and length', async () => {
  const written = vi.spyOn(ServerResponse.prototype, 'writeHead')
  const answers = await raw(get('/api/short'), get('/api/long'), get('/api/short'), get('/api/text'), lastly(get('/api/short')))
  for (const { head, body } of answers) expect(lineOf('content-length', head)).toBe(String(Buffer.byteLength(body)))
  expect(new Set(answers.map(({ head }) => lineOf('x-request-id', head))).size).toBe(5)
  expect(written.mock.calls.length, 'heads that Node wrote: one of each type, and that of the last answer').toBeLessThanOrEqual(4)
  const [first, second, third, words] = answers.map(({ head }) => common(head))
  expect(second).toEqual(first)
  expect(third).toEqual(first)
  expect(words).toEqual(first!.map((line) => line.replace(/application\/json.*/, 'text/plain; charset=UTF-8')))
})

it.each([
  ['what has another status', '/api/made', 'HTTP/1.1 201 Created'],
  ['what has headers of its own', '/api/tagged', 'etag: "e"'],
  ['what has them from elsewhere', '/api/made-by-hand', 'etag: "e"'],
  ['what has no body', '/api/empty', 'HTTP/1.1 204 No Content'],
])('leaves %s to Node', async (_, path, line) => {
  const [, other, next, last] = await raw(get('/api/short'), get(path), get('/api/short'), lastly(get('/api/short')))
  expect(other!.head.split('\r\n')).toContain(line)
  expect(next!.head).not.toContain(line)
  expect(last!.head).toMatch(/connection: close/i)
})

it('answers HEAD with none of the body', async () => {
  const [, head] = await raw(get('/api/long'), lastly('HEAD /api/long HTTP/1.1'))
  expect([head!.body, lineOf('x-request-id', head!.head)]).toEqual(['', expect.stringMatching(/^id-/)])
})

it('never tells a browser to insist on HTTPS where it does not, nor the other way round', async () => {
  const strict = async () => {
    const answers = await raw(get('/api/short'), get('/api/short'), lastly(get('/api/short')))
    return answers.map(({ head }) => /strict-transport-security/i.test(head))
  }
  for (const isHttps of [false, true, false]) {
    carried = { requestId: 'id', isHttps }
    expect(await strict()).toEqual([isHttps, isHttps, isHttps])
  }
})

it('writes no head of another second, which has another date', () => {
  let now = 999
  const heads = plainHeads({ now: () => now })
  const answer = () => Object.assign(new ServerResponse(new IncomingMessage(new Socket())), { shouldKeepAlive: true })
  const plain = { type: 'text/plain', byteLength: 5, carried: { requestId: 'first', isHttps: false } }
  const first = answer().writeHead(200, ['content-type', 'text/plain', 'x-request-id', 'first', 'content-length', '5'])
  heads.keep(first, plain, heads.secondNow())
  const next = { ...plain, carried: { ...plain.carried, requestId: 'second' } }
  expect(heads.set(answer(), next)).toBe(true)
  now = 1000
  expect(heads.set(answer(), next)).toBe(false)
})
