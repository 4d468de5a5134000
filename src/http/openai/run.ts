import type { Context } from 'hono'
import type { Actor } from '#core/actor.ts'
import { modelRetired } from '#core/catalogue.ts'
import { ERROR_CODES, type ErrorCode, StudioError } from '#core/errors.ts'
import type { Generation } from '#core/generation.ts'
import type { Image } from '#core/image.ts'
import type { Ports } from '#core/ports/index.ts'
import { type AwaitPorts, awaitGeneration } from '#core/use-cases/await-generation.ts'
import { cancelGeneration } from '#core/use-cases/cancel-generation.ts'
import { type GenerationPorts, requestGeneration } from '#core/use-cases/request-generation.ts'
import type { SettlePorts } from '#core/use-cases/settle-generation.ts'
import type { AppEnv } from '../env.ts'
import type { Aliases } from './aliases.ts'
import type { Asked } from './body.ts'
import { type Kind, type PlanPorts, planAsked } from './plan.ts'

export type RunPorts = PlanPorts & GenerationPorts & SettlePorts & AwaitPorts
export type Begun = { generation: Generation; ignored: string[] }

/** A repeat after this is a new wish. Longer than any client's time-out with its retries. Milliseconds. */
const JOIN_MS = 15 * 60_000
/** Under the 300 s of the route, so that it is this that answers. Milliseconds. */
const WAIT_MS = 285_000
/** How long a service that refuses is left alone. Seconds. */
const PAUSE_SECONDS = 10

/**
 * Begins what was asked, or joins what began before: by `Idempotency-Key`; without one, a repeat that a client's own retry sent (OpenAI's
 * SDKs count them in `X-Stainless-Retry-Count` and send no key) is known by its content, so that a cut line never pays twice.
 */
export async function begin(
  ports: RunPorts,
  c: Context<AppEnv>,
  { kind, asked, aliases }: { kind: Kind; asked: Asked; aliases: Aliases },
): Promise<Begun> {
  const actor = c.get('actor')
  const { fingerprint } = asked
  const idempotencyKey = keyOf(c)
  const before = idempotencyKey
    ? await byKey(ports, actor, { key: idempotencyKey, fingerprint })
    : await byContent(ports, actor, { fingerprint, retries: Number(c.req.header('x-stainless-retry-count') ?? 0) })
  if (before) return { generation: before, ignored: [] }
  const { request, ignored } = await planAsked(ports, actor, { kind, asked, aliases, signal: c.req.raw.signal })
  return { generation: await requestGeneration(ports, actor, request, { idempotencyKey, fingerprint }), ignored }
}

function keyOf(c: Context<AppEnv>): string | undefined {
  const key = c.req.header('idempotency-key')
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key))
    throw new StudioError('invalid_input', 'the idempotency-key header must be 1 to 200 visible characters')
  return key
}

/** Looked up before any picture is taken in; a key that came with other content is left to `requestGeneration` to refuse. */
async function byKey(ports: RunPorts, actor: Actor, { key, fingerprint }: { key: string; fingerprint: string }) {
  const before = await ports.generations.findRepeat(actor.id, { key, bodyHash: fingerprint, now: ports.now() })
  return before?.outcome === 'repeated' ? before.generation : undefined
}

async function byContent(ports: RunPorts, actor: Actor, { fingerprint, retries }: { fingerprint: string; retries: number }) {
  if (!(retries > 0)) return undefined
  const { items } = await ports.generations.listByOwner(actor.id, { limit: 50 })
  const since = ports.now() - JOIN_MS
  const before = items.find((one) => one.fingerprint === fingerprint && one.createdAt >= since)
  // What ended without a picture cost nothing, and the repeat asks for another attempt.
  const isOver =
    before && (before.state === 'failed' || before.state === 'cancelled') && !before.outputs.some(({ state }) => state === 'made')
  return isOver ? undefined : before
}

export type Finished = { generation: Generation; images: Image[] }
type Waiting = { signal: AbortSignal; onReady?: (image: Image) => Promise<void> }

/**
 * Waits for the pictures. Some of several are an answer; none is an error, thrown. What a service throttles is called off, so that nobody
 * pays for pictures they were told they did not get.
 */
export async function finish(ports: RunPorts, actor: Actor, begun: Generation, { signal, onReady }: Waiting): Promise<Finished> {
  const wait = (timeoutMs: number) => awaitGeneration(ports, actor, { id: begun.id, timeoutMs, signal, ...(onReady && { onReady }) })
  let result = await wait(WAIT_MS)
  let { reason, reasonDetail } = result.generation
  if (result.outcome === 'given back') {
    await cancelGeneration(ports, actor, begun.id)
    result = await wait(PAUSE_SECONDS * 1000)
  } else ({ reason, reasonDetail } = result.generation)
  const { generation, outcome } = result
  const images = result.images.filter(({ state }) => state === 'ready')
  if (outcome === 'waiting')
    throw new StudioError('unavailable', 'the pictures are still being made; they will be in your gallery', {
      retryAfterSeconds: PAUSE_SECONDS,
    })
  if (images.length > 0) return { generation, images }
  throw await failureOf(ports, { generation: { ...generation, reason, reasonDetail } as Generation, images: result.images })
}

/** Why there is no picture, as the error it would have been had it been known at once. */
async function failureOf(ports: Pick<Ports, 'models'>, { generation, images }: Finished): Promise<StudioError> {
  const held = images.find(({ state }) => state === 'rejected' || state === 'failed')
  const reason = held?.reason ?? generation.reason ?? 'internal'
  const said = held?.reasonDetail ?? generation.reasonDetail ?? 'no picture was made'
  const model = await ports.models.find(generation.modelId)
  switch (reason as ErrorCode | 'cancelled') {
    case 'content_refused':
      return new StudioError('content_refused', said, { stage: 'output image' })
    case 'throttled':
      return new StudioError('throttled', said, { retryAfterSeconds: PAUSE_SECONDS })
    case 'unavailable':
      return new StudioError('unavailable', said, { retryAfterSeconds: PAUSE_SECONDS })
    case 'model_retired':
      return model ? modelRetired(model) : new StudioError('not_found', said, { what: 'model' })
    // The studio's own key may not use this model: to whoever asks, it is not there.
    case 'forbidden':
      return new StudioError('not_found', said, { what: 'model' })
    case 'cancelled':
      return new StudioError('conflict', 'the generation was cancelled', { state: 'cancelled' })
  }
  const code = ERROR_CODES.find((one) => one === reason) ?? 'internal'
  const isPlain = code === 'invalid_input' || code === 'too_large' || code === 'unsupported_type'
  return isPlain ? new StudioError(code, said) : new StudioError('internal', said)
}
