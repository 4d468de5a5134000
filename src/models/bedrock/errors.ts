import { modelRetired } from '#core/catalogue.ts'
import { isStudioError, StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'

type Context = {
  model: Pick<Model, 'id' | 'name' | 'lifecycle'>
  region: string
  /** How long the call had been under way, in ms; absent where a call costs next to nothing and may be made twice. */
  underWayMs?: number
}
/** What the SDK throws, as far as we look. */
export type ServiceFault = Error & {
  $metadata?: { httpStatusCode?: number; requestId?: string }
  $response?: { headers?: Record<string, string>; statusCode?: number }
}

const ACCESS_HELP = 'see docs/guide/bedrock.md (IAM, keys) or run `genzo doctor`'
const RETRY_SECONDS = { throttled: 5, unavailable: 10, quota: 60, agreement: 900 }

/**
 * A line that breaks sooner was a kept connection that the other side had closed, which is common and costs nothing. One that breaks later
 * may have lost a picture that is billed: AWS bills what was made, not what arrived, and its quickest service takes a second. Milliseconds.
 */
const MAY_BE_MADE_MS = 800

/**
 * A fault of the service as the studio's own error, by its class. What may pass by itself is `throttled` or `unavailable`, which the
 * workflow retries; what a retry may bill twice is `internal`, which a person may retry. Unknown faults stay as they are.
 */
export function translateFault(fault: unknown, { model, region, underWayMs = 0 }: Context): unknown {
  if (isStudioError(fault) || !(fault instanceof Error)) return fault
  const { name, $metadata } = fault as ServiceFault
  const said = fault.message.slice(0, 300)
  const service = 'bedrock'
  const cause = { cause: fault }
  const unavailable = (why: string, retryAfterSeconds = retryAfter(fault) ?? RETRY_SECONDS.unavailable) =>
    new StudioError('unavailable', why, { retryAfterSeconds, service }, cause)
  const throttled = (why: string, seconds: number) =>
    new StudioError('throttled', why, { retryAfterSeconds: retryAfter(fault) ?? seconds }, cause)
  const timedOut = () => new StudioError('internal', `${model.name} did not answer in time; asking again may be billed again`, {}, cause)
  const forbidden = (why: string) => new StudioError('forbidden', `${why}; ${ACCESS_HELP}`, { needs: 'bedrock:InvokeModel' }, cause)

  switch (name) {
    case 'ThrottlingException':
    case 'TooManyRequestsException':
      return throttled(`${model.name} is asked more often than this account may`, RETRY_SECONDS.throttled)
    case 'ModelNotReadyException':
      return throttled(`${model.name} is not ready yet`, RETRY_SECONDS.throttled)
    case 'ServiceQuotaExceededException':
      return throttled(`a quota of this account for ${model.name} is used up`, RETRY_SECONDS.quota)
    case 'ServiceUnavailableException':
    case 'InternalServerException':
    case 'InternalFailure':
      return unavailable('Bedrock cannot answer now')
    case 'ModelErrorException':
      return new StudioError('internal', `${model.name} failed on this request; asking again may be billed again`, {}, cause)
    case 'TimeoutError':
      // Before anything was sent, nothing can have been billed.
      if (/connection|connect/i.test(said)) return unavailable(`Bedrock in ${region} cannot be reached`)
      return timedOut()
    case 'ModelTimeoutException':
      return timedOut()
    case 'ResourceNotFoundException':
      return modelRetired(model as Model)
    case 'ValidationException':
      return invalid(fault, { model, region })
    case 'AccessDeniedException':
      if (/MPAgreementBeingCreated|agreement/i.test(said))
        return unavailable(`the Marketplace agreement for ${model.name} is being made; it takes about 15 minutes`, RETRY_SECONDS.agreement)
      // Also what a short-term key gets outside the Region that made it.
      if (/api key/i.test(said))
        return forbidden(`AWS does not accept this API key in ${region}: it was cut when copied, ended, or made in another Region`)
      return forbidden(`AWS denies ${model.id} in ${region} to this key or role`)
    case 'ExpiredTokenException':
    case 'ExpiredToken':
      return forbidden('the AWS key or session has expired')
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'IncompleteSignature':
    case 'MissingAuthenticationTokenException':
      return forbidden('AWS does not know this key')
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      if (/sso/i.test(said)) return forbidden('the SSO session has ended: run `aws sso login` with the same profile')
      return forbidden('there are no AWS credentials: set AWS_BEARER_TOKEN_BEDROCK in .env.local')
    case 'RequestExpired':
    case 'RequestTimeTooSkewed':
      return unavailable('the clock of this machine differs too much from AWS: set it')
  }
  const status = $metadata?.httpStatusCode
  if (status === 401 || status === 403) return forbidden(`AWS denies ${model.id} in ${region} to this key or role`)
  if (status === 413) return new StudioError('too_large', 'the request is larger than the model takes', { unit: 'bytes' }, cause)
  if (status === 429) return throttled('Bedrock is asked more often than this account may', RETRY_SECONDS.throttled)
  if (status === undefined && !isNetworkFault(fault)) return fault
  // It had begun to answer, so the work behind it was done.
  if (status === 200)
    return new StudioError('internal', `the answer of ${model.name} broke off; asking again may be billed again`, {}, cause)
  if (status === undefined && underWayMs >= MAY_BE_MADE_MS && !wasNeverSent(fault))
    return new StudioError('internal', `the line to ${model.name} broke before its answer; asking again may be billed again`, {}, cause)
  return unavailable(status ? `Bedrock answered ${status} without a reason` : `Bedrock in ${region} cannot be reached`)
}

/** 400s that are not the person's fault are told apart by the sentences that the service is known to use. */
function invalid(fault: Error, { model, region }: Context): StudioError {
  const said = fault.message.slice(0, 300)
  if (/model identifier is invalid|end of (its|the) life|no longer available/i.test(said)) {
    if (model.lifecycle.state === 'retired' || model.lifecycle.state === 'legacy') return modelRetired(model as Model)
    const { successor } = model.lifecycle
    return new StudioError('model_retired', `${model.id} is not served in ${region}: it was retired or belongs to another Region`, {
      model: model.id,
      ...(successor && { successor }),
    })
  }
  if (/on-demand throughput/i.test(said)) {
    const why = `${model.id} is served in ${region} only through an inference profile; put its us. id under regions in genzo.models.json`
    return new StudioError('unavailable', why, { service: 'bedrock' }, { cause: fault })
  }
  return new StudioError('invalid_input', `${model.name} refused the request: ${said}`, {}, { cause: fault })
}

const isNetworkFault = (error: Error): boolean =>
  ('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|ERR_HTTP2|UND_ERR)/.test(error.code)) ||
  /socket hang up|protocol error|stream closed|did not get a response/i.test(error.message)

/** No connection came to be, so that nothing can have been asked. */
const wasNeverSent = (error: Error): boolean =>
  'code' in error && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'].includes(String(error.code))

function retryAfter(fault: Error): number | undefined {
  const seconds = Number((fault as ServiceFault).$response?.headers?.['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined
}

/** True for what another key may mend: worth reading the key again once. */
export function isAccessFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false
  const { name, $metadata } = fault as ServiceFault
  return name === 'ExpiredTokenException' || $metadata?.httpStatusCode === 401 || $metadata?.httpStatusCode === 403
}

/** Awaits a call of the operator's own text or embedding model: its faults come out as ours, an abort as its reason. */
export async function translated<T>(call: Promise<T>, about: { modelId: string; region: string; signal: AbortSignal }): Promise<T> {
  const { modelId, region, signal } = about
  try {
    return await call
  } catch (fault) {
    if (signal.aborted) throw signal.reason ?? fault
    throw translateFault(fault, { model: { id: modelId, name: modelId, lifecycle: { state: 'active' } }, region })
  }
}
