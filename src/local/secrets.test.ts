import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freshSecrets, hmacSigner, secretsIn } from './secrets.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'genzo-secrets-'))

it('makes the secrets once, in one file that only its user may read', () => {
  const dir = folder()
  const file = join(dir, 'secrets.json')
  const secrets = secretsIn(file)
  expect(secretsIn(file)).toEqual(secrets)
  expect(readdirSync(dir)).toEqual(['secrets.json'])
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(secretsIn(join(folder(), 'secrets.json'))).not.toEqual(secrets)
})

it('never replaces damaged secrets by fresh ones', () => {
  const file = join(folder(), 'secrets.json')
  for (const damage of ['{"delivery": [', '{}']) {
    writeFileSync(file, damage)
    expect(() => secretsIn(file)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  }
})

it('signs with the first key and knows the secrets of all, and of no other', () => {
  const [today] = freshSecrets().delivery
  const before = { kid: 'old', secret: 'the one before' }
  const signer = hmacSigner({ keys: [today!, before] })
  expect(signer.kid).toBe(today!.kid)
  expect(signer.sign('text')).toBe(createHmac('sha256', today!.secret).update('text').digest('base64url'))
  expect(signer.sign('text')).toHaveLength(43)
  expect(signer.sign('text', before.secret)).toBe(createHmac('sha256', before.secret).update('text').digest('base64url'))
  expect([signer.secretOf(today!.kid), signer.secretOf('old'), signer.secretOf('none')]).toEqual([today!.secret, before.secret, undefined])
})

it.each([
  ['of ours', freshSecrets().delivery[0]!.secret],
  ['of a whole block', 'k'.repeat(64)],
  ['longer than a block', 'k'.repeat(65)],
  ['that is no ASCII', 'schlüssel 鍵'],
])('signs as HMAC-SHA-256 does under a key %s, whatever the text', (_, secret) => {
  const { sign } = hmacSigner({ keys: [{ kid: 'k', secret }] })
  for (const text of ['', 'text', 'grüße 現像 🖼', '\0', 'x'.repeat(1000), 'text'])
    expect(sign(text)).toBe(createHmac('sha256', secret).update(text).digest('base64url'))
})
