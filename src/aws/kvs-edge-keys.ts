import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { SignatureV4a } from '@smithy/signature-v4a'
import { StudioError } from '#core/errors.ts'
import { Sha256 } from './sha256.ts'

/** The secrets by which the edge checks links, by key id. */
export type EdgeKeys = { update(change: { put?: Record<string, string>; remove?: readonly string[] }): Promise<void> }
type Options = { arn: string; endpoint?: string; credentials?: Parameters<typeof signerOf>[0] }

/** CloudFront takes at most 50 changes at once (API reference `UpdateKeys`). */
const AT_ONCE = 50
/** A store has one version; who changes it must name the one it saw, and looks again when another was first. */
const ATTEMPTS = 8

/** The edge's keys in a CloudFront KeyValueStore: 5 MB, which is some 70,000 links. Changes reach every edge within seconds. */
export function kvsEdgeKeys({ arn, endpoint, credentials = fromNodeProviderChain() }: Options): EdgeKeys {
  const account = arn.split(':')[4]
  const base = `${endpoint ?? `https://${account}.cloudfront-kvs.global.api.aws`}/key-value-stores/${encodeURIComponent(arn)}`
  const signer = signerOf(credentials)

  const send = async (method: 'GET' | 'POST', path: string, more: { headers?: Record<string, string>; body?: string } = {}) => {
    const url = new URL(base + path)
    const headers = { host: url.host, ...(more.body && { 'content-type': 'application/json' }), ...more.headers }
    const parts = { protocol: url.protocol, hostname: url.hostname, path: url.pathname, query: {}, method, headers }
    const port = url.port ? { port: Number(url.port) } : {}
    const signed = await signer.sign({ ...parts, ...port, ...(more.body && { body: more.body }) } as Parameters<typeof signer.sign>[0], {})
    const { host: _, ...sent } = signed.headers
    return fetch(url, { method, headers: sent, ...(more.body && { body: more.body }) }).catch((cause) => {
      throw new StudioError(
        'unavailable',
        'the key-value store does not answer',
        { retryAfterSeconds: 5, service: 'cloudfront' },
        { cause },
      )
    })
  }
  const changeSome = async (body: string) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const seen = await answered(await send('GET', ''))
      const changed = await send('POST', '/keys', { body, headers: { 'if-match': seen.headers.get('etag') ?? '' } })
      // Another change came first.
      if (changed.status === 409 || changed.status === 412) continue
      return void (await answered(changed))
    }
    throw new StudioError('throttled', 'too many links are changed at once; try again in a moment', { retryAfterSeconds: 1 })
  }

  return {
    async update({ put = {}, remove = [] }) {
      const changes = [
        ...Object.entries(put).map(([Key, Value]) => ({ Put: { Key, Value } })),
        ...remove.map((Key) => ({ Delete: { Key } })),
      ]
      for (let at = 0; at < changes.length; at += AT_ONCE) {
        const some = changes.slice(at, at + AT_ONCE)
        const Puts = some.flatMap((one) => ('Put' in one ? [one.Put] : []))
        const Deletes = some.flatMap((one) => ('Delete' in one ? [one.Delete] : []))
        await changeSome(JSON.stringify({ Puts, Deletes }))
      }
    },
  }
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response
  await response.body?.cancel()
  if (response.status === 429) throw new StudioError('throttled', 'cloudfront is asked too often', { retryAfterSeconds: 2 })
  const about = { service: 'cloudfront', retryAfterSeconds: 5 }
  throw new StudioError('unavailable', `the key-value store answered ${response.status}`, about)
}

/** Regionless services take Signature Version 4A alone. */
const signerOf = (credentials: ConstructorParameters<typeof SignatureV4a>[0]['credentials']) =>
  new SignatureV4a({ service: 'cloudfront-keyvaluestore', region: '*', credentials, sha256: Sha256 })
