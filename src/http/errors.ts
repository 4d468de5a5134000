import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, type ErrorDetails, isStudioError, StudioError } from '#core/errors.ts'
import type { Ports } from '#core/ports/index.ts'
import type { AppEnv } from './env.ts'

type Answer = { status: ContentfulStatusCode; title: string }

/** What each code is over HTTP. Closed: a new code does not compile until it is answered here. */
export const ANSWERS = {
  invalid_input: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in, or send an API key' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  model_retired: { status: 404, title: 'The model is retired' },
  conflict: { status: 409, title: 'Conflict' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_type: { status: 415, title: 'Unsupported type' },
  content_refused: { status: 422, title: 'The content was refused' },
  limit_reached: { status: 429, title: 'A limit is reached' },
  throttled: { status: 429, title: 'Too fast' },
  unavailable: { status: 503, title: 'Not available now' },
  gone: { status: 410, title: 'Gone' },
  internal: { status: 500, title: 'The studio failed' },
} satisfies Record<ErrorCode, Answer>

/** RFC 9457. The details stand beside the standard members, so that a client reads `body.resetsAt` and not a nesting of ours. */
export type Problem = { type: string; title: string; status: number; code: ErrorCode; detail: string } & Record<string, unknown>

export function problemOf(error: StudioError): Problem {
  const { status, title } = ANSWERS[error.code]
  return { ...error.details, type: `/errors/${error.code}`, title, status, code: error.code, detail: error.message }
}

/** Headers that tell a client when to ask again, and whom to be. */
export function problemHeaders(error: StudioError): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  const { retryAfterSeconds } = error.details as ErrorDetails['throttled']
  if (isStudioError(error, 'throttled') || isStudioError(error, 'unavailable'))
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds ?? 5)))
  // The OpenAI SDKs repeat every 429 unless told not to; a spent limit does not come back in a second.
  if (isStudioError(error, 'limit_reached')) headers['x-should-retry'] = 'false'
  if (isStudioError(error, 'unauthenticated')) headers['www-authenticate'] = 'Bearer realm="genzo"'
  return headers
}

/** What the framework throws, in our words. */
function fromHttpException({ status, message }: HTTPException, c: Context<AppEnv>): StudioError {
  if (status === 415) {
    const found = (c.req.header('content-type') ?? 'nothing').slice(0, 80)
    return new StudioError('unsupported_type', `the body is ${found}; send application/json`, { found, accepted: ['application/json'] })
  }
  if (status === 413) return new StudioError('too_large', 'the body is too large', { unit: 'bytes' })
  if (status === 504) return new StudioError('unavailable', 'the answer took too long; the work may still have been done', {})
  if (message.startsWith('Malformed JSON'))
    return new StudioError('invalid_input', 'the body is not JSON, or breaks off; send one whole object')
  if (status >= 400 && status < 500) return new StudioError('invalid_input', message.toLowerCase() || 'the request is malformed')
  return new StudioError('internal', 'the studio failed, and recorded it')
}

/**
 * Answers every thrown error. A StudioError is an answer; anything else is a bug: logged once, here, and told as `internal`. `told` writes
 * the answer, since not every door speaks RFC 9457.
 */
export function errorHandler({ telemetry }: Pick<Ports, 'telemetry'>, told: typeof answer = answer) {
  return (error: unknown, c: Context<AppEnv>): Response => {
    const requestId = c.get('requestId')
    if (isStudioError(error) && error.code !== 'internal') return told(c, error)
    if (error instanceof HTTPException) return told(c, fromHttpException(error, c))
    // Our own stack, not the message: a library may quote a prompt or a secret in it.
    telemetry.log('error', 'a request failed', { requestId, route: c.get('route'), error: nameAndPlace(error) })
    const details = requestId ? { requestId } : {}
    return told(c, new StudioError('internal', 'the studio failed, and recorded it under this request id', details))
  }
}

export function answer(c: Context<AppEnv>, error: StudioError): Response {
  c.set('problem', error.code)
  return c.json(problemOf(error), ANSWERS[error.code].status, problemHeaders(error))
}

function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...places.slice(0, 6).map((line) => line.trim())].join(' | ')
}
