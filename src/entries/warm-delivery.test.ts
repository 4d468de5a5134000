import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revocations } from '#local/revocations.ts'
import { get, lastly, rawAnswers } from './raw-http.contract.ts'
import { warmDelivery } from './warm-delivery.ts'

const SECOND = Date.UTC(2026, 10, 21, 12)
let now = SECOND
const warm = warmDelivery({ maxBytes: 1e6, revocations: revocations(), now: () => now })
let written = 0

let server: Server
beforeAll(async () => {
  server = createServer((request, response) => {
    const writeHead = response.writeHead.bind(response) as (...of: unknown[]) => ServerResponse
    response.writeHead = (...of: unknown[]) => {
      written++
      return writeHead(...of)
    }
    if (!warm.handle(request, response)) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

const bytes = new TextEncoder().encode('a picture')
const headers = { 'content-type': 'image/webp', etag: '"e"', 'x-content-type-options': 'nosniff' }
const keep = (url: string) =>
  warm.store.keep(
    { ...{ url, isNegotiated: false, format: 'webp', imageId: url, kid: 'k', etag: '"e"' }, headers, bytes },
    warm.store.ticket(),
  )

const raw = (...requests: string[]) => rawAnswers((server.address() as AddressInfo).port, ...requests)
const last = (url: string) => lastly(get(url))

it('writes a head once a second, and then again what it wrote, to the letter', async () => {
  keep('/i/a?sig=1')
  written = 0
  const answers = await raw(...Array(5).fill(get('/i/a?sig=1')), last('/i/a?sig=1'))
  expect(answers.map(({ body }) => body)).toEqual(Array(6).fill('a picture'))
  expect(new Set(answers.slice(0, 5).map(({ head }) => head))).toHaveLength(1)
  const lines = answers[0]!.head.toLowerCase().split('\r\n')
  expect(lines[0]).toBe('http/1.1 200 ok')
  for (const line of ['content-type: image/webp', 'etag: "e"', 'x-content-type-options: nosniff', 'content-length: 9'])
    expect(lines).toContain(line)
  expect(lines.filter((line) => /^(date|connection|keep-alive|content-length):/.test(line))).toHaveLength(4)
  expect(written, 'heads written: the first, and that of the answer that ends the connection').toBe(2)

  now += 1000
  await raw(get('/i/a?sig=1'), get('/i/a?sig=1'), last('/i/a?sig=1'))
  expect(written).toBe(4)
})

it('never tells a connection that ends to stay, nor one that stays to end', async () => {
  keep('/i/b?sig=1')
  const [kept, ended] = await raw(get('/i/b?sig=1'), last('/i/b?sig=1'))
  expect(kept!.head.toLowerCase()).toContain('connection: keep-alive')
  expect(ended!.head.toLowerCase()).toContain('connection: close')
  const [old] = await raw('GET /i/b?sig=1 HTTP/1.0')
  expect(old).toMatchObject({ head: expect.stringMatching(/connection: close/i), body: 'a picture' })
})

it('sends no body after a head that was asked for alone', async () => {
  keep('/i/c?sig=1')
  const [whole, head] = await raw(get('/i/c?sig=1'), 'HEAD /i/c?sig=1 HTTP/1.1\r\nconnection: close')
  expect([whole!.body, head!.body]).toEqual(['a picture', ''])
  expect(head!.head).toMatch(/content-length: 9/i)
})

it('says that an answer is for one origin alone where other sites may ask, which the app would have said', async () => {
  const shared = warmDelivery({ maxBytes: 1e6, revocations: revocations(), variesByOrigin: true })
  const answer = { url: '/i/d?sig=1', isNegotiated: true, format: 'webp', imageId: 'd', kid: 'k', etag: '"e"', bytes } as const
  shared.store.keep({ ...answer, headers: { ...headers, vary: 'Accept' } }, shared.store.ticket())
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  const request = { method: 'GET', url: answer.url, headers: { accept: 'image/webp' } } as unknown as IncomingMessage
  expect(shared.handle(request, response)).toBe(true)
  expect(response).toHaveProperty('_header', expect.stringContaining('vary: Accept, Origin\r\n'))
})

it('stands on where this Node keeps the text of a head', () => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  expect(response).toHaveProperty('_header', null)
  response.writeHead(200, ['a', 'b'])
  expect(response).toHaveProperty('_header', expect.stringContaining('a: b\r\n'))
})
