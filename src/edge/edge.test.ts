import { createHmac } from 'node:crypto'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'
import { linkPath, signatureOf } from '#core/link.ts'
import { createEdge } from './edge.ts'

const NOW = Date.UTC(2026, 10, 21)
const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')
const edge = createEdge({ hmac, now: () => NOW, secretOf: (kid) => (kid === 'own' ? 'secret' : undefined) })
const claim = { imageId: '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', scope: 'ladder', exp: NOW / 1000 + 60, kid: 'own' } as const
const asked = (query: [string, string][]) => {
  const url = new URL(
    `http://x${linkPath(
      claim,
      query,
      signatureOf(claim, (text) => hmac(text, 'secret')),
    )}`,
  )
  return edge.request({ imageId: claim.imageId, query: [...url.searchParams] })
}

it('asks the store by name alone, and tells the browser how long to keep it', async () => {
  const found = await asked([
    ['w', '640'],
    ['fm', 'webp'],
  ])
  if (found.outcome !== 'allowed') throw new Error(found.message)
  expect(found.path).toBe(`/renditions/${claim.imageId}/v1/w640.webp`)
  expect(edge.headers(found)).toMatchObject({
    'cache-control': 'private, max-age=60',
    'content-disposition': 'inline',
    'x-content-type-options': 'nosniff',
  })
})

it('refuses with a problem document that no cache keeps', async () => {
  const refused = await asked([['w', '641']])
  if (refused.outcome !== 'refused') throw new Error('let through')
  const { status, headers, body } = edge.refusal(refused)
  expect(status).toBe(404)
  expect(headers['cache-control']).toBe('no-store')
  expect(JSON.parse(body)).toMatchObject({ code: 'not_found', status: 404 })
  const invalid = await asked([['x', '1']])
  if (invalid.outcome !== 'refused') throw new Error('let through')
  expect(JSON.parse(edge.refusal(invalid).body)).toMatchObject({ code: 'invalid_input', fields: [{ path: 'x' }] })
})

it('fits in the 10 KB that CloudFront Functions take, and asks for no module', () => {
  const built = buildSync({ entryPoints: ['src/edge/edge.ts'], bundle: true, minify: true, format: 'esm', target: 'es2020', write: false })
  const { text } = built.outputFiles[0]!
  expect(Buffer.byteLength(text)).toBeLessThan(8_000)
  expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b/)
})
