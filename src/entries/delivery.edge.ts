import type { Query } from '#core/link.ts'
import { createEdge, type Forward } from '#edge/edge.ts'

// What CloudFront's runtime 2.0 gives; the bundle imports them under these names (infra/bundles.ts).
declare const cloudfront: { kvs(): { get(key: string): Promise<string> } }
declare const hashes: { createHmac(name: 'sha256', secret: string): { update(text: string): { digest(as: 'base64url'): string } } }

type Value = { value: string; multiValue?: { value: string }[] }
type Values = Record<string, Value>
type Request = { method: string; uri: string; querystring: Values; headers: Values }
type Response = { statusCode: number; statusDescription?: string; headers: Values; body?: { encoding: 'text'; data: string } }
export type EdgeEvent = { context: { eventType: string }; request: Request; response?: Response }

/** Where the request keeps what the answer's headers will say, on its way past the cache. */
const NOTE = 'x-genzo-answer'
const keys = cloudfront.kvs()
const edge = createEdge({
  hmac: (text, secret) => hashes.createHmac('sha256', secret).update(text).digest('base64url'),
  // Deleted, and never made: both are no key.
  secretOf: (kid) => keys.get(kid).catch(() => undefined),
  now: () => Date.now(),
})

/** `/i/*` on CloudFront: checks the link before the cache is asked, and puts the viewer's own headers on the answer. */
export const handler = async (event: EdgeEvent): Promise<Request | Response> =>
  event.response === undefined ? onRequest(event.request) : onResponse(event.request, event.response)

async function onRequest(request: Request): Promise<Request | Response> {
  const imageId = request.uri.slice('/i/'.length)
  const found = await edge.request({ imageId, query: queryOf(request.querystring), accept: request.headers['accept']?.value })
  if (found.outcome === 'refused') return refused(found)
  // The signature stays behind: one cached copy serves every link.
  request.uri = found.path
  request.querystring = {}
  request.headers[NOTE] = { value: JSON.stringify(edge.headers(found as Forward)) }
  return request
}

function refused(why: Parameters<typeof edge.refusal>[0]): Response {
  const { status, headers, body } = edge.refusal(why)
  return { statusCode: status, headers: valuesOf(headers), body: { encoding: 'text', data: body } }
}

function onResponse(request: Request, response: Response): Response {
  const note = request.headers[NOTE]
  // An error of the store or the maker keeps its own headers: it must not be kept for an hour.
  if (note && response.statusCode < 300) Object.assign(response.headers, valuesOf(JSON.parse(note.value) as Record<string, string>))
  return response
}

const valuesOf = (headers: Record<string, string>): Values => {
  const values: Values = {}
  for (const name of Object.keys(headers)) values[name] = { value: headers[name]! }
  return values
}

/** CloudFront gives the query as it came, still percent-encoded, repeated parameters together. */
function queryOf(values: Values): Query {
  const pairs: [string, string][] = []
  for (const name of Object.keys(values)) {
    const { value, multiValue } = values[name]!
    for (const one of multiValue ?? [{ value }]) pairs.push([decoded(name), decoded(one.value)])
  }
  return pairs
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}
