import type { ErrorCode } from '#core/errors.ts'

/** What went wrong, in the server's closed words, or `offline` when no answer came. The screens say it in the reader's language. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode | 'offline'
  readonly status: number
  readonly details: Record<string, unknown>
  readonly requestId: string | undefined

  constructor(code: ErrorCode | 'offline', status: number, details: Record<string, unknown>, message: string, requestId?: string) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
    this.requestId = requestId
  }
}

/** True for errors that the same request may not meet again. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ApiError && ['offline', 'throttled', 'unavailable', 'internal'].includes(error.code)

/** Reads a problem+json answer; an answer of another kind (a proxy's page) is `unavailable` or `internal` by its status. */
export async function problemOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id') ?? undefined
  const body = (await response.json().catch(() => undefined)) as { code?: ErrorCode; detail?: string } | undefined
  const { code, detail, ...details } = body ?? {}
  const retryAfter = Number(response.headers.get('retry-after'))
  const known =
    code ?? (response.status === 401 ? 'unauthenticated' : [502, 503, 504].includes(response.status) ? 'unavailable' : 'internal')
  return new ApiError(
    known,
    response.status,
    { ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }), ...details },
    detail ?? `the server answered ${response.status}`,
    requestId,
  )
}
