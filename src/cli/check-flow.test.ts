import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { serve } from '../../e2e/faults/served.ts'
import { main } from './main.ts'
import type { World } from './world.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function doctor(more: Partial<World>, ...args: string[]) {
  const [out, said]: [string[], string[]] = [[], []]
  const world = {
    url: 'http://127.0.0.1:1',
    cwd: '/nowhere',
    out: (line: string) => out.push(line),
    say: (line: string) => said.push(line),
  }
  const code = await main(['doctor', '--aws', ...args], { ...world, progress: () => {}, ...more } as unknown as World)
  return { code, out, said }
}

it('sends a picture through the whole studio, tells of each step, and leaves nothing behind', async () => {
  const studio = await serve(mkdtempSync(join(tmpdir(), 'genzo-doctor-')))
  ends.push(() => studio.stop())
  const apiKey = await studio.keyOf('ada@example.com')
  const { code, out, said } = await doctor({ apiKey }, '--url', studio.url)
  expect([code, said]).toEqual([0, [`${studio.url} works from end to end; the picture was removed`]])
  expect(out.map((line) => /^(\S) +(\d) +([\w ]+?) {2,}/.exec(line)?.slice(1).join(' '))).toEqual(
    ['sign in', 'upload URL', 'PUT', 'queue', 'processed', 'record', 'notice'].map((name, at) => `✓ ${at + 1} ${name}`),
  )
  expect(out[4]).toContain('96 × 64 png')
  for (const path of ['/api/images', '/api/images?trash=true']) expect((await studio.ask(path, { as: apiKey })).body.items).toEqual([])
})

type Route = (request: IncomingMessage & { body: string }) => { status?: number; headers?: Record<string, string>; body?: unknown }
/** A studio made of answers, which writes down what it was asked. */
async function standIn(routes: (url: string) => Record<string, Route>) {
  const asked: string[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const name = `${request.method} ${new URL(request.url!, 'http://x').pathname}`
    asked.push(`${request.method} ${request.url}`)
    const answer = routes(url)[name]?.(Object.assign(request, { body: Buffer.concat(chunks).toString('latin1') })) ?? {
      status: 404,
      body: {},
    }
    response.writeHead(answer.status ?? 200, answer.headers)
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? null))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  ends.push(() => server.close())
  return { url, asked }
}
const studioWith =
  (state: string): ((url: string) => Record<string, Route>) =>
  (url) => ({
    'GET /api/me': () => ({ body: { id: 'ada', role: 'user' } }),
    'GET /api/events': () => ({ body: { items: [], cursor: 0 } }),
    'POST /api/uploads': () => ({ status: 201, body: { imageId: 'i1', uploadUrl: `${url}/put`, headers: {} } }),
    'PUT /put': () => ({}),
    'GET /api/images/i1': () => ({ body: { id: 'i1', state, reason: 'processing_failed' } }),
    'DELETE /api/images/i1': () => ({ status: 204, body: '' }),
  })

it.each([
  ['no news of the upload', 'pending', 4, 'queue', 'still pending after 0.1 s', 'image-processing-queue'],
  ['work that fails', 'failed', 5, 'processed', 'it ended failed: processing_failed', 'genzo-STAGE-processing'],
])(
  'tells of %s where it breaks and where to look, ends with an error, and removes what it sent',
  async (_, state, number, name, found, advice) => {
    const { url, asked } = await standIn(studioWith(state))
    const { code, out, said } = await doctor({ apiKey: 'gz_k' }, '--url', url, '--wait', '0.1')
    expect(code).toBe(1)
    expect(said).toEqual([`genzo: step ${number}, ${name}, failed at ${url}`])
    const line = out.find((one) => one.startsWith('✗'))!
    expect(line).toContain(found)
    expect(line).toContain(advice)
    expect(out.filter((one) => one.startsWith('–'))).toHaveLength(7 - number)
    expect(asked.at(-1)).toBe('DELETE /api/images/i1?permanently=true')
  },
)

it('signs in by the login page with a secret of its own, and asks at the door that takes tokens alone', async () => {
  let challenge = ''
  const { url, asked } = await standIn((url) => ({
    'GET /api/site': () => ({ body: { clientId: 'web', scope: 'openid genzo/images:write', logoutUrl: `${url}/logout` } }),
    'GET /oauth2/authorize': ({ url: path }) => {
      challenge = new URL(path!, url).searchParams.get('code_challenge')!
      return { status: 302, headers: { location: `/login${path!.slice(path!.indexOf('?'))}`, 'set-cookie': 'XSRF=t; Path=/' } }
    },
    'GET /login': () => ({ body: '<form><input type="hidden" name="_csrf" value="a&amp;b"></form>' }),
    'POST /login': ({ body, headers, url: path }) => {
      const form = new URLSearchParams(body)
      const isRight = form.get('_csrf') === 'a&b' && form.get('password') === 'right' && headers.cookie === 'XSRF=t'
      const state = new URL(path!, url).searchParams.get('state')
      return isRight ? { status: 302, headers: { location: `${url}/signed-in?code=c1&state=${state}` } } : { status: 200, body: 'no' }
    },
    'POST /oauth2/token': ({ body }) => {
      const verifier = new URLSearchParams(body).get('code_verifier') ?? ''
      return createHash('sha256').update(verifier).digest('base64url') === challenge
        ? { body: { access_token: 'tok' } }
        : { status: 400, body: {} }
    },
    'GET /api/me': ({ headers }) => ({ status: headers.authorization === 'Bearer tok' ? 200 : 401, body: { id: 'ada', role: 'user' } }),
    'GET /api/events': () => ({ body: { items: [], cursor: 0 } }),
    'POST /generate-upload-url': () => ({ body: { upload_url: `${url}/put?X-Amz-Expires=900`, file_path: 'originals/ada/i1/upload' } }),
    'DELETE /api/images/i1': () => ({ status: 204, body: '' }),
  }))
  const { out } = await doctor({ secrets: { password: 'right' } }, '--url', url, '--email', 'ada@example.com')
  expect(out.slice(0, 2).map((line) => line[0])).toEqual(['✓', '✓'])
  expect(out[1]).toContain('for 900 s')
  expect(asked).not.toContain('POST /api/uploads')

  const wrong = await doctor({ secrets: { password: 'wrong' } }, '--url', url, '--email', 'ada@example.com')
  expect([wrong.code, wrong.said[0]]).toEqual([1, expect.stringContaining('did not let in ada@example.com')])
})

it('finds the address of a stage where its deployment noted it, and says what is missing', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'genzo-doctor-'))
  expect((await doctor({ cwd, apiKey: 'gz_k' }, '--stage', 'dev')).said[0]).toContain('npm run deploy -- --stage dev')
  const { url, asked } = await standIn(studioWith('pending'))
  mkdirSync(join(cwd, 'cdk.out'))
  writeFileSync(join(cwd, 'cdk.out/outputs.dev.json'), JSON.stringify({ 'Genzo-dev-Site': { SiteUrl: url } }))
  await doctor({ cwd, apiKey: 'gz_k' }, '--stage', 'dev', '--wait', '0.1')
  expect(asked[0]).toBe('GET /api/me')
  expect((await doctor({}, '--url', url)).said[0]).toContain('GENZO_API_KEY')
  expect((await doctor({ apiKey: 'gz_k' }, '--url', url, '--stage', 'dev')).code).toBe(2)
})
