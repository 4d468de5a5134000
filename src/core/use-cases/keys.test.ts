import { afterEach, expect, it } from 'vitest'
import { sha256Hex } from '../hash.ts'
import { createKey, NewKey } from './create-key.ts'
import { listKeys } from './list-keys.ts'
import { revokeKey } from './revoke-key.ts'
import { ada, bob, type TestStudio, testStudio } from './studio.contract.ts'

let studio: TestStudio
afterEach(() => studio?.close())

it('shows a secret once and keeps only its hash', async () => {
  studio = testStudio()
  const { key, secret } = await createKey(studio, ada, { name: 'laptop', scopes: ['generate'] })
  expect(secret).toMatch(/^gz_[A-Za-z0-9_-]{43}$/)
  expect(key).toMatchObject({ hash: await sha256Hex(secret), hint: `${secret.slice(0, 7)}…`, role: 'user', scopes: ['generate'] })
  expect(JSON.stringify(studio.db.prepare('select * from api_key').all())).not.toContain(secret)
  expect(JSON.stringify(await studio.audit.list({ limit: 10 }))).not.toContain(secret)
})

it('makes no key that can do more than who makes it, or that has already ended', async () => {
  studio = testStudio()
  const reader = { ...ada, scopes: ['images:read'] as const }
  await expect(createKey(studio, reader, { name: 'x', scopes: ['generate'] })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(createKey(studio, ada, { name: 'x', scopes: ['generate'], expiresAt: studio.now() })).rejects.toMatchObject({
    code: 'invalid_input',
  })
  expect(NewKey.safeParse({ name: ' ', scopes: [] }).success).toBe(false)
})

it('lets a key take away none that can do more than it', async () => {
  studio = testStudio()
  const { key } = await createKey(studio, ada, { name: 'laptop', scopes: ['images:read', 'generate'] })
  const reader = { ...ada, scopes: ['images:read'] as const, via: 'key' as const, keyId: studio.newId() }
  await expect(revokeKey(studio, reader, key.id)).rejects.toMatchObject({ code: 'forbidden' })
  expect((await listKeys(studio, ada))[0]?.revokedAt).toBeUndefined()
  expect(await revokeKey(studio, { ...reader, keyId: key.id }, key.id)).toMatchObject({ revokedAt: studio.now() })
})

it("revokes the owner's own keys only, and as often as asked", async () => {
  studio = testStudio()
  const { key } = await createKey(studio, ada, { name: 'laptop', scopes: ['generate'] })
  await expect(revokeKey(studio, bob, key.id)).rejects.toMatchObject({ code: 'not_found' })
  await revokeKey(studio, ada, key.id)
  expect(await revokeKey(studio, ada, key.id)).toMatchObject({ revokedAt: studio.now() })
  expect(await listKeys(studio, bob)).toEqual([])
  expect((await listKeys(studio, ada))[0]?.revokedAt).toBeDefined()
})
