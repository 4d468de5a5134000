import { mkdtempSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#core/actor.ts'
import type { Image } from '#core/image.ts'
import { originalKey, renditionKey } from '#core/ports/blobs.ts'
import type { Ports } from '#core/ports/index.ts'
import { imageOf } from '#core/ports/samples.contract.ts'
import { imageUrls } from '#core/use-cases/image-urls.ts'
import { makeLink } from '#core/use-cases/make-link.ts'
import { purgeImage } from '#core/use-cases/purge-image.ts'
import { restoreImage } from '#core/use-cases/restore-image.ts'
import { revokeLink } from '#core/use-cases/revoke-link.ts'
import { trashImage } from '#core/use-cases/trash-image.ts'
import { warmDelivery } from '#entries/warm-delivery.ts'
import { fsBlobs } from '#local/fs-blobs.ts'
import { revocations, tellingRevocations } from '#local/revocations.ts'
import { localPorts } from '#local/studio.ts'
import { tieredDerivatives } from '#local/tiered-derivatives.ts'
import type { AppEnv } from '../env.ts'
import { errorHandler } from '../errors.ts'
import { deliverRoutes } from './deliver.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
let now = NOON
const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:read', 'images:write'], via: 'jwt' }
const studio = localPorts({ now: () => now })
const dir = mkdtempSync(join(tmpdir(), 'genzo-i-'))
const blobs = fsBlobs({ dir })
const revoked = revocations()
const asked: string[] = []
const ports = tellingRevocations(
  {
    ...studio,
    blobs,
    derivatives: tieredDerivatives({ dir, blobs, memoryBytes: 1e6, diskBytes: 1e6, makers: 2 }),
    pixels: {
      ...studio.pixels,
      transform: async ({ key }, { format, width }) => {
        asked.push(key)
        return { bytes: new TextEncoder().encode(`${format} of ${width}`), contentType: `image/${format}` }
      },
    } satisfies Ports['pixels'],
  },
  revoked,
)
const hits: number[] = []
const warm = warmDelivery({ maxBytes: 1e6, revocations: revoked, now: () => now, onHit: (status) => hits.push(status) })

let server: Server
let base: string
beforeAll(async () => {
  const app = new OpenAPIHono<AppEnv>()
  deliverRoutes(app, ports, { warm: warm.store })
  app.onError(errorHandler(ports))
  const listener = getRequestListener(app.fetch)
  server = createServer((req, res) => warm.handle(req, res) || void listener(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await studio.close()
})
beforeEach(() => {
  now = NOON
  hits.length = 0
  asked.length = 0
})

async function adasImage(more: Partial<Image> = {}): Promise<Image> {
  const image = imageOf({ ownerId: 'ada', title: '灯台', width: 1000, height: 500, ...more })
  await ports.images.insert(image)
  await blobs.put(renditionKey(image.id, 'v1/w320.webp'), new TextEncoder().encode('the 320 rung'), { contentType: 'image/webp' })
  await blobs.put(originalKey('ada', image.id), new TextEncoder().encode('as it came'), { contentType: 'image/jpeg' })
  return image
}
const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(base + url.slice('http://127.0.0.1:3000'.length), { headers, method })
const link = async (imageId: string, transform = {}) => makeLink(ports, ada, { imageId, transform, public: true })
/** What a client sees, the time of day apart. */
const seen = async (response: Response) => {
  const { date: _, connection: __, 'keep-alive': ___, 'transfer-encoding': ____, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, body: await response.text() }
}

describe('a picture', () => {
  it('comes with what a browser needs to show it and may not do with it', async () => {
    const response = await get(imageUrls(ports, await adasImage()).thumbnail)
    expect(await response.text()).toBe('the 320 rung')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': '12',
      'cache-control': 'private, max-age=3600',
      'content-disposition': `inline; filename="_.webp"; filename*=UTF-8''%E7%81%AF%E5%8F%B0.webp`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'accept-ranges': 'bytes',
    })
    expect(response.headers.get('vary')).toBeNull()
  })

  it('that another site asks for is answered by the app, which knows what sites may read it', async () => {
    const { thumbnail } = imageUrls(ports, await adasImage())
    for (const headers of [{}, { origin: 'https://site.example' }, {}]) await (await get(thumbnail, headers)).text()
    expect(hits).toHaveLength(1)
  })

  it('is negotiated only where the link leaves the format open', async () => {
    const { url } = await link((await adasImage()).id, { w: 100 })
    for (const [accept, format] of [
      ['image/avif,*/*', 'avif'],
      ['image/webp', 'webp'],
      ['*/*', 'jpeg'],
      ['image/avif', 'avif'],
    ] as const) {
      const response = await get(url, { accept })
      expect(await response.text()).toBe(`${format} of 100`)
      expect(response.headers.get('vary')).toBe('Accept')
      expect(response.headers.get('content-disposition')).toContain(format === 'jpeg' ? '.jpg' : `.${format}`)
    }
    expect(asked).toHaveLength(3)
    expect(hits).toHaveLength(1)
  })

  it('comes as the original only for its owner, to be kept and not shown, and in parts', async () => {
    const { original } = imageUrls(ports, await adasImage({ fileName: 'DSC_1.JPG' }))
    const whole = await get(original)
    expect(await whole.text()).toBe('as it came')
    expect(whole.headers.get('content-disposition')).toBe('attachment; filename="DSC_1.jpg"')
    expect(whole.headers.get('content-type')).toBe('application/octet-stream')
    const part = await get(original, { range: 'bytes=-4' })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 6-9/10', 'came'])
    expect((await get(original, { 'if-none-match': whole.headers.get('etag')! })).status).toBe(304)
    const head = await get(original, {}, 'HEAD')
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', ''])
    expect((await get(original, { range: 'bytes=10-' })).status).toBe(416)
  })

  it.each([
    ['bytes=0-2', 206, 'the', 'bytes 0-2/12'],
    ['bytes=4-', 206, '320 rung', 'bytes 4-11/12'],
    ['bytes=-4', 206, 'rung', 'bytes 8-11/12'],
    ['bytes=8-99', 206, 'rung', 'bytes 8-11/12'],
    ['bytes=12-', 416, '', 'bytes */12'],
    ['bytes=-0', 416, '', 'bytes */12'],
    ['bytes=5-3', 200, 'the 320 rung', null],
    ['bytes=0-1,3-4', 200, 'the 320 rung', null],
    ['words=0-1', 200, 'the 320 rung', null],
  ])('answers Range %s with %i', async (range, status, body, contentRange) => {
    const response = await get(imageUrls(ports, await adasImage()).thumbnail, { range })
    expect([response.status, await response.text(), response.headers.get('content-range')]).toEqual([status, body, contentRange])
  })

  it('comes whole when the part asked for is of another version', async () => {
    const { thumbnail } = imageUrls(ports, await adasImage())
    expect((await get(thumbnail, { range: 'bytes=0-2', 'if-range': '"another"' })).status).toBe(200)
  })
})

describe('a link that does not open', () => {
  it('says why as a problem, and is not cached', async () => {
    const { thumbnail } = imageUrls(ports, await adasImage())
    const codes = async (url: string) => {
      const response = await get(url)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    expect(await codes(thumbnail.replace('w=320', 'w=321'))).toEqual([404, 'not_found'])
    expect(await codes(`${thumbnail}&width=3`)).toEqual([400, 'invalid_input'])
    expect(await codes(thumbnail.replace(/\?.*/, ''))).toEqual([400, 'invalid_input'])
    now += 3 * 86_400_000
    expect(await codes(thumbnail)).toEqual([410, 'gone'])
  })
})

describe('a picture kept warm', () => {
  it('is answered as the app answered it, for GET, HEAD and If-None-Match', async () => {
    const { thumbnail } = imageUrls(ports, await adasImage())
    const cold = await seen(await get(thumbnail))
    const etag = { 'if-none-match': `"x", W/${cold.headers.etag}` }
    expect(hits).toEqual([])
    expect(await seen(await get(thumbnail))).toEqual(cold)
    expect(await seen(await get(thumbnail, {}, 'HEAD'))).toEqual({ ...cold, body: '' })
    const unchanged = await seen(await get(thumbnail, etag))
    expect(unchanged).toMatchObject({ status: 304, body: '', headers: { etag: cold.headers.etag } })
    expect(hits).toEqual([200, 200, 304])
    expect((await get(thumbnail, { range: 'bytes=0-2' })).status).toBe(206)
    expect(hits).toHaveLength(3)
  })

  it('ends with its link, to the millisecond', async () => {
    const image = await adasImage()
    const { url } = await makeLink(ports, ada, { imageId: image.id, transform: { w: 50 }, expiresIn: 60 })
    now += 59_000
    expect((await get(url)).status).toBe(200)
    now += 999
    expect((await get(url)).status).toBe(200)
    expect(hits).toEqual([200])
    now += 1
    expect((await get(url)).status).toBe(410)
  })

  it('ends with a purge, at once', async () => {
    const image = await adasImage()
    const { thumbnail } = imageUrls(ports, image)
    for (const _ of [1, 2]) expect((await get(thumbnail)).status).toBe(200)
    await purgeImage(ports, ada, image.id)
    expect((await get(thumbnail)).status).toBe(404)
    expect(hits).toEqual([200])
  })

  it('ends for a link when it is revoked, and for no other', async () => {
    const { id } = await adasImage()
    const [one, other] = [await link(id, { w: 10 }), await link(id, { w: 10, fm: 'jpeg' })]
    for (const { url } of [one, other, one, other]) expect((await get(url)).status).toBe(200)
    await revokeLink(ports, ada, one.id)
    expect((await get(one.url)).status).toBe(404)
    expect((await get(other.url)).status).toBe(200)
    expect(hits).toEqual([200, 200, 200])
  })

  it('ends for everybody but the owner in the trash, and opens again when restored', async () => {
    const { id } = await adasImage()
    const [{ url }, { thumbnail }] = [await link(id, { w: 10 }), imageUrls(ports, { id, width: 1000 })]
    const both = async () => [(await get(url)).status, (await get(thumbnail)).status]
    await both()
    await trashImage(ports, ada, id)
    expect(await both()).toEqual([404, 200])
    await restoreImage(ports, ada, id)
    expect(await both()).toEqual([200, 200])
  })

  it('is looked up anew after seconds, since another process may have changed it', async () => {
    const { id } = await adasImage()
    const { url } = await link(id, { w: 10 })
    await get(url)
    await studio.links.removeByImage(id) // behind the back of this process
    expect((await get(url)).status).toBe(200)
    now += 5_000
    expect((await get(url)).status).toBe(404)
  })
})

it('keeps nothing that was withdrawn while it was being looked up, and forgets safely', () => {
  const few = revocations({ kept: 2 })
  const before = few.ticket()
  few.revoke('a')
  expect(few.isRevokedSince('a', before)).toBe(true)
  expect(few.isRevokedSince('b', before)).toBe(false)
  const after = few.ticket()
  for (const subject of ['b', 'c', 'd']) few.revoke(subject)
  expect(few.isRevokedSince('a', before)).toBe(true)
  expect(few.isRevokedSince('x', after)).toBe(true)
  expect(few.isRevokedSince('x', few.ticket())).toBe(false)
})
