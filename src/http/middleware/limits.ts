import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { timeout } from 'hono/timeout'
import { StudioError } from '#core/errors.ts'
import type { AppEnv } from '../env.ts'
import { JSON_BODY_BYTES, type RouteRow, TIMEOUT_SECONDS } from '../route-table.ts'

/** Refuses a body over the row's limit: by its announced length, else counted as it comes. */
export function bodyLimitOf({ bodyBytes = JSON_BODY_BYTES, isStreamed }: RouteRow): MiddlewareHandler<AppEnv> {
  const tooLarge = () => {
    throw new StudioError('too_large', `the body is too large: at most ${bodyBytes} bytes`, { limit: bodyBytes, unit: 'bytes' })
  }
  if (!isStreamed) return bodyLimit({ maxSize: bodyBytes, onError: tooLarge })
  // Counting would hold the file in memory, so a streamed body must say its length, as S3 asks too; the store then holds it to that.
  return async (c, next) => {
    const length = Number(c.req.header('content-length') ?? Number.NaN)
    if (!Number.isSafeInteger(length)) throw new StudioError('invalid_input', 'send a content-length header')
    if (length > bodyBytes) tooLarge()
    return next()
  }
}

/** Answers `unavailable` when the row's time is over. */
export const timeoutOf = ({ timeoutSeconds = TIMEOUT_SECONDS }: RouteRow): MiddlewareHandler<AppEnv> =>
  timeout(timeoutSeconds * 1000) as MiddlewareHandler<AppEnv>
