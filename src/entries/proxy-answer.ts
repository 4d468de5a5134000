import type { APIGatewayProxyResult } from 'aws-lambda'
import type { core } from 'zod/mini'
import { errorName } from '#core/best-effort.ts'
import { isStudioError, StudioError } from '#core/errors.ts'
import type { Telemetry } from '#core/ports/operations.ts'
import { problemHeaders, problemOf } from '#http/errors.ts'

/** Runs a handler of API Gateway; what it throws becomes the same problem document as everywhere. */
export async function answered(telemetry: Telemetry, work: () => Promise<APIGatewayProxyResult>): Promise<APIGatewayProxyResult> {
  try {
    const result = await work()
    return { ...result, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...result.headers } }
  } catch (error) {
    if (!isStudioError(error)) telemetry.log('error', 'a request failed', { error: errorName(error) })
    const refusal = isStudioError(error) ? error : new StudioError('internal', 'the studio failed, and recorded it')
    const problem = problemOf(refusal)
    return {
      statusCode: problem.status,
      headers: { 'cache-control': 'no-store', ...problemHeaders(refusal) },
      body: JSON.stringify(problem),
    }
  }
}

/** A schema of zod, in either of its forms. */
type Schema<T> = { safeParse(data: unknown): { success: true; data: T } | { success: false; error: core.$ZodError } }

/** The body by its schema. `invalid_input` names each wrong field. */
export function bodyOf<T>({ body, isBase64Encoded }: { body: string | null; isBase64Encoded: boolean }, schema: Schema<T>): T {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '')
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'body', problem: message.toLowerCase() }))
  const said = fields.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
  throw new StudioError('invalid_input', `the body is not valid: ${said}`, { fields })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StudioError('invalid_input', 'the body is not JSON')
  }
}
