import { beforeAll, describe, expect, it } from 'vitest'
import { SCOPES } from '#core/actor.ts'
import { sha256Hex } from '#core/hash.ts'
import { JSON_BODY_BYTES, LONGEST_WAIT_SECONDS, ROUTE_TABLE, routeName } from './route-table.ts'
import { signToken, testApp } from './studio.contract.ts'

/** Who may go in where, written out by hand: the table is what is tested, so nothing here is derived from it. */
const PUBLIC = [
  'GET /health',
  'GET /ready',
  'GET /docs',
  'GET /docs/:file',
  'GET /api/openapi.json',
  'GET /api/site',
  'PUT /uploads/*',
  'GET /api/shares/:id',
  'GET /s/:linkId',
  'GET /api/me/exports/:id/file',
  'GET /i/:imageId',
  'GET /v1/images/files/:file',
]
const ANY_PERSON = [
  'GET /api/models',
  'GET /api/models/:id',
  'GET /v1/models',
  'GET /v1/models/:id',
  'GET /api/usage',
  'GET /api/me',
  'GET /api/keys',
  'POST /api/keys',
  'DELETE /api/keys/:id',
]
const READ = [
  'GET /api/images',
  'GET /api/images/:id/similar',
  'GET /api/images/:id/lineage',
  'GET /api/images/:id/activity',
  'GET /api/images/:id/original',
  'GET /api/images/:id/links',
  'GET /api/images/:id/albums',
  'GET /api/albums',
  'GET /api/albums/:id',
  'GET /api/albums/:id/images',
  'GET /api/me/export',
  'POST /api/me/exports',
  'GET /api/me/exports/:id',
]
const WRITE = [
  'POST /generate-upload-url',
  'PATCH /api/images/:id',
  'DELETE /api/images/:id',
  'POST /api/images/:id/restore',
  'POST /api/images/:id/process',
  'POST /api/images/:id/links',
  'DELETE /api/links/:id',
  'POST /api/albums',
  'PATCH /api/albums/:id',
  'DELETE /api/albums/:id',
  'POST /api/albums/:id/images',
  'DELETE /api/albums/:id/images/:imageId',
]
/** What cannot be taken back asks for a credential that may do everything. */
const EVERYTHING = ['DELETE /api/me']
const GENERATE = [
  'POST /api/prompts/expand',
  'POST /api/prompts/translate',
  'POST /v1/images/generations',
  'POST /v1/images/edits',
  'POST /v1/images/variations',
  'POST /api/estimates',
  'POST /api/generations',
  'POST /api/generations/:id/cancel',
  'POST /api/generations/:id/retry',
]
const READ_OR_GENERATE = ['GET /api/generations', 'GET /api/generations/:id', 'GET /api/images/:id', 'GET /api/events']
const WRITE_OR_GENERATE = ['POST /api/uploads', 'GET /api/uploads/:id', 'POST /api/uploads/:id/parts', 'POST /api/uploads/:id/complete']
const ADMIN = [
  'GET /metrics',
  'GET /api/admin/queues',
  'GET /api/admin/queues/:name/dead',
  'POST /api/admin/queues/:name/redrive',
  'GET /api/admin/users',
  'POST /api/admin/users',
  'POST /api/admin/invitations',
  'PATCH /api/admin/users/:id',
  'POST /api/admin/users/:id/sign-out',
  'DELETE /api/admin/users/:id',
  'GET /api/admin/users/:id/limits',
  'PUT /api/admin/users/:id/limits',
  'GET /api/admin/spend',
  'GET /api/admin/audit',
  'GET /api/admin/outbox',
]

const studio = testApp({
  options: { metrics: async () => ({ contentType: 'text/plain', body: '' }), outbox: async () => [], invite: async () => 'http://x/' },
})
const bearers: Record<string, string | undefined> = {}

beforeAll(async () => {
  const { person, keyOf, ports } = studio
  const ada = await person('ada@example.com')
  const root = await person('root@example.com', 'admin')
  const gone = await person('gone@example.com')
  const revoked = await keyOf(ada)
  const [key] = await ports.keys.listByOwner(ada.id)
  await ports.keys.revoke(ada.id, key!.id, ports.now())
  const ended = `gz_${'e'.repeat(43)}`
  const past = ports.now() - 1
  await ports.keys.insert({
    ...{ id: ports.newId(), ownerId: ada.id, name: 'ended', scopes: [...SCOPES], role: 'user', hash: await sha256Hex(ended) },
    ...{ hint: 'gz_e', createdAt: past - 1000, expiresAt: past },
  })
  Object.assign(bearers, {
    none: undefined,
    malformed: 'gz_short',
    'not a token': 'abc.def',
    unknown: `gz_${'A'.repeat(43)}`,
    revoked,
    'expired key': ended,
    'expired token': await signToken({ sub: ada.id, iat: 1, exp: 2 }),
    'disabled person': await keyOf(gone),
    read: await keyOf(ada, ['images:read']),
    write: await keyOf(ada, ['images:write']),
    generate: await keyOf(ada, ['generate']),
    user: await keyOf(ada),
    'user by token': await signToken({ sub: ada.id }),
    'token that grants itself admin by scope': await signToken({ sub: ada.id, scope: 'images:read images:write generate admin' }),
    'token without scopes': await signToken({ sub: ada.id, scope: 'openid' }),
    'narrow admin': await keyOf(root, ['images:read', 'images:write']),
    admin: await keyOf(root),
    'admin by token': await signToken({ sub: root.id, 'cognito:groups': ['admin'] }),
  })
  await ports.directory.setDisabled(gone.id, true)
})

