import { describe, expect, it } from 'vitest'
import type { Links, ShareLink } from './links.ts'
import { newId, SOON } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const linkOf = (more: Partial<ShareLink> = {}): ShareLink => ({
  id: newId(),
  kid: newId(),
  imageId: newId(),
  ownerId: newId(),
  transform: { w: 800, fm: 'auto' },
  createdAt: NOON,
  ...more,
})

/** What every Links promises. `open` returns one; links of other images may stand in it. */
export function linksContract(open: () => Promise<Links>): void {
  describe('Links', () => {
    it('finds a link, and its secret by its key id alone', async () => {
      const links = await open()
      const link = linkOf({ expiresAt: NOON + 60_000 })
      await links.insert({ ...link, secret: 's3cret' })
      expect(await links.find(link.id)).toEqual(link)
      expect(await links.secretOf(link.kid)).toBe('s3cret')
      expect(await links.find(newId())).toBeUndefined()
      expect(await links.secretOf(newId())).toBeUndefined()
    })

    it("lists an image's links, newest first, without their secrets", async () => {
      const links = await open()
      const imageId = newId()
      const [a, b] = [linkOf({ imageId }), linkOf({ imageId, createdAt: NOON + 1 })]
      for (const link of [a, b, linkOf()]) await links.insert({ ...link, secret: 's' })
      await expect.poll(() => links.listByImage(imageId), SOON).toEqual([b, a])
    })

    it('takes the secret away when a link is revoked, and again without error', async () => {
      const links = await open()
      const [link, other] = [linkOf(), linkOf()]
      await links.insert({ ...link, secret: 's1' })
      await links.insert({ ...other, secret: 's2' })
      await links.revoke(link.id)
      await links.revoke(link.id)
      expect(await links.secretOf(link.kid)).toBeUndefined()
      expect(await links.secretOf(other.kid)).toBe('s2')
      await expect.poll(() => links.listByImage(link.imageId), SOON).toEqual([])
    })

    it('keeps the records of links that are not shown', async () => {
      const links = await open()
      const link = linkOf()
      await links.insert({ ...link, secret: 's' })
      for (const isShown of [false, false, true]) await links.setShown(link.imageId, isShown)
      expect(await links.find(link.id)).toEqual(link)
      expect(await links.secretOf(link.kid)).toBe('s')
      await links.setShown(newId(), false)
    })

    it("removes all of an image's links, and no other's", async () => {
      const links = await open()
      const imageId = newId()
      const [a, b, other] = [linkOf({ imageId }), linkOf({ imageId }), linkOf()]
      for (const link of [a, b, other]) await links.insert({ ...link, secret: 's' })
      await expect.poll(() => links.listByImage(imageId), SOON).toHaveLength(2)
      await links.removeByImage(imageId)
      await links.removeByImage(imageId)
      expect([await links.secretOf(a.kid), await links.secretOf(b.kid), await links.secretOf(other.kid)]).toEqual([
        undefined,
        undefined,
        's',
      ])
    })
  })
}
