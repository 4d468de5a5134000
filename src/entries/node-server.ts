import { createServer, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { FrontOptions } from '#http/front.ts'
import { type Carried, carriedLines } from '#http/middleware/security-headers.ts'
import { answerMalformed } from './malformed.ts'
import { type Plain, plainHeads } from './plain-heads.ts'
import type { WarmDelivery } from './warm-delivery.ts'

/** Everything that the API app answers, at whatever host; the rest is the issuer's or a page. */
const API = /^https?:\/\/[^/]+\/(api|v1|i|s|health|ready|metrics|docs|uploads|generate-upload-url)(?=[/?#]|$)/

type Answer = Response | Promise<Response>
type Doors = {
  /** The API app, made with `nodeHost`. */
  api: (request: Request, env: { incoming: IncomingMessage }) => Answer
  warm?: Pick<WarmDelivery, 'handle'>
  /** Everything that is not the API's. */
  others: (request: Request, incoming: IncomingMessage) => Answer
  /** Answers what is no request, or went wrong outside the API app. */
  onError: (error: unknown) => Answer
}

/** The studio's doors on Node: pictures that are ready, the API, and the rest. Answers that need not be waited for leave at once. */
export function nodeServer({ api, warm, others, onError }: Doors) {
  const listener = getRequestListener(
    (request, env) =>
      API.test(request.url) ? api(request, env as never) : others(request, (env as { incoming: IncomingMessage }).incoming),
    { errorHandler: onError },
  )
  const server = createServer({ ServerResponse: carryingResponse() }, (request, response) => {
    if (!warm?.handle(request, response)) void listener(request, response)
  })
  return server.on('clientError', answerMalformed)
}

type Own = OutgoingHttpHeaders | OutgoingHttpHeader[]
type Carrying = ServerResponse & { carried: Carried | undefined }

/** Answers of Node's that carry headers, whatever writes them: no `Headers` object has to be made to hold them. */
function carryingResponse() {
  const heads = plainHeads()
  return class extends ServerResponse implements Carrying {
    carried: Carried | undefined

    override writeHead(status: number, message?: string, headers?: Own): this
    override writeHead(status: number, headers?: Own): this
    override writeHead(status: number, first?: string | Own, second?: Own): this {
      const { carried } = this
      const own = typeof first === 'string' ? second : first
      if (carried === undefined || Array.isArray(own)) return super.writeHead(status, first as string, second)
      const plain = status === 200 && own ? plainOf(this, own, carried) : undefined
      if (plain && heads.set(this, plain)) return this
      const began = heads.secondNow()
      super.writeHead(status, carriedLines<OutgoingHttpHeader | undefined>(own ?? {}, carried) as OutgoingHttpHeader[])
      if (plain) heads.keep(this, plain, began)
      return this
    }
  }
}

function plainOf(response: ServerResponse, own: OutgoingHttpHeaders, carried: Carried): Plain | undefined {
  let type: unknown
  for (const name in own) {
    if (type !== undefined || (name !== 'Content-Type' && name !== 'content-type')) return undefined
    type = own[name]
  }
  // Where the adapter leaves the length of what it will write.
  const byteLength = (response as { _contentLength?: number | null })._contentLength
  return typeof type === 'string' && typeof byteLength === 'number' ? { type, byteLength, carried } : undefined
}

type Env = { incoming: IncomingMessage; outgoing: Carrying }
/** Reads from the request that Node parsed, and leaves what the app wants on every answer with the response that it is written to. */
export const nodeHost: NonNullable<FrontOptions['host']> = {
  requestId: (c) => (c.env as unknown as Env).incoming.headers['x-request-id'] as string | undefined,
  carry(c, carried) {
    ;(c.env as unknown as Env).outgoing.carried = carried
  },
}
