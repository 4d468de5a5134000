import { expect, it } from 'vitest'
import { makeExport } from '#core/use-cases/make-export.ts'
import { filesInZip } from '#imaging/fixtures/read-zip.ts'
import { testApp } from '../studio.contract.ts'

async function exported() {
  const parts = testApp()
  const as = await parts.keyOf(await parts.person('ada@example.com'))
  const asked = await parts.ask('POST', '/api/me/exports', { as })
  const path = `/api/me/exports/${asked.body.id}`
  const before = await parts.ask('GET', path, { as })
  await makeExport(parts.ports, asked.body.id)
  const { body } = await parts.ask('GET', path, { as })
  return { ...parts, as, asked, before, path, body, address: body.url.replace('http://127.0.0.1:3000', '') as string }
}

it('is asked for, waited for, and taken from a signed address without a token', async () => {
  const { app, asked, before, body, address } = await exported()
  expect([asked.status, asked.body.state]).toEqual([202, 'running'])
  expect(before.body).toEqual(asked.body)
  expect(body).toMatchObject({ state: 'ready', byteLength: expect.any(Number), expiresAt: expect.any(String) })
  const response = await app.request(address)
  expect(response.headers.get('content-type')).toBe('application/zip')
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="genzo \d{4}-\d\d-\d\d\.zip"$/)
  expect(response.headers.get('content-length')).toBe(String(body.byteLength))
  const files = filesInZip(new Uint8Array(await response.arrayBuffer()))
  expect([...files.keys()]).toEqual(['readme.txt', 'person.json', 'images.jsonl', 'generations.jsonl', 'albums.jsonl'])
  expect(JSON.parse(new TextDecoder().decode(files.get('person.json')))).toMatchObject({ email: 'ada@example.com' })
})

it('can be fetched in parts, so that a broken download goes on', async () => {
  const { app, body, address } = await exported()
  const whole = new Uint8Array(await (await app.request(address)).arrayBuffer())
  const part = await app.request(address, { headers: { range: 'bytes=10-19' } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${body.byteLength}`])
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(10, 20))
  const past = await app.request(address, { headers: { range: `bytes=${body.byteLength}-` } })
  expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${body.byteLength}`])
  const head = await app.request(address, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(body.byteLength), ''])
})

it("is nobody else's, and not under a changed address", async () => {
  const { ask, path, address, person, keyOf } = await exported()
  const stranger = await keyOf(await person('eve@example.com'))
  expect((await ask('GET', path, { as: stranger })).body.code).toBe('not_found')
  expect((await ask('GET', address.replace(/exp=\d+/, 'exp=99999999999'))).body.code).toBe('not_found')
  expect((await ask('GET', address.replace(/&sig=.*/, ''))).body.code).toBe('invalid_input')
})
