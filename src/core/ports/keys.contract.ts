import { describe, expect, it } from 'vitest'
import type { ApiKey, Keys } from './access.ts'
import { newId, SOON } from './samples.contract.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const keyOf = (more: Partial<ApiKey> & { ownerId: string }): ApiKey => ({
  id: newId(),
  name: 'laptop',
  scopes: ['images:read', 'generate'],
  role: 'user',
  hash: newId().replaceAll('-', '').repeat(2),
  hint: 'gz_3fK9…',
  createdAt: NOON,
  ...more,
})

/** What every store of API keys promises. `open` returns one; keys of other owners may stand in it. */
export function keysContract(open: () => Promise<Keys>): void {
  const fresh = async () => ({ keys: await open(), ownerId: newId() })

  describe('Keys', () => {
    it('finds a key by its hash at once, and nothing by another', async () => {
      const { keys, ownerId } = await fresh()
      const key = keyOf({ ownerId, expiresAt: NOON + 5 })
      await keys.insert(key)
      expect(await keys.findByHash(key.hash)).toEqual(key)
      expect(await keys.findByHash('00')).toBeUndefined()
    })

    it("lists an owner's keys, newest first", async () => {
      const { keys, ownerId } = await fresh()
      const [a, b] = [keyOf({ ownerId, createdAt: NOON }), keyOf({ ownerId, createdAt: NOON + 1 })]
      for (const key of [a, b, keyOf({ ownerId: newId() })]) await keys.insert(key)
      await expect.poll(() => keys.listByOwner(ownerId), SOON).toEqual([b, a])
    })

    it('revokes once: the first time counts, and the key is still found as revoked', async () => {
      const { keys, ownerId } = await fresh()
      const key = keyOf({ ownerId })
      await keys.insert(key)
      expect(await keys.revoke(ownerId, key.id, NOON + 1)).toEqual({ ...key, revokedAt: NOON + 1 })
      expect(await keys.revoke(ownerId, key.id, NOON + 2)).toEqual({ ...key, revokedAt: NOON + 1 })
      expect(await keys.findByHash(key.hash)).toEqual({ ...key, revokedAt: NOON + 1 })
    })

    it("does not revoke another owner's key", async () => {
      const { keys, ownerId } = await fresh()
      const key = keyOf({ ownerId })
      await keys.insert(key)
      expect(await keys.revoke(newId(), key.id, NOON)).toBeUndefined()
      expect(await keys.revoke(ownerId, newId(), NOON)).toBeUndefined()
      expect(await keys.findByHash(key.hash)).toEqual(key)
    })

    it('remembers when a key was last used, to the minute or better', async () => {
      const { keys, ownerId } = await fresh()
      const key = keyOf({ ownerId })
      await keys.insert(key)
      await keys.touch(key.id, NOON)
      await expect.poll(async () => (await keys.findByHash(key.hash))?.lastUsedAt, SOON).toBe(NOON)
      await keys.touch(key.id, NOON + 600_000)
      await expect.poll(async () => (await keys.findByHash(key.hash))?.lastUsedAt, SOON).toBe(NOON + 600_000)
      await keys.touch(newId(), NOON)
    })

    it("removes an owner's keys, and nobody else's", async () => {
      const { keys, ownerId } = await fresh()
      const [mine, other] = [keyOf({ ownerId }), keyOf({ ownerId: newId() })]
      await keys.insert(mine)
      await keys.insert(other)
      await expect.poll(() => keys.listByOwner(ownerId), SOON).toHaveLength(1)
      await keys.removeByOwner(ownerId)
      await keys.removeByOwner(ownerId)
      expect(await keys.findByHash(mine.hash)).toBeUndefined()
      expect(await keys.findByHash(other.hash)).toEqual(other)
    })
  })
}
