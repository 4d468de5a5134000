import { createHmac } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { linkPath, signatureOf } from '#core/link.ts'
import { bundleFunction, edgeFunctionCode, MOST_EDGE_BYTES } from './bundles.ts'
import { FUNCTIONS, type FunctionName } from './functions.ts'

const SECRET = 's'.repeat(43)
const IMAGE = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'
const code = edgeFunctionCode()
type Values = Record<string, { value: string }>
type Answer = { uri?: string; querystring?: Values; headers: Values; statusCode?: number; body?: { data: string } }

/** The script with CloudFront's two modules in place; everything else that a browser or Node has is absent. */
const run = (event: unknown): Promise<Answer> => {
  const kvs = () => ({ get: async (kid: string) => (kid === 'k1' ? SECRET : Promise.reject(new Error('KeyNotFound'))) })
  const context = { cloudfront: { kvs }, hashes: { createHmac }, event }
  return runInNewContext(`${code.replace(/import \w+ from '\w+';/g, '')};handler(event)`, context) as Promise<Answer>
}
const exp = Math.floor(Date.now() / 1000) + 600
const asked = (query: [string, string][], kid = 'k1') => {
  const claim = { imageId: IMAGE, scope: 'ladder', exp, kid } as const
  const sig = signatureOf(claim, (text) => createHmac('sha256', SECRET).update(text).digest('base64url'))
  const url = new URL(`http://x${linkPath(claim, query, sig)}`)
  const querystring = Object.fromEntries([...url.searchParams].map(([name, value]) => [name, { value }]))
  return { method: 'GET', uri: url.pathname, querystring, headers: { accept: { value: 'image/webp' } } as Values }
}
const onRequest = (request: unknown) => run({ context: { eventType: 'viewer-request' }, request })

it('fits what CloudFront takes', () => {
  expect(Buffer.byteLength(code)).toBeLessThan(MOST_EDGE_BYTES)
})

it('asks the store by name alone, and gives the viewer the headers of the link', async () => {
  const request = await onRequest(
    asked([
      ['w', '640'],
      ['fm', 'webp'],
    ]),
  )
  expect(request).toMatchObject({ uri: `/renditions/${IMAGE}/v1/w640.webp`, querystring: {} })
  const response = { statusCode: 200, headers: { 'cache-control': { value: 'public' } } }
  const answer = await run({ context: { eventType: 'viewer-response' }, request, response })
  expect(answer.headers['cache-control']!.value).toMatch(/^private, max-age=\d+$/)
  const missing = await run({ context: { eventType: 'viewer-response' }, request, response: { statusCode: 404, headers: {} } })
  expect(missing.headers).toEqual({})
})

it('refuses a key that was taken back, and a picture the link does not cover', async () => {
  expect(
    await onRequest(
      asked(
        [
          ['w', '640'],
          ['fm', 'webp'],
        ],
        'k2',
      ),
    ),
  ).toMatchObject({ statusCode: 404 })
  const wider = await onRequest(
    asked([
      ['w', '641'],
      ['fm', 'webp'],
    ]),
  )
  expect([wider.statusCode, JSON.parse(wider.body!.data).code]).toEqual([404, 'not_found'])
})

it.each(['generate-upload-url', 'sweeper', 'generation-task'] as const)(
  '%s looks for credentials in its environment alone',
  async (name) => {
    const { inputs } = await bundleFunction(name, mkdtempSync(join(tmpdir(), 'genzo-bundle-')))
    const providers = Object.keys(inputs).flatMap((path) => /@aws-sdk\/credential-provider-([a-z-]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(providers)]).toEqual(['env'])
  },
)

it('reads the upload function as one file at its start', async () => {
  const { outputs } = await bundleFunction('generate-upload-url', mkdtempSync(join(tmpdir(), 'genzo-bundle-')))
  expect(Object.keys(outputs)).toHaveLength(1)
})

it.each(Object.keys(FUNCTIONS) as FunctionName[])('%s brings everything that it loads at its start, but sharp', async (name) => {
  const { outputs } = await bundleFunction(name, mkdtempSync(join(tmpdir(), 'genzo-bundle-')))
  const outside = Object.values(outputs).flatMap(({ imports }) =>
    imports.flatMap(({ path, kind, external }) => (external && kind !== 'dynamic-import' ? [path] : [])),
  )
  expect([...new Set(outside)].filter((path) => !path.startsWith('node:') && !builtinModules.includes(path) && path !== 'sharp')).toEqual(
    [],
  )
})