const NOBODY = ['none', 'malformed', 'not a token', 'unknown', 'revoked', 'expired key', 'expired token', 'disabled person']
const WHOLE = ['user', 'user by token', 'token that grants itself admin by scope', 'admin', 'admin by token']
const CREDENTIALS = [...NOBODY, 'read', 'write', 'generate', 'token without scopes', 'narrow admin', ...WHOLE]
const GROUPS: { routes: string[]; letsIn: string[] }[] = [
  { routes: PUBLIC, letsIn: CREDENTIALS },
  { routes: ANY_PERSON, letsIn: ['read', 'write', 'generate', 'token without scopes', 'narrow admin', ...WHOLE] },
  { routes: READ, letsIn: ['read', 'narrow admin', ...WHOLE] },
  { routes: WRITE, letsIn: ['write', 'narrow admin', ...WHOLE] },
  { routes: GENERATE, letsIn: ['generate', ...WHOLE] },
  { routes: READ_OR_GENERATE, letsIn: ['read', 'generate', 'narrow admin', ...WHOLE] },
  { routes: WRITE_OR_GENERATE, letsIn: ['write', 'generate', 'narrow admin', ...WHOLE] },
  { routes: EVERYTHING, letsIn: WHOLE },
  { routes: ADMIN, letsIn: ['admin', 'admin by token'] },
]

it('names every route once, here and there', () => {
  const byHand = GROUPS.flatMap(({ routes }) => routes)
  expect(byHand.toSorted()).toEqual(ROUTE_TABLE.map(routeName).toSorted())
})

it('lets no long-poll or body outgrow what API Gateway carries', () => {
  for (const { timeoutSeconds = 0, isLongLived, isLocalOnly, bodyBytes = JSON_BODY_BYTES } of ROUTE_TABLE) {
    if (!isLongLived && !isLocalOnly) expect(timeoutSeconds === 300 || timeoutSeconds < 29).toBe(true)
    if (!isLocalOnly) expect(bodyBytes).toBeLessThanOrEqual(6 * 1024 * 1024)
  }
  expect(LONGEST_WAIT_SECONDS).toBeLessThan(29)
})

it.each(GROUPS.flatMap(({ routes, letsIn }) => routes.map((route) => ({ route, letsIn }))))('$route', async ({ route, letsIn }) => {
  const [method, path] = route.split(' ') as [string, string]
  const filled = path
    .replace(':name', 'processing')
    .replace(':id', crypto.randomUUID())
    .replace(/:\w+|\*/, 'nothing')
  for (const credential of CREDENTIALS) {
    const as = bearers[credential]
    const { status, body } = await studio.ask(method, route === 'GET /api/events' ? `${filled}?wait=0` : filled, {
      ...(as && { as }),
      ...(['POST', 'PATCH', 'PUT'].includes(method) && { body: {} }),
    })
    // A signed PUT answers `forbidden` by itself when its signature is missing: that is the store's word, not the guard's.
    const isStoresOwn = route === 'PUT /uploads/*' && body?.detail.includes('upload URL')
    const isIn = (status !== 401 && status !== 403) || isStoresOwn
    const expected = letsIn.includes(credential) ? 'in' : NOBODY.includes(credential) ? 401 : 403
    expect.soft({ credential, got: isIn ? 'in' : status }).toEqual({ credential, got: expected })
    if (status >= 400 && path.startsWith('/v1/'))
      expect.soft(Object.keys(body.error).toSorted()).toEqual(['code', 'message', 'param', 'type'])
    else if (status >= 400) expect.soft(body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) })
  }
})

describe('what belongs to somebody else', () => {
  it('is not found, and is told apart from nothing by nobody', async () => {
    const { ports, person, keyOf, ask } = studio
    const [owner, stranger] = [await person('owner@example.com'), await person('stranger@example.com')]
    const [own, foreign] = [await keyOf(owner), await keyOf(stranger)]
    const offer = await ask('POST', '/api/uploads', { as: own, body: { fileName: 'a.png', contentType: 'image/png', byteLength: 5 } })
    const made = await ask('POST', '/api/generations', { as: own, body: { prompt: 'a hill', width: 64, height: 64 } })
    const [key] = await ports.keys.listByOwner(owner.id)
    const images = ['', '/lineage', '/activity', '/original'].map((tail) => `GET /api/images/${offer.body.imageId}${tail}`)
    const changes = [
      `PATCH /api/images/${offer.body.imageId}`,
      `DELETE /api/images/${offer.body.imageId}`,
      `POST /api/images/${offer.body.imageId}/process`,
    ]
    const others = [
      `GET /api/uploads/${offer.body.imageId}`,
      `GET /api/generations/${made.body.id}`,
      `POST /api/generations/${made.body.id}/cancel`,
    ]
    for (const route of [...images, ...changes, ...others, `DELETE /api/keys/${key!.id}`]) {
      const [method, path] = route.split(' ') as [string, string]
      const asked = { ...(method === 'PATCH' && { body: { title: 'mine now' } }) }
      expect([route, (await ask(method, path, { as: foreign, ...asked })).status]).toEqual([route, 404])
    }
    expect((await ask('GET', `/api/images/${offer.body.imageId}`, { as: own })).body).toMatchObject({ title: 'a' })
    expect((await ports.keys.listByOwner(owner.id))[0]!.revokedAt).toBeUndefined()
  })
})
