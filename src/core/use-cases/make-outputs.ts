import { bestEffort, errorName } from '../best-effort.ts'
import { isStudioError, StudioError } from '../errors.ts'
import type { Generation, Output } from '../generation.ts'
import type { Model } from '../model.ts'
import type { Ports } from '../ports/index.ts'
import type { ModelAnswer } from '../ports/models.ts'
import { LEASE_MS, MINUTE } from '../times.ts'
import { askModel } from './ask-model.ts'
import { finishImage } from './finish-image.ts'
import { isSettled } from './settle-generation.ts'
import { adoptOutput, type StorePorts, storePicture } from './store-picture.ts'

export type MakePorts = StorePorts & Pick<Ports, 'models' | 'uploads' | 'rates' | 'search'>

type Call = { generationId: string; fence: number; indexes: number[] }
type Context = { generation: Generation; fence: number; model: Model }

/**
 * Makes the outputs of one call: asks the model once, stores each picture under its allocated id, hands it to processing and records
 * it. What an earlier run stored is adopted, not asked for again. Throws only what another attempt may mend; a refusal or a request
 * that can never work ends its outputs and lets the others go on.
 */
export async function makeOutputs(ports: MakePorts, call: Call): Promise<{ outcome: 'made' | 'ended' | 'stopped' }> {
  const generation = await ports.generations.find(call.generationId)
  if (!generation || isSettled(generation) || generation.fence !== call.fence) return { outcome: 'stopped' }
  if (generation.cancelRequestedAt !== undefined) return { outcome: 'stopped' }
  const model = await ports.models.find(generation.modelId)
  if (!model) throw new StudioError('unavailable', `model ${generation.modelId} is not in the catalogue now`)
  const context = { generation, fence: call.fence, model }

  const owed: Output[] = []
  for (const output of generation.outputs.filter(({ index, state }) => call.indexes.includes(index) && state === 'waiting')) {
    if (!(await adoptOutput(ports, context, output))) owed.push(output)
  }
  if (owed.length === 0) return { outcome: 'made' }
  return makeOwed(ports, context, owed)
}

async function makeOwed(ports: MakePorts, context: Context, owed: Output[]): Promise<{ outcome: 'made' | 'ended' | 'stopped' }> {
  const { generation, fence, model } = context
  if (!(await keepLease(ports, context))) return { outcome: 'stopped' }
  try {
    // The first call's token was taken before the run began.
    if (owed[0]!.index > 0) await takeTurn(ports, model)
    const answer = await whileWanted(ports, context, (signal) => askModel(ports, { ...context, outputs: owed }, signal))
    if (!answer) return { outcome: 'stopped' }
    return await keepAnswer(ports, context, { owed, answer })
  } catch (error) {
    if (isFinal(error)) {
      const state = error.code === 'content_refused' ? 'refused' : 'failed'
      await endOutputs(ports, context, { outputs: owed, state, reason: error.code, reasonDetail: error.message })
      return { outcome: 'ended' }
    }
    ports.telemetry.log('warn', 'an attempt at a model failed', { generationId: generation.id, model: model.id, error: errorName(error) })
    const [reason, reasonDetail] = isStudioError(error)
      ? [error.code, error.message]
      : ['internal', 'the studio failed on this; it was logged']
    await ports.generations.update(generation.id, fence, { reason, reasonDetail })
    throw error
  }
}

/** Stores what came, in order; what the provider held back is refused. */
async function keepAnswer(
  ports: MakePorts,
  context: Context,
  { owed, answer }: { owed: Output[]; answer: ModelAnswer },
): Promise<{ outcome: 'made' | 'ended' | 'stopped' }> {
  if (answer.outcome === 'refused') {
    await endOutputs(ports, context, { outputs: owed, state: 'refused', reason: 'content_refused', reasonDetail: answer.reason })
    return { outcome: 'ended' }
  }
  for (const [at, output] of owed.entries()) {
    const picture = answer.pictures[at]
    if (picture && !(await storePicture(ports, context, { output, picture, answer }))) return { outcome: 'stopped' }
  }
  const missing = owed.slice(answer.pictures.length)
  const reasonDetail = answer.refused?.reason ?? 'the model answered fewer pictures than were asked for'
  const [state, reason] = answer.refused ? (['refused', 'content_refused'] as const) : (['failed', 'unavailable'] as const)
  if (missing.length > 0) await endOutputs(ports, context, { outputs: missing, state, reason, reasonDetail })
  return { outcome: 'made' }
}

type End = { outputs: Output[]; state: 'refused' | 'failed'; reason: string; reasonDetail: string }

/** Their images end with the reason, then the outputs do, under the fence. */
async function endOutputs(ports: MakePorts, { generation, fence }: Context, { outputs, state, reason, reasonDetail }: End) {
  // A run that was overtaken has no say over images that the newer one is making.
  if ((await ports.generations.find(generation.id))?.fence !== fence) return
  for (const output of outputs) {
    const imageState = state === 'refused' ? 'rejected' : 'failed'
    await finishImage(ports, { id: output.imageId }, { state: imageState, reason, reasonDetail, from: ['pending'] })
    await ports.generations.updateOutput(generation.id, fence, { ...output, state, reason }, 0)
  }
  await ports.generations.update(generation.id, fence, { reason, reasonDetail })
  await bestEffort(ports, 'telling of an output', () =>
    ports.events.append(generation.ownerId, { type: 'generation.output', subjectId: generation.id, at: ports.now() }),
  )
}

/**
 * No attempt of ours can mend it: ours by code, and not one of those that pass by themselves. `internal` of a model is a call that may
 * have been billed (it timed out, or broke down half way), so a person decides whether to ask again.
 */
const isFinal = (error: unknown): error is StudioError => isStudioError(error) && !['throttled', 'unavailable'].includes(error.code)

async function takeTurn(ports: Pick<Ports, 'rates' | 'now'>, model: Model) {
  const turn = await ports.rates.take(`model/${model.id}`, { ...rateOf(model), now: ports.now() })
  if (turn.taken) return
  const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / 1000))
  throw new StudioError('throttled', `${model.name} is asked as often as its rate allows`, { retryAfterSeconds })
}

/** The documented rate, with a tenth of a minute's calls at once. */
export const rateOf = ({ requestsPerMinute }: Pick<Model, 'requestsPerMinute'>) => ({
  perMinute: Math.max(1, requestsPerMinute),
  burst: Math.max(1, Math.ceil(requestsPerMinute / 10)),
})

async function keepLease(ports: Pick<Ports, 'generations' | 'now'>, { generation, fence }: Context): Promise<boolean> {
  const leaseUntil = ports.now() + LEASE_MS
  if (!(await ports.generations.extend(generation.id, fence, leaseUntil))) return false
  await ports.generations.defer(generation.id, leaseUntil + MINUTE)
  return true
}

const CHECK_MS = 1000

/** Runs the action while its owner still wants it, looking once a second and keeping the lease. Undefined when it was cancelled. */
async function whileWanted<T>(ports: MakePorts, context: Context, action: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const { generation, fence } = context
  const controller = new AbortController()
  let checks = 0
  const check = async () => {
    const now = await ports.generations.find(generation.id)
    if (now?.fence !== fence || now.cancelRequestedAt !== undefined) controller.abort()
    else if (++checks % 60 === 0) await keepLease(ports, context)
  }
  const timer = setInterval(() => void check().catch(() => undefined), CHECK_MS)
  try {
    return await action(controller.signal)
  } catch (error) {
    if (controller.signal.aborted) return undefined
    throw error
  } finally {
    clearInterval(timer)
  }
}
