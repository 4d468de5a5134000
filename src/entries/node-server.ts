import { createServer, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { FrontOptions } from '#http/front.ts'
import { type Carried, carriedLines } from '#http/middleware/security-headers.ts'
import { answerMalformed } from './malformed.ts'
import type { WarmDelivery } from './warm-delivery.ts'

/** Everything that the API app answers, at whatever host; the rest is the issuer's or a page. */
const API = /^https?:\/\/[^/]+\/(api|v1|i|s|health|ready|metrics|docs|uploads|generate-upload-url)(?=[/?#]|$)/

type Answer = Response | Promise<Response>
type Doors = {
  /** The API app, made with `carry`. */
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
  const server = createServer({ ServerResponse: CarryingResponse }, (request, response) => {
    if (!warm?.handle(request, response)) void listener(request, response)
  })
  return server.on('clientError', answerMalformed)
}

type Own = OutgoingHttpHeaders | OutgoingHttpHeader[]
/** An answer of Node's that carries headers, whatever writes it: no `Headers` object has to be made to hold them. */
class CarryingResponse extends ServerResponse {
  carried: Carried | undefined

  override writeHead(status: number, message?: string, headers?: Own): this
  override writeHead(status: number, headers?: Own): this
  override writeHead(status: number, first?: string | Own, second?: Own): this {
    const own = typeof first === 'string' ? second : first
    if (this.carried === undefined || Array.isArray(own)) return super.writeHead(status, first as string, second)
    return super.writeHead(status, carriedLines<OutgoingHttpHeader | undefined>(own ?? {}, this.carried) as OutgoingHttpHeader[])
  }
}

/** Leaves what the app wants on every answer with the response that `nodeServer` writes it to. */
export const carry: NonNullable<FrontOptions['carry']> = (c, carried) => {
  ;(c.env as { outgoing: CarryingResponse }).outgoing.carried = carried
}
