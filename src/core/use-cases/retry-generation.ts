import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { ownGeneration } from '../owned.ts'
import type { QueuedGeneration } from './request-generation.ts'
import { type GenerationPorts, requestGeneration } from './request-generation.ts'
import { isSettled } from './settle-generation.ts'

/**
 * Asks again for the pictures that a settled generation did not make, as a new generation with the same settings and the same chosen
 * seeds. `conflict` while it is under way, or when nothing is missing.
 */
export async function retryGeneration(
  ports: GenerationPorts,
  actor: Actor,
  id: string,
  options: { idempotencyKey?: string | undefined } = {},
): Promise<QueuedGeneration> {
  const { request, outputs, modelId, state, ...rest } = await ownGeneration(ports, actor, id)
  if (!isSettled({ state })) throw new StudioError('conflict', `generation ${id} is ${state}; retry it once it has ended`, { state })
  const missing = outputs.filter((output) => output.state !== 'made')
  if (missing.length === 0) throw new StudioError('conflict', `all pictures of generation ${rest.id} were made`, { state })
  const seed = request.seed === undefined ? undefined : missing[0]?.seed
  const { seed: _chosen, ...settings } = request
  return requestGeneration(
    ports,
    actor,
    { ...settings, model: modelId, count: missing.length, ...(seed === undefined ? {} : { seed }) },
    options,
  )
}
