import { createHmac } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { localPorts } from '#local/studio.ts'
import type { Actor } from '../actor.ts'
import { checkLink } from '../link.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { imageUrls } from './image-urls.ts'
import { listLinks } from './list-links.ts'
import { LinkRequest, makeLink } from './make-link.ts'
import { revokeLink } from './revoke-link.ts'

let now = Date.UTC(2026, 10, 21, 12)
const ports = localPorts({ now: () => now, policy: { publicUrl: 'https://studio.example' } })
afterAll(() => ports.close())
const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:write'], via: 'jwt' }
const bob: Actor = { ...ada, id: 'bob' }
const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')
const secretOf = async (kid: string) => ports.signer.secretOf(kid) ?? (await ports.links.secretOf(kid))

async function adasImage(more: Partial<Parameters<typeof imageOf>[0]> = {}) {
  const image = imageOf({ ownerId: 'ada', width: 1000, height: 750, ...more })
  await ports.images.insert(image)
  return image
}
const open = (url: string) => {
  const { pathname, searchParams } = new URL(url)
  return checkLink({ secretOf, hmac, now: () => now }, { imageId: pathname.slice(3), query: [...searchParams] })
}

it('links to one transform until it ends', async () => {
  const { id: imageId } = await adasImage()
  const made = await makeLink(ports, ada, { imageId, transform: { w: 300, h: 200, fit: 'cover', fm: 'webp', dpr: 1.5 }, expiresIn: 60 })
  expect(made.expiresAt).toBe(now + 60_000)
  expect(await open(made.url)).toMatchObject({ canonical: 'v1/w450-h300-cover.webp', expiresAt: made.expiresAt })
  expect(await open(made.url.replace('w=300', 'w=301'))).toMatchObject({ code: 'not_found' })
  now += 60_000
  expect(await open(made.url)).toMatchObject({ code: 'gone' })
  expect(await listLinks(ports, ada, imageId)).toEqual([])
})

it('links for everybody until revoked, and is then as if it had never been', async () => {
  const { id: imageId } = await adasImage()
  const made = await makeLink(ports, ada, { imageId, transform: {}, public: true })
  const other = await makeLink(ports, ada, { imageId, transform: { w: 640, fm: 'webp' }, public: true })
  expect(new URL(made.url).searchParams.get('exp')).toBe('0')
  now += 1e12
  expect(await open(made.url)).toMatchObject({ canonical: 'v1/full.jpeg' })
  expect((await listLinks(ports, ada, imageId)).map(({ url }) => url).sort()).toEqual([made.url, other.url].sort())
  await revokeLink(ports, ada, made.id)
  expect(await open(made.url)).toMatchObject({ code: 'not_found' })
  expect(await open(other.url)).toMatchObject({ outcome: 'allowed' })
  expect(await listLinks(ports, ada, imageId)).toEqual([other])
  await expect(revokeLink(ports, ada, made.id)).rejects.toMatchObject({ code: 'not_found' })
})

it("hides another person's images and links", async () => {
  const { id: imageId } = await adasImage()
  const made = await makeLink(ports, ada, { imageId, transform: {}, public: true })
  await expect(makeLink(ports, bob, { imageId, transform: {}, public: true })).rejects.toMatchObject({ code: 'not_found' })
  await expect(listLinks(ports, bob, imageId)).rejects.toMatchObject({ code: 'not_found' })
  await expect(revokeLink(ports, bob, made.id)).rejects.toMatchObject({ code: 'not_found' })
})

it('needs an image that is ready', async () => {
  const { id: imageId } = await adasImage({ state: 'processing' })
  await expect(makeLink(ports, ada, { imageId, transform: {}, expiresIn: 60 })).rejects.toMatchObject({ code: 'conflict' })
})

it('makes at most a hundred of one image, not counting those that ended', async () => {
  const { id: imageId } = await adasImage()
  for (let n = 0; n < 100; n++) await makeLink(ports, ada, { imageId, transform: {}, expiresIn: 60 })
  await expect(makeLink(ports, ada, { imageId, transform: {}, public: true })).rejects.toMatchObject({ code: 'conflict' })
  now += 60_000
  await makeLink(ports, ada, { imageId, transform: {}, public: true })
  expect(await ports.links.listByImage(imageId)).toHaveLength(1)
})

it.each([{}, { expiresIn: 60, public: true }, { expiresIn: 59 }, { public: false }, { transform: { fm: 'original' }, public: true }])(
  'refuses a request that says %j',
  (request) => expect(LinkRequest.safeParse(request).success).toBe(false),
)

it('gives owners URLs of what is stored, the same all day, and the original apart', async () => {
  const image = await adasImage()
  now = Date.UTC(2026, 10, 21)
  const urls = imageUrls(ports, image)
  expect(await open(urls.thumbnail)).toMatchObject({ canonical: 'v1/w320.webp', scope: 'ladder' })
  expect(await open(urls.preview)).toMatchObject({ canonical: 'v1/w1280.webp' })
  expect(await open(urls.original)).toMatchObject({ canonical: 'original', disposition: 'attachment' })
  expect(urls.srcset.split(', ').map((entry) => entry.split(' ')[1])).toEqual(['160w', '320w', '640w', '1000w'])
  const swapped = urls.thumbnail.replace(/w=320&fm=webp/, 'fm=original')
  expect(await open(swapped)).toMatchObject({ code: 'not_found' })
  now += 24 * 3_600_000 - 1
  expect(imageUrls(ports, image)).toEqual(urls)
  expect(await open(urls.thumbnail)).toMatchObject({ outcome: 'allowed' })
  now += 24 * 3_600_000 + 1
  expect(await open(urls.thumbnail)).toMatchObject({ code: 'gone' })
})
