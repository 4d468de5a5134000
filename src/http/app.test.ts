import { describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import { testApp } from './studio.contract.ts'

async function signedIn(options: Parameters<typeof testApp>[0] = {}) {
  const parts = testApp(options)
  const as = await parts.keyOf(await parts.person('ada@example.com'))
  return { ...parts, as }
}

describe('a refusal', () => {
  it('names each wrong field of a body', async () => {
    const { ask, as } = await signedIn()
    const { status, body, headers } = await ask('POST', '/api/generations', { as, body: { prompt: 7, count: 99, colour: 'red' } })
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json'])
    expect(body).toMatchObject({ code: 'invalid_input', status: 400 })
    expect(body.fields.map(({ path }: { path: string }) => path)).toEqual(['prompt', 'count', 'colour'])
  })

  it('says what is missing, and quotes the names of fields as they are written', async () => {
    const { ask, as } = await signedIn()
    const upload = await ask('POST', '/generate-upload-url', { as, body: { fileName: 'a.jpg', contentType: 'image/jpeg' } })
    expect(upload.body.fields).toEqual([{ path: 'byteLength', problem: 'missing; give a number' }])
    const link = await ask('POST', '/api/images/i/links', { as, body: { transform: { w: 320 } } })
    expect(link.body.detail).toContain('give expiresIn (seconds) or public: true')
  })

  it('of a form says that JSON is wanted', async () => {
    const { app, as } = await signedIn()
    const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/x-www-form-urlencoded' }
    const response = await app.request('/api/generations', { method: 'POST', headers, body: 'prompt=x' })
    expect([response.status, await response.json()]).toMatchObject([415, { code: 'unsupported_type', accepted: ['application/json'] }])
  })

  it('names a wrong query, and a body that is no JSON', async () => {
    const { app, ask, as } = await signedIn()
    expect((await ask('GET', '/api/images?limit=1000', { as })).body).toMatchObject({ code: 'invalid_input', fields: [{ path: 'limit' }] })
    const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' }
    const response = await app.request('/api/estimates', { method: 'POST', headers, body: '{"prompt": ' })
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid_input' }])
  })

  it('says when to come back', async () => {
    const busy = new StudioError('throttled', 'too fast', { retryAfterSeconds: 7 })
    const { ask, as } = await signedIn({
      change: (ports) => ({ ...ports, images: { ...ports.images, listTold: () => Promise.reject(busy) } }),
    })
    const { status, headers, body } = await ask('GET', '/api/images', { as })
    expect([status, headers.get('retry-after'), body.code]).toEqual([429, '7', 'throttled'])
  })

  it('of a bug tells a request id and nothing of the bug, and is logged once without its message', async () => {
    const logged: unknown[] = []
    const telemetry = { count() {}, observe() {}, gauge() {}, log: (...line: unknown[]) => void (line[0] === 'error' && logged.push(line)) }
    const { ask, as } = await signedIn({
      change: (ports) => ({
        ...ports,
        telemetry,
        images: { ...ports.images, listTold: () => Promise.reject(new Error('secret prompt')) },
      }),
    })
    const { status, body, text, headers } = await ask('GET', '/api/images', { as, headers: { 'x-request-id': 'my-request-1' } })
    expect([status, body.code, body.requestId, headers.get('x-request-id')]).toEqual([500, 'internal', 'my-request-1', 'my-request-1'])
    expect(logged).toHaveLength(1)
    expect(JSON.stringify(logged) + text).not.toContain('secret prompt')
  })

  it('of a body over a mebibyte comes before it is read', async () => {
    const { ask, as } = await signedIn()
    const { status, body } = await ask('POST', '/api/estimates', { as, body: { prompt: 'x'.repeat(1_100_000) } })
    expect([status, body.code, body.limit]).toEqual([413, 'too_large', 1_048_576])
  })

  it('of an unknown path is a problem too', async () => {
    expect((await testApp().ask('GET', '/api/nothing')).body).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('an original', () => {
  it.each([
    [
      'a name that would leave its folder, end the header or turn its extension',
      '../..\\"\r\nx: y \u202egpj.exe.JPG',
      'attachment; filename="x y gpj.exe.JPG"',
    ],
    ['half a character', '\ud800.jpg', `attachment; filename="_.jpg"; filename*=UTF-8''%EF%BF%BD.jpg`],
    ['a name without extension', 'holiday', 'attachment; filename="holiday.bin"'],
  ])('is handed out under a safe name: %s', async (_, fileName, disposition) => {
    const { ask, as, ports } = await signedIn()
    const { body } = await ask('POST', '/api/uploads', { as, body: { fileName, contentType: 'image/jpeg', byteLength: 3 } })
    await ports.blobs.put(body.filePath, new TextEncoder().encode('cat'), { contentType: 'image/jpeg' })
    const { status, headers } = await ask('GET', `/api/images/${body.imageId}/original`, { as })
    expect([status, headers.get('content-disposition')]).toEqual([200, disposition])
  })
})

describe('a request', () => {
  it('keeps a sane id and is given one in place of a strange one', async () => {
    const { ask } = testApp()
    expect((await ask('GET', '/health', { headers: { 'x-request-id': 'trace.0001' } })).headers.get('x-request-id')).toBe('trace.0001')
    const { headers } = await ask('GET', '/health', { headers: { 'x-request-id': 'a b<script>' } })
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\d+$/)
  })

  it('is refused early while the server is overloaded, but for its health', async () => {
    const { ask, as } = await signedIn({ options: { load: { maxInFlight: 10, isOverloaded: () => true } } })
    const { status, headers } = await ask('GET', '/api/me', { as })
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    expect((await ask('GET', '/health')).status).toBe(200)
  })

  it('past the cap is refused, and the cap is free again after', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    const { ask, as } = await signedIn({
      options: { load: { maxInFlight: 1, isOverloaded: () => false } },
      change: (ports) => ({ ...ports, models: { ...ports.models, list: () => gate.then(() => ports.models.list()) } }),
    })
    const first = ask('GET', '/api/models', { as })
    expect((await ask('GET', '/api/me', { as })).status).toBe(503)
    release()
    expect((await first).status).toBe(200)
    expect((await ask('GET', '/api/me', { as })).status).toBe(200)
  })

  it('of another site is let in only where the operator named the site', async () => {
    const origin = { origin: 'https://partner.example' }
    expect((await testApp().ask('GET', '/health', { headers: origin })).headers.get('access-control-allow-origin')).toBeNull()
    const open = testApp({ options: { corsOrigins: ['https://partner.example'] } })
    expect((await open.ask('GET', '/health', { headers: origin })).headers.get('access-control-allow-origin')).toBe(
      'https://partner.example',
    )
  })
})

describe('readiness', () => {
  it('names what does not answer, to everybody, and says why only in the log', async () => {
    const logged: unknown[] = []
    const telemetry = { count() {}, observe() {}, gauge() {}, log: (...line: unknown[]) => void logged.push(line) }
    let isFull = false
    const disk = async () => {
      if (isFull) throw new StudioError('unavailable', 'the disk is full')
    }
    const { ask } = testApp({ options: { checks: { disk } }, change: (ports) => ({ ...ports, telemetry }) })
    const well = { images: 'ok', blobs: 'ok', 'generation queue': 'ok', 'processing queue': 'ok', disk: 'ok' }
    expect(await ask('GET', '/ready')).toMatchObject({ status: 200, body: { status: 'ready', checks: well } })
    isFull = true
    const { status, body, text } = await ask('GET', '/ready')
    expect([status, body]).toEqual([503, { status: 'not ready', checks: { ...well, disk: 'failed' } }])
    expect(text).not.toContain('full')
    expect(JSON.stringify(logged)).toContain('the disk is full')
  })
})

describe('an image over the API', () => {
  const png = { fileName: 'hill.png', contentType: 'image/png', byteLength: 5 }

  it('is patched only as it was seen', async () => {
    const { ask, as } = await signedIn()
    const { body: offer } = await ask('POST', '/api/uploads', { as, body: png })
    const path = `/api/images/${offer.imageId}`
    const etag = (await ask('GET', path, { as })).headers.get('etag')!
    expect((await ask('GET', path, { as, headers: { 'if-none-match': etag } })).status).toBe(304)
    const patched = await ask('PATCH', path, { as, body: { title: 'The hill' }, headers: { 'if-match': etag } })
    expect([patched.status, patched.body.title]).toEqual([200, 'The hill'])
    expect((await ask('PATCH', path, { as, body: { title: 'Another' }, headers: { 'if-match': etag } })).status).toBe(409)
    expect((await ask('PATCH', path, { as, body: { title: 'Another' }, headers: { 'if-match': '7' } })).status).toBe(400)
    expect((await ask('GET', path, { as })).body.title).toBe('The hill')
  })

  it('is offered a signed PUT that takes exactly what was promised, once', async () => {
    const { app, ask, as } = await signedIn()
    const { status, body: offer } = await ask('POST', '/api/uploads', { as, body: png })
    expect([status, offer.method]).toEqual([201, 'PUT'])
    const put = (url: string, bytes: string) =>
      app.request(url, { method: 'PUT', headers: { ...offer.headers, 'content-length': String(bytes.length) }, body: bytes })
    expect((await put(offer.uploadUrl, 'too long')).status).toBe(400)
    expect((await put(offer.uploadUrl.replace('.png', '.gif').replace(/sig=.{3}/, 'sig=AAA'), 'bytes')).status).toBe(403)
    expect((await put(offer.uploadUrl, 'bytes')).status).toBe(200)
    expect((await ask('GET', `/api/images/${offer.imageId}`, { as })).body.state).toBe('processing')
    expect((await put(offer.uploadUrl, 'bytes')).status).toBe(409)
  })

  it('of a large file is offered in parts', async () => {
    const { ask, as } = await signedIn()
    const { body } = await ask('POST', '/api/uploads', { as, body: { ...png, byteLength: 20 * 1024 ** 2 } })
    expect(body).toMatchObject({ partCount: 3, uploadId: body.imageId })
    expect(body.uploadUrl).toBeUndefined()
    expect((await ask('POST', '/generate-upload-url', { as, body: { ...png, byteLength: 20 * 1024 ** 2 } })).status).toBe(413)
    expect((await ask('POST', '/generate-upload-url', { as, body: png })).body).toEqual({
      upload_url: expect.stringContaining('/uploads/'),
      file_path: expect.stringMatching(/^originals\//),
    })
  })
})

describe('the event feed', () => {
  it('answers a long-poll with the news that comes, and a cursor to go on from', async () => {
    const { ask, as } = await signedIn()
    const { body: now } = await ask('GET', '/api/events?after=now', { as })
    expect(now.items).toEqual([])
    const waiting = ask('GET', `/api/events?after=${now.cursor}`, { as })
    const { body: made } = await ask('POST', '/api/generations', { as, body: { prompt: 'a hill', width: 64, height: 64 } })
    const { body } = await waiting
    expect(body.items).toMatchObject([{ type: 'generation.queued', subjectId: made.id }])
    expect((await ask('GET', `/api/events?after=${body.cursor}&wait=0`, { as })).body.items).toEqual([])
  })

  it('streams the same to who asks for a stream, until the server stops', async () => {
    const stop = new AbortController()
    const { app, ask, as } = await signedIn({ options: { stopping: stop.signal } })
    await ask('POST', '/api/generations', { as, body: { prompt: 'a hill', width: 64, height: 64 } })
    const response = await app.request('/api/events', { headers: { authorization: `Bearer ${as}`, accept: 'text/event-stream' } })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/event: generation\.queued\n(data|id): /)
    stop.abort()
    await expect.poll(async () => (await reader.read()).done).toBe(true)
  })

  it('refuses a cursor that it never gave', async () => {
    const { ask, as } = await signedIn()
    expect((await ask('GET', '/api/events?after=yesterday', { as })).status).toBe(400)
  })
})

describe('the same idempotency key', () => {
  it('with the same body answers the same generation, with another a conflict', async () => {
    const { ask, as } = await signedIn()
    const send = (prompt: string) =>
      ask('POST', '/api/generations', { as, body: { prompt, width: 64, height: 64 }, headers: { 'idempotency-key': 'once' } })
    const [first, again, other] = [await send('a hill'), await send('a hill'), await send('a lake')]
    expect([first.status, again.status, other.status]).toEqual([202, 202, 409])
    expect(again.body.id).toBe(first.body.id)
  })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 of every route that people call, each with its problems', async () => {
    const { ask, app } = testApp({ options: { invite: async () => 'https://studio.example/register', outbox: async () => [] } })
    const { body } = await ask('GET', '/api/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries<object>(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const handled = new Set(
      app.routes.filter(({ path }) => path.startsWith('/api/')).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
    )
    expect([...handled].filter((name) => !described.includes(name))).toEqual(['GET /api/openapi.json'])
    const parameters = Object.values<any>(body.paths).flatMap((operations) =>
      Object.values<any>(operations).flatMap((one) => one.parameters ?? []),
    )
    expect(parameters.filter(({ description }) => !description).map(({ name }) => name)).toEqual([])
    const references = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!)
    expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining(references))
    const tags = Object.values<any>(body.paths).flatMap((operations) => Object.values<any>(operations).flatMap((one) => one.tags))
    expect(new Set(tags)).toEqual(new Set(body.tags.map(({ name }: { name: string }) => name)))
    expect(body.paths['/api/generations'].post.responses.default.content).toHaveProperty(['application/problem+json'])
    expect(JSON.stringify(body)).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)[a-z.]*(jsdelivr|unpkg)/)
  })
})
