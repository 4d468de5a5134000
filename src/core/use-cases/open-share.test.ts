import { createHmac } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { localPorts } from '#local/studio.ts'
import type { Actor } from '../actor.ts'
import { checkLink } from '../link.ts'
import { imageOf } from '../ports/samples.contract.ts'
import { makeLink } from './make-link.ts'
import { openShare } from './open-share.ts'
import { revokeLink } from './revoke-link.ts'

let now = Date.UTC(2026, 10, 21, 12)
const ports = localPorts({ now: () => now, policy: { publicUrl: 'https://studio.example' } })
afterAll(() => ports.close())
const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:write'], via: 'jwt' }
const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')
const secretOf = async (kid: string) => ports.signer.secretOf(kid) ?? (await ports.links.secretOf(kid))
const check = (url: string) => {
  const { pathname, searchParams } = new URL(url)
  return checkLink({ secretOf, hmac, now: () => now }, { imageId: pathname.slice(3), query: [...searchParams], accept: 'image/webp' })
}
type Asked = Parameters<typeof makeLink>[2]
async function shared(link: Pick<Asked, 'transform'> & Partial<Asked>, more: Partial<Parameters<typeof imageOf>[0]> = {}) {
  const image = imageOf({ ownerId: 'ada', title: 'A hill', width: 3000, height: 2000, ...more })
  await ports.images.insert(image)
  return { image, link: await makeLink(ports, ada, { imageId: image.id, public: true, ...link }) }
}

it('shows the picture of the link, its size, and smaller ones under the same key', async () => {
  const { link } = await shared({ transform: { w: 1600 } })
  const share = await openShare(ports, link.id)
  expect(share).toMatchObject({ id: link.id, title: 'A hill', url: link.url, width: 1600, height: 1067, marks: [] })
  expect(share.card).toMatchObject({ width: 1280, height: 854 })
  const sizes = share.srcset!.split(', ').map((entry) => entry.split(' ') as [string, string])
  expect(sizes.map(([, width]) => width)).toEqual(['320w', '640w', '1280w', '1600w'])
  for (const [url] of [...sizes, [share.card.url]]) expect(await check(url!)).toMatchObject({ outcome: 'allowed', kid: link.kid })
  await revokeLink(ports, ada, link.id)
  for (const [url] of sizes) expect(await check(url)).toMatchObject({ code: 'not_found' })
})

it('never offers more than the link does: nothing wider, nothing uncut', async () => {
  const small = await openShare(ports, (await shared({ transform: { w: 300 } })).link.id)
  expect(small).toMatchObject({ width: 300, height: 200, card: { url: small.url, width: 300 } })
  const cut = await openShare(ports, (await shared({ transform: { w: 800, h: 800, fit: 'cover' } })).link.id)
  expect(cut).toMatchObject({ width: 800, height: 800, card: { url: cut.url } })
  expect([small.srcset, cut.srcset]).toEqual([undefined, undefined])
})

it('tells nothing of the owner, the prompt or the camera', async () => {
  const madeWith = { modelId: 'sketch', task: 'text-to-image' as const, prompt: 'secret words', seed: 4 }
  const { link } = await shared({ transform: {} }, { origin: 'generated', madeWith, fileName: 'IMG_1.jpg', camera: { latitude: 35.01 } })
  const said = JSON.stringify(await openShare(ports, link.id))
  for (const secret of ['ada', 'secret words', 'IMG_1', '35.01', '"seed"']) expect(said).not.toContain(secret)
})

it.each([
  [{ origin: 'upload' as const }, []],
  [{ origin: 'generated' as const, madeWith: { modelId: 'sketch', task: 'text-to-image' as const } }, ['procedural']],
  [{ origin: 'generated' as const, madeWith: { modelId: 'gone', task: 'text-to-image' as const } }, ['ai']],
  [{ origin: 'edited' as const, madeWith: { modelId: 'gone', task: 'inpaint' as const } }, ['edited']],
])('says how a picture of %j came to be', async (more, marks) => {
  expect((await openShare(ports, (await shared({ transform: {} }, more)).link.id)).marks).toEqual(marks)
})

describe('what is not shared any more', () => {
  it('is gone when its time is over', async () => {
    const image = imageOf({ ownerId: 'ada' })
    await ports.images.insert(image)
    const { id } = await makeLink(ports, ada, { imageId: image.id, transform: {}, expiresIn: 60 })
    expect((await openShare(ports, id)).expiresAt).toBe(now + 60_000)
    now += 60_000
    await expect(openShare(ports, id)).rejects.toMatchObject({ code: 'gone' })
  })

  it('is not found when it was revoked, never made, or its picture lies in the trash', async () => {
    const { link, image } = await shared({ transform: {} })
    await ports.images.update(image.id, { from: ['ready'] }, { state: 'trashed', stateBeforeTrash: 'ready' })
    await expect(openShare(ports, link.id)).rejects.toMatchObject({ code: 'not_found' })
    await ports.images.update(image.id, { from: ['trashed'] }, { state: 'ready' })
    expect((await openShare(ports, link.id)).title).toBe('A hill')
    await revokeLink(ports, ada, link.id)
    for (const id of [link.id, crypto.randomUUID(), '../x']) await expect(openShare(ports, id)).rejects.toMatchObject({ code: 'not_found' })
  })
})
