/** What each refusal may tell a client, typed per code, so that the web app can say it in the reader's language. */
export type ErrorDetails = {
  invalid_input: { fields?: { path: string; problem: string }[] }
  unauthenticated: { reason?: 'missing' | 'malformed' | 'invalid' | 'expired' | 'revoked' }
  forbidden: { needs?: string }
  not_found: { what?: string; id?: string }
  model_retired: { model: string; retiredOn?: string; successor?: string }
  conflict: { reason?: string; state?: string }
  too_large: { limit?: number; unit?: 'bytes' | 'pixels' | 'characters' | 'files' }
  unsupported_type: { found?: string; accepted?: readonly string[] }
  content_refused: { rule?: string; stage: 'prompt' | 'input image' | 'output image' }
  limit_reached: {
    limit: number
    remaining: number
    resetsAt?: string
    period?: string
    unit: 'microUsd' | 'images' | 'bytes' | 'requests'
  }
  throttled: { retryAfterSeconds: number }
  unavailable: { retryAfterSeconds?: number; service?: string }
  gone: { what?: string }
  internal: { requestId?: string }
}

/** Every way the studio can refuse. HTTP, the workflows and the web app switch on these, never on messages. */
export type ErrorCode = keyof ErrorDetails

/** The closed list at run time, in DESIGN.md's order. */
export const ERROR_CODES = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'not_found',
  'model_retired',
  'conflict',
  'too_large',
  'unsupported_type',
  'content_refused',
  'limit_reached',
  'throttled',
  'unavailable',
  'gone',
  'internal',
] as const satisfies readonly ErrorCode[]

type DetailsArgument<C extends ErrorCode> = {} extends ErrorDetails[C] ? [details?: ErrorDetails[C]] : [details: ErrorDetails[C]]

/**
 * The one error type that is an answer. The message is lower case, says what was wrong with which value and what would be right,
 * and never holds a secret, a prompt or another person's id. Anything else that is thrown is a bug.
 */
export class StudioError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string
  readonly code: C
  readonly details: ErrorDetails[C]

  constructor(code: C, message: string, ...[details, options]: [...DetailsArgument<C>, options?: ErrorOptions]) {
    super(message, options as ErrorOptions | undefined)
    // Workflows match errors by name: `Genzo.throttled` is what Retry and Catch see.
    this.name = `Genzo.${code}`
    this.code = code
    this.details = (details ?? {}) as ErrorDetails[C]
  }
}

/** True for a StudioError, of the code when one is given. Survives a structured clone of the class across realms. */
export function isStudioError<C extends ErrorCode>(error: unknown, code?: C): error is StudioError<C> {
  return error instanceof StudioError && (code === undefined || error.code === code)
}
