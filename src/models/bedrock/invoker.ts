import { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime'
import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
} from 'cockatiel'
import { modelRetired } from '#core/catalogue.ts'
import { isStudioError, StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import type { Pixels } from '#core/ports/pixels.ts'
import { preparePicture } from '#imaging/prepare.ts'
import type { Invoker } from '../studio-models.ts'
import { stageOf } from './amazon-image.ts'
import { nonsense } from './answers.ts'
import { type BedrockAccess, currentKey, type RuntimeClients, runtimeClients } from './client.ts'
import { codecOf } from './codecs.ts'
import { isAccessFault, type ServiceFault, translateFault } from './errors.ts'
import { checkByGuardrail, type Guardrail, guardrailRefusal } from './guardrail.ts'
import { MAX_BODY_BYTES } from './inputs.ts'
import { invokeId, servingRegion } from './regions.ts'

/** Five in a row that could not be served, and the model rests: people get an answer at once instead of a timeout each. */
const FAILURES_TO_REST = 5
const REST_SECONDS = 30
const WAITING_AT_MOST = 1000

export type BedrockInvokerOptions = BedrockAccess & {
  /** Which region to ask for a model; absent: `preferredRegion` where it serves the model, else one that does. */
  regionOf?: (model: Model) => string
  preferredRegion?: string
  /** Encodes inputs again where they must be. Absent: in process. */
  pixels?: Pick<Pixels, 'prepare'>
  guardrail?: Guardrail
}

/**
 * Asks models on Amazon Bedrock, once each time. At most `model.concurrency` calls of a model at a time; a model that fails five times in
 * a row rests half a minute (`unavailable`). A refused key is read again once, since short-term keys end in the middle of work. Aborting
 * closes the connection; whether the service bills what it had begun is its own affair.
 */
export function bedrockInvoker(options: BedrockInvokerOptions): Invoker & { close(): void } {
  const clients = runtimeClients(options)
  const prepare = options.pixels?.prepare ?? inProcess
  const gates = new Map<string, Gate>()
  const regionOf = options.regionOf ?? ((model: Model) => servingRegion(model, options.preferredRegion))

  return {
    async invoke(request, signal) {
      const { model } = request
      if (model.lifecycle.state === 'retired') throw modelRetired(model)
      const codec = codecOf(model)
      const region = regionOf(model)
      const modelId = invokeId(model, region)
      const { body, adjustments } = await codec.encode(request, prepare)
      const bytes = Buffer.from(JSON.stringify(body))
      if (bytes.byteLength > MAX_BODY_BYTES)
        throw new StudioError('too_large', 'the pictures and words are too large for one request', { limit: MAX_BODY_BYTES, unit: 'bytes' })
      const gate = gateOf(gates, model)
      return await gate.pass(signal, async () => {
        const ask = { clients, region, modelId, bytes, signal, options, request }
        const answer = (await checkedFirst(ask)) ?? (await send(ask))
        if ('outcome' in answer) return answer
        const made = guardrailRefusal(answer.json) ?? codec.decode(answer.json, request)
        const adjusted = made.outcome === 'made' ? { ...made, adjustments: [...adjustments, ...made.adjustments] } : made
        return { ...adjusted, ...(answer.requestId && { requestId: answer.requestId }) }
      })
    },
    close: () => clients.close(),
  }
}

type Ask = {
  clients: RuntimeClients
  region: string
  modelId: string
  bytes: Uint8Array
  signal: AbortSignal
  options: BedrockInvokerOptions
  request: ModelRequest
}
type Answer = { json: unknown; requestId: string | undefined }

/** ApplyGuardrail on the words and the pictures, where the operator asked for that; undefined when nothing stands in the way. */
async function checkedFirst({ clients, region, signal, options, request }: Ask): Promise<ModelAnswer | undefined> {
  if (options.guardrail?.how !== 'apply') return undefined
  const { client } = clients.of(options.guardrail.region ?? region)
  try {
    return await checkByGuardrail({ client, guardrail: options.guardrail, signal }, request, options.pixels?.prepare ?? inProcess)
  } catch (fault) {
    throw aborted(fault, signal) ?? translateFault(fault, { model: request.model, region })
  }
}

async function send(ask: Ask): Promise<Answer | ModelAnswer> {
  const { clients, region, signal, request, options } = ask
  const { key } = clients.of(region)
  // Of this process, and never set back as a clock of the day may be.
  const sentAt = performance.now()
  try {
    return await sendOnce(ask).catch((fault: unknown) => {
      // Only when the key has changed meanwhile: the same key would be refused again.
      if (isAccessFault(fault) && currentKey(options) !== key) return sendOnce(ask)
      throw fault
    })
  } catch (fault) {
    const refusal = contentRefusal(fault)
    if (refusal) return refusal
    const underWayMs = performance.now() - sentAt
    throw aborted(fault, signal) ?? translateFault(fault, { model: request.model, region, underWayMs })
  }
}

async function sendOnce({ clients, region, modelId, bytes, signal, options }: Ask): Promise<Answer> {
  const { guardrail } = options
  const inline = guardrail?.how === 'inline' ? { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version } : {}
  // Both types are named: left out, the SDK says octet-stream.
  const command = new InvokeModelCommand({ modelId, body: bytes, contentType: 'application/json', accept: 'application/json', ...inline })
  const { body, $metadata } = await clients.of(region).client.send(command, { abortSignal: signal })
  return { json: parse(body), requestId: $metadata.requestId }
}

function parse(body: Uint8Array): unknown {
  if (body.byteLength > MAX_BODY_BYTES) throw nonsense('more than 25 MB')
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch {
    throw nonsense('something that is not JSON')
  }
}

/** The caller's own reason, so that a cancelled call is told from a broken one. */
const aborted = (fault: unknown, signal: AbortSignal): unknown =>
  signal.aborted && !isStudioError(fault) ? (signal.reason ?? fault) : undefined

/** Nova and Titan refuse inputs by a 400 with a sentence of their own: an answer all the same. */
function contentRefusal(fault: unknown): ModelAnswer | undefined {
  if (!(fault instanceof Error) || fault.name !== 'ValidationException' || !/blocked by our content filters/i.test(fault.message))
    return undefined
  const { requestId } = (fault as ServiceFault).$metadata ?? {}
  const stage = stageOf(fault.message)
  return {
    outcome: 'refused',
    stage,
    reason: `the provider's filter refused the ${stage}`,
    rule: 'content filter',
    ...(requestId && { requestId }),
  }
}

type Gate = { pass<T>(signal: AbortSignal, what: () => Promise<T>): Promise<T>; concurrency: number }

function gateOf(gates: Map<string, Gate>, model: Model): Gate {
  const kept = gates.get(model.id)
  if (kept && kept.concurrency === model.concurrency) return kept
  const room: BulkheadPolicy = bulkhead(Math.max(1, model.concurrency), WAITING_AT_MOST)
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => isStudioError(error, 'unavailable')),
    { halfOpenAfter: REST_SECONDS * 1000, breaker: new ConsecutiveBreaker(FAILURES_TO_REST) },
  )
  const gate: Gate = {
    concurrency: model.concurrency,
    async pass(signal, what) {
      try {
        return await room.execute(() => {
          signal.throwIfAborted()
          return breaker.execute(what)
        }, signal)
      } catch (error) {
        if (error instanceof TaskCancelledError) throw signal.reason ?? error
        if (error instanceof BulkheadRejectedError)
          throw new StudioError('throttled', `${WAITING_AT_MOST} calls of ${model.name} wait already`, { retryAfterSeconds: REST_SECONDS })
        if (!(error instanceof BrokenCircuitError)) throw error
        const details = { retryAfterSeconds: REST_SECONDS, service: 'bedrock' }
        throw new StudioError('unavailable', `${model.name} failed ${FAILURES_TO_REST} times in a row and is left to rest`, details)
      }
    },
  }
  gates.set(model.id, gate)
  return gate
}

const inProcess: Pixels['prepare'] = (source, to) => {
  if ('bytes' in source) return preparePicture(source.bytes, to)
  return Promise.reject(new StudioError('internal', 'only bytes can be prepared here'))
}
