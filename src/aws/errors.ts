import { StudioError } from '#core/errors.ts'

/** The part of an SDK exception that every client's has. Clients are told apart by `name`, never by message. */
type ServiceException = Error & { $metadata?: { httpStatusCode?: number }; $retryable?: { throttling?: boolean } }

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TooManyRequestsException',
  'KmsThrottled',
  'SlowDown',
  'LimitExceededException',
])
/** The network's own words, when no service answered at all. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH'])

/** True when the service answered with this exception name, or with this HTTP status. */
export const isAnswer = (error: unknown, what: string | number): error is ServiceException =>
  error instanceof Error &&
  (typeof what === 'number' ? (error as ServiceException).$metadata?.httpStatusCode === what : error.name === what)

/**
 * What a call that failed means to a caller: a throttle that outlived the SDK's own retries is `throttled`, a service that is down or
 * out of reach is `unavailable`. Anything else is not understood here and is returned as it came.
 */
export function translated(error: unknown, service: string): unknown {
  if (!(error instanceof Error) || error instanceof StudioError) return error
  const { name, $metadata, $retryable } = error as ServiceException
  const status = $metadata?.httpStatusCode
  // An answer to HEAD has no body to name it. S3 says 503 when it is asked too often, and asks for patience either way.
  const isNameless = service === 's3' && status === 503 && name !== 'ServiceUnavailable'
  if ($retryable?.throttling || THROTTLES.has(name) || status === 429 || isNameless)
    return new StudioError('throttled', `${service} is asked too often; try again in a moment`, { retryAfterSeconds: 2 }, { cause: error })
  const isDown =
    (status !== undefined && status >= 500) || name === 'TimeoutError' || UNREACHABLE.has((error as NodeJS.ErrnoException).code ?? '')
  if (isDown) return new StudioError('unavailable', `${service} does not answer`, { retryAfterSeconds: 5, service }, { cause: error })
  return error
}

/** Runs a call to a service; its throttles and outages come out as `throttled` and `unavailable`. */
export async function asking<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw translated(error, service)
  }
}
