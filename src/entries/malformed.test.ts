import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answerMalformed } from './malformed.ts'

const server = createServer(({ url }, response) => (url === '/slow' ? void response.write('half of it') : response.end('fine'))).on(
  'clientError',
  answerMalformed,
)
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => void server.close())

/** What comes back for these bytes, until the server closes. */
async function said(bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return text
}
const rest = 'HTTP/1.1\r\nhost: a\r\nconnection: close\r\n'

it.each([
  ['an address in Japanese', `GET /api/images?q=海 ${rest}\r\n`, 400, 'percent-encoded'],
  ['headers without end', `GET / ${rest}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'at most 16 KB'],
  ['what is no request', 'hello\r\n\r\n', 400, 'no HTTP/1.1 request'],
])('says of %s what would be right', async (_, bytes, status, words) => {
  const [head = '', body = ''] = (await said(bytes)).split('\r\n\r\n')
  expect(head).toContain(`HTTP/1.1 ${status} `)
  expect(head).toContain('application/problem+json')
  expect(JSON.parse(body)).toMatchObject({ status, code: 'invalid_input', detail: expect.stringContaining(words) })
})

it('writes nothing into an answer that is under way', async () => {
  const text = await said('GET /slow HTTP/1.1\r\nhost: a\r\n\r\nhello\r\n\r\n')
  expect(text).not.toContain('problem')
})

it('lets a request through', async () => {
  expect(await said(`GET /?q=%E6%B5%B7 ${rest}\r\n`)).toContain('fine')
})
