import type { Context } from 'hono'
import { type ErrorCode, type ErrorDetails, isStudioError, type StudioError } from '#core/errors.ts'
import type { AppEnv } from '../env.ts'
import { ANSWERS, problemHeaders } from '../errors.ts'

/** OpenAI's words for each of ours. Closed: a new code does not compile until it is answered here. */
const WORDS = {
  invalid_input: { type: 'invalid_request_error', code: 'invalid_request_error' },
  unauthenticated: { type: 'invalid_request_error', code: 'invalid_api_key' },
  forbidden: { type: 'invalid_request_error', code: 'insufficient_permissions' },
  not_found: { type: 'invalid_request_error', code: 'not_found' },
  model_retired: { type: 'invalid_request_error', code: 'model_not_found' },
  conflict: { type: 'invalid_request_error', code: 'conflict' },
  too_large: { type: 'invalid_request_error', code: 'invalid_request_error' },
  unsupported_type: { type: 'invalid_request_error', code: 'invalid_request_error' },
  content_refused: { type: 'image_generation_user_error', code: 'moderation_blocked' },
  limit_reached: { type: 'insufficient_quota', code: 'insufficient_quota' },
  throttled: { type: 'requests', code: 'rate_limit_exceeded' },
  unavailable: { type: 'server_error', code: 'server_error' },
  gone: { type: 'invalid_request_error', code: 'not_found' },
  internal: { type: 'server_error', code: 'server_error' },
} satisfies Record<ErrorCode, { type: string; code: string }>

/** Our names of fields → the ones a client of this door wrote. */
const PARAMS: [RegExp, string][] = [
  [/^(width|height|aspectRatio)$/, 'size'],
  [/^count$/, 'n'],
  [/^negativePrompt$/, 'negative_prompt'],
  [/^inputs?(\.|$)/, 'image'],
  [/^parameters\.(\w+)$/, '$1'],
]

export type OpenAiError = { message: string; type: string; param: string | null; code: string }

/** All four keys are always there: clients read them without asking. */
export function openAiError(error: StudioError): OpenAiError {
  const isOfModel = isStudioError(error, 'not_found') && error.details.what === 'model'
  const { type, code } = isOfModel ? WORDS.model_retired : WORDS[error.code]
  return { message: error.message, type, param: isOfModel || error.code === 'model_retired' ? 'model' : paramOf(error), code }
}

function paramOf(error: StudioError): string | null {
  const path = (error.details as ErrorDetails['invalid_input']).fields?.[0]?.path
  if (path === undefined) return null
  const [pattern, name] = PARAMS.find(([one]) => one.test(path)) ?? []
  return (pattern ? path.replace(pattern, name!) : path).replace(/^image.*/, 'image')
}

/**
 * Answers in OpenAI's shape, with its statuses: a refusal is 400. Its SDKs repeat every 408, 409, 429 and 5xx unless told, so each answer
 * says whether asking again could help.
 */
export function answerOpenAi(c: Context<AppEnv>, error: StudioError): Response {
  c.set('problem', error.code)
  const status = error.code === 'content_refused' ? 400 : ANSWERS[error.code].status
  const mayRepeat = error.code === 'throttled' || error.code === 'unavailable'
  const headers = { ...problemHeaders(error), 'content-type': 'application/json', 'x-should-retry': String(mayRepeat) }
  return c.json({ error: openAiError(error) }, status, headers)
}
