import { edgeLinks } from '#aws/edge-links.ts'
import type { EdgeKeys } from '#aws/kvs-edge-keys.ts'
import type { Links } from '#core/ports/links.ts'
import { onFirstUse } from './on-aws.ts'

/** Links, with their keys at the edge where the stack has one. The edge's client is loaded when a link is made, hidden or taken back. */
export function linksOf(links: Links, arn: string | undefined): Links {
  return arn ? edgeLinks(links, edgeKeysOf(arn)) : links
}

/** The keys at the edge, loaded at the first change. */
export function edgeKeysOf(arn: string): EdgeKeys {
  const endpoint = process.env['AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE'] ?? process.env['AWS_ENDPOINT_URL']
  return onFirstUse(async () => (await import('#aws/kvs-edge-keys.ts')).kvsEdgeKeys({ arn, ...(endpoint && { endpoint }) }))
}
