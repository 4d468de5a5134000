import { bestEffort } from '../best-effort.ts'
import type { Generation } from '../generation.ts'
import type { Ports } from '../ports/index.ts'
import type { TaskHandler } from '../ports/workflows.ts'
import { backoffSeconds, LEASE_MS, MINUTE, RESEND_MS } from '../times.ts'
import { type MakePorts, makeOutputs } from './make-outputs.ts'
import { isSettled, type SettlePorts, settleGeneration, tellSettled } from './settle-generation.ts'

export type GenerationTaskPorts = MakePorts & SettlePorts & Pick<Ports, 'queues'>

/** What travels through the workflow: ids and numbers. `calls` is one entry per call of the model: the outputs it is to make. */
type Admitted = { generationId: string; go: boolean; fence: number; calls: { indexes: number[] }[]; concurrency: number }

/** Outputs of one generation made side by side, whatever the model allows: one person's turn must leave room for others. */
const MAX_CONCURRENCY = 4

/** The tasks of `generation.asl.json`, by state name. Any may run twice. */
export function generationTasks(ports: GenerationTaskPorts) {
  return {
    Admit: (input) => admit(ports, input),
    Make: (input) =>
      makeOutputs(ports, { generationId: String(input.generationId), fence: Number(input.fence), indexes: indexesOf(input) }),
    Settle: (input) => settle(ports, { generationId: String(input.generationId), fence: Number(input.fence) }),
    Tell: (input) => tell(ports, String(input.generationId)),
  } satisfies Record<string, TaskHandler>
}

const indexesOf = ({ indexes }: Record<string, unknown>) => (Array.isArray(indexes) ? indexes.map(Number) : [])

/**
 * Takes the generation for this run and counts the attempt. `go` is false when it is settled or another run holds it. A generation that
 * its owner cancelled has no calls left and goes on to be settled.
 */
async function admit(ports: GenerationTaskPorts, input: Record<string, unknown>): Promise<Admitted> {
  const generationId = String(input.generationId)
  const now = ports.now()
  const claimed = await ports.generations.claim(generationId, { holder: String(input.holder), now, leaseUntil: now + LEASE_MS })
  if (!claimed) return { generationId, go: false, fence: 0, calls: [], concurrency: 1 }
  const { fence } = claimed
  const running = await ports.generations.update(generationId, fence, {
    ...{ state: 'running', attempts: claimed.attempts + 1, startedAt: claimed.startedAt ?? now, dueAt: now + LEASE_MS + MINUTE },
  })
  if (!running) return { generationId, go: false, fence, calls: [], concurrency: 1 }
  if (claimed.state === 'queued')
    await bestEffort(ports, 'telling that a generation runs', () =>
      ports.events.append(running.ownerId, { type: 'generation.running', subjectId: generationId, at: now }),
    )
  const model = await ports.models.find(running.modelId)
  const calls = running.cancelRequestedAt === undefined ? callsOf(running, model?.imagesPerCall ?? 1) : []
  const concurrency = Math.max(1, Math.min(MAX_CONCURRENCY, model?.concurrency ?? 1))
  return { generationId, go: true, fence, calls, concurrency }
}

/** The outputs still owed, in groups of what one call can answer. */
function callsOf({ outputs }: Generation, imagesPerCall: number): { indexes: number[] }[] {
  const owed = outputs.filter(({ state }) => state === 'waiting').map(({ index }) => index)
  const size = Math.max(1, imagesPerCall)
  return Array.from({ length: Math.ceil(owed.length / size) }, (_, at) => ({ indexes: owed.slice(at * size, (at + 1) * size) }))
}

/**
 * Settles, or, when outputs are still owed (a throttle, a service that is away), gives the generation back to the queue, which decides
 * how often. The same in both worlds, since a Standard execution has no queue message of its own.
 */
async function settle(
  ports: GenerationTaskPorts,
  { generationId, fence }: { generationId: string; fence: number },
): Promise<{ generationId: string; settled: boolean }> {
  const generation = await ports.generations.find(generationId)
  if (generation && isSettled(generation)) return { generationId, settled: true }
  if (generation?.fence !== fence) return { generationId, settled: false }
  const isOwed = generation.outputs.some(({ state }) => state === 'waiting')
  if (isOwed && generation.cancelRequestedAt === undefined) {
    await giveBack(ports, generation)
    return { generationId, settled: false }
  }
  const settled = await settleGeneration(ports, generationId, { fence, ending: { state: 'cancelled', reason: 'cancelled' } })
  return { generationId, settled: settled !== undefined }
}

async function giveBack(ports: GenerationTaskPorts, generation: Generation) {
  const { id, fence, ownerId, reason, attempts } = generation
  // Waiting for a rate costs no attempt.
  const isThrottled = reason === 'throttled'
  const delaySeconds = isThrottled ? 60 : backoffSeconds(attempts)
  const dueAt = ports.now() + delaySeconds * 1000 + RESEND_MS
  await ports.generations.update(id, fence, { state: 'queued', attempts: isThrottled ? attempts - 1 : attempts, dueAt })
  await ports.generations.release(id, fence)
  await bestEffort(ports, 'queueing a generation again', () =>
    ports.queues.generation.send({ kind: 'generate', generationId: id }, { ownerId, delaySeconds }),
  )
}

/** Tells the owner that it ended. */
async function tell(ports: GenerationTaskPorts, generationId: string): Promise<{ generationId: string }> {
  const generation = await ports.generations.find(generationId)
  if (generation && isSettled(generation)) await tellSettled(ports, generation)
  return { generationId }
}
