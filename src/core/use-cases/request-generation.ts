import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { modelTask } from '../catalogue.ts'
import { StudioError } from '../errors.ts'
import { type Generation, type GenerationRequest, type Output, SETTLED_STATES } from '../generation.ts'
import { canonicalJson, randomInteger, sha256Hex } from '../hash.ts'
import type { Image } from '../image.ts'
import { periodsAt } from '../periods.ts'
import type { Acceptance } from '../ports/generations.ts'
import type { Ports } from '../ports/index.ts'
import { IDEMPOTENCY_MS, RESEND_MS } from '../times.ts'
import { titleOfPrompt } from '../titles.ts'
import { type Plan, type PlanPorts, planGeneration, startsAfter } from './plan-generation.ts'
import { putIntoEnglish, saidInEnglish } from './put-into-english.ts'

export type GenerationPorts = PlanPorts & Pick<Ports, 'generations' | 'ledger' | 'moderator' | 'wording' | 'events' | 'telemetry' | 'newId'>

/** A generation as its owner sees it while it waits: `startsAfter` integer ms, absent when at once. */
export type QueuedGeneration = Generation & { startsAfter?: number }

/**
 * Accepts a generation: money reserved, image ids allocated, seeds drawn, the work queued. Once this returns it will be run and settled,
 * whatever crashes. The same `idempotencyKey` with the same body answers the same generation, with another body `conflict`. `fingerprint`
 * stands for the body where the same pictures get new ids each time they are sent.
 */
export async function requestGeneration(
  ports: GenerationPorts,
  actor: Actor,
  request: GenerationRequest,
  options: { idempotencyKey?: string | undefined; fingerprint?: string | undefined } = {},
): Promise<QueuedGeneration> {
  const { idempotencyKey: key, fingerprint } = options
  const bodyHash = key === undefined ? '' : (fingerprint ?? (await sha256Hex(canonicalJson(request))))
  // Before any check: a repeat must be answered even when a new request would now be refused.
  const earlier = key === undefined ? undefined : await ports.generations.findRepeat(actor.id, { key, bodyHash, now: ports.now() })
  if (earlier) return accepted(earlier)

  const plan = await planGeneration(ports, actor, request)
  await assertAllowed(ports, request)
  await assertTurn(ports, actor, plan)

  const sent = await putIntoEnglish(ports, plan.model, plan.request)
  // A text model may be led to words that the operator's rules forbid.
  if (sent) await assertAllowed(ports, { ...request, ...sent, parameters: sent })

  const generation = {
    ...newGeneration(ports, actor, plan),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(sent && { sent, adjustments: [...plan.adjustments, saidInEnglish(sent, plan.model)] }),
  }
  const { createdAt, estimateMicroUsd: microUsd, outputs } = generation
  const periods = periodsAt(createdAt, ports.policy, await ports.ledger.limits(actor.id))
  const acceptance = await ports.generations.accept({
    generation,
    images: outputs.map((output) => pendingImage(generation, output, plan)),
    reservation: { microUsd, images: outputs.length, periods },
    ...(key === undefined ? {} : { idempotency: { key, bodyHash, expiresAt: createdAt + IDEMPOTENCY_MS } }),
  })
  if (acceptance.outcome !== 'accepted') return accepted(acceptance)

  const starts = await startsAfter(ports, plan.model).catch(() => undefined)
  const job = { kind: 'generate', generationId: generation.id } as const
  await bestEffort(ports, 'queueing a generation', () => ports.queues.generation.send(job, { ownerId: actor.id }))
  await bestEffort(ports, 'telling of a generation', () =>
    ports.events.append(actor.id, { type: 'generation.queued', subjectId: generation.id, at: createdAt }),
  )
  return { ...acceptance.generation, ...(starts === undefined ? {} : { startsAfter: starts }) }
}

function accepted(acceptance: Acceptance): Generation {
  switch (acceptance.outcome) {
    case 'accepted':
    case 'repeated':
      return acceptance.generation
    case 'key_reused':
      throw new StudioError('conflict', 'this idempotency key came with another request before; send a new key', { reason: 'key_reused' })
    case 'limit_reached':
      throw limitReached(acceptance)
  }
}

function limitReached({ limit: { period, resetsAt, ...limits }, remaining, unit }: Extract<Acceptance, { outcome: 'limit_reached' }>) {
  const limit = (unit === 'microUsd' ? limits.limitMicroUsd : limits.limitImages) ?? 0
  const what = unit === 'microUsd' ? `${remaining} of ${limit} micro-dollars` : `${remaining} of ${limit} images`
  const details = { limit, remaining, unit, period, resetsAt: new Date(resetsAt).toISOString() }
  return new StudioError('limit_reached', `${what} remain for ${period}; the limit resets at ${details.resetsAt}`, details)
}

/** Everything that was written against the operator's rules, before anything is spent: words hide in parameters as well as in prompts. */
async function assertAllowed(
  ports: Pick<Ports, 'moderator' | 'telemetry'>,
  { prompt, negativePrompt, parameters = {} }: GenerationRequest,
) {
  const wanted = [prompt, ...Object.values(parameters)].filter((text) => typeof text === 'string').join('\n')
  if (wanted === '' && negativePrompt === undefined) return
  const verdict = await ports.moderator.text({ prompt: wanted, ...(negativePrompt === undefined ? {} : { negativePrompt }) })
  if (verdict.verdict === 'allow') return
  ports.telemetry.count('prompts_refused', 1)
  throw new StudioError('content_refused', verdict.reason, { rule: verdict.rule, stage: 'prompt' })
}

/** Bounds how many of one person's generations are under way, so that nobody fills the queue. Newest 50: the bound is far below. */
async function assertTurn(ports: Pick<Ports, 'generations' | 'policy'>, actor: Actor, { model }: Plan) {
  const limit = ports.policy.maxGenerationsInFlightPerOwner
  const { items } = await ports.generations.listByOwner(actor.id, { limit: Math.min(200, Math.max(50, limit * 2)) })
  const underWay = items.filter(({ state }) => !(SETTLED_STATES as readonly string[]).includes(state)).length
  if (underWay < limit) return
  const retryAfterSeconds = Math.max(1, Math.ceil(model.typicalSeconds))
  throw new StudioError('throttled', `${underWay} of your generations are under way, ${limit} may be; wait for one to end`, {
    retryAfterSeconds,
  })
}

function newGeneration(ports: Pick<Ports, 'now' | 'newId'>, actor: Actor, plan: Plan): Generation {
  const { model, request, adjustments, microUsdPerImage } = plan
  const createdAt = ports.now()
  const id = ports.newId()
  const seeds = drawSeeds(plan)
  const outputs = seeds.map(
    (seed, index): Output => ({ index, imageId: ports.newId(), state: 'waiting', ...(seed === undefined ? {} : { seed }) }),
  )
  return {
    ...{ id, ownerId: actor.id, state: 'queued', modelId: model.id, task: request.task, request, outputs },
    ...{ estimateMicroUsd: microUsdPerImage * outputs.length, providerCalls: 0, adjustments, attempts: 0, fence: 0 },
    ...{ createdAt, updatedAt: createdAt, dueAt: createdAt + RESEND_MS },
  }
}

/**
 * A seed for every output, recorded so that any of them can be made again alone. A chosen seed counts upwards, wrapping inside the
 * model's range; without one each call's is drawn, and counts upwards within the call, as models do. Models that take no seed have none.
 */
function drawSeeds({ model, request }: Plan): (number | undefined)[] {
  const range = modelTask(model, request.task).seed
  if (!range) return Array.from({ length: request.count }, () => undefined)
  const min = range.zeroIsRandom ? Math.max(1, range.min) : range.min
  const span = range.max - min + 1
  const wrapped = (seed: number) => min + ((((seed - min) % span) + span) % span)
  const perCall = request.seed === undefined ? Math.max(1, model.imagesPerCall) : request.count
  let first = request.seed ?? 0
  return Array.from({ length: request.count }, (_, index) => {
    if (request.seed === undefined && index % perCall === 0) first = randomInteger(min, range.max)
    return wrapped(first + (index % perCall))
  })
}

function pendingImage(generation: Generation, output: Output, { parent }: Plan): Image {
  const { id, ownerId, task, request, createdAt } = generation
  return {
    ...{ id: output.imageId, ownerId, origin: parent ? 'edited' : 'generated', state: 'pending' },
    ...{ title: titleOfPrompt(request.prompt, parent ? `${parent.title} (${task})` : task), tags: [], isFavourite: false },
    ...{ width: 0, height: 0, byteLength: 0, format: '', renditions: [], generationId: id, outputIndex: output.index },
    ...(parent ? { parentId: parent.id } : {}),
    ...{ attempts: 0, revision: 1, createdAt, updatedAt: createdAt },
  }
}
