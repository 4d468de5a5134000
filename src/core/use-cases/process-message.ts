import { errorName } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Generation } from '../generation.ts'
import type { Image } from '../image.ts'
import { originalPrefix, renditionPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { Message } from '../ports/queue.ts'
import type { WorkflowOutcome } from '../ports/workflows.ts'
import { backoffSeconds, INBOX_MS, MAX_ATTEMPTS, MINUTE, RESEND_MS, THROTTLED_MS, WAITING_MS } from '../times.ts'
import { finishImage } from './finish-image.ts'
import { type ExportPorts, makeExport } from './make-export.ts'
import { rateOf } from './make-outputs.ts'
import { caughtError } from './processing-tasks.ts'
import { isSettled, type SettlePorts, settleGeneration, tellSettled } from './settle-generation.ts'

export type ProcessPorts = SettlePorts & ExportPorts & Pick<Ports, 'queues' | 'workflows' | 'models' | 'rates' | 'newId'>
type Run = { bootId: string; signal?: AbortSignal }

/**
 * Handles one message of either queue, whatever came of it before: runs its workflow and removes it, waits for a rate without an
 * attempt, retries what may pass with growing pauses, and after the last attempt sets it aside and ends the work with the reason.
 * Throws only when the studio's own stores fail; the message then comes again.
 */
export async function processMessage(ports: ProcessPorts, message: Message, run: Run): Promise<void> {
  if (message.job.kind === 'process') return processImage(ports, { message, imageId: message.job.imageId }, run)
  if (message.job.kind === 'export') return processExport(ports, { message, exportId: message.job.exportId })
  return processGeneration(ports, { message, generationId: message.job.generationId }, run)
}

async function processImage(ports: ProcessPorts, { message, imageId }: { message: Message; imageId: string }, run: Run) {
  const queue = ports.queues.processing
  const image = await ports.images.find(imageId)
  if (!image) await removeLeftovers(ports, message.ownerId, imageId)
  if (image?.state !== 'processing') return queue.remove(message)
  // The attempt is counted before it is made, so that an image that kills its worker is not tried for ever.
  if (image.attempts >= MAX_ATTEMPTS) return abandonImage(ports, { message, image, why: 'the studio stopped while working on this image' })
  const attempts = image.attempts + 1
  const begun = await ports.images.update(imageId, { from: ['processing'] }, { attempts, dueAt: ports.now() + RESEND_MS })
  if (!begun) return queue.remove(message)

  const outcome = await ports.workflows.run('processing', imageId, { imageId }, run.signal)
  if (outcome.outcome !== 'failed') return queue.remove(message)
  if (run.signal?.aborted) return queue.extend(message, 0)
  const { code, message: why } = caughtError({ Error: outcome.error, Cause: outcome.cause })
  logFailure(ports, { imageId, attempts }, outcome)
  if (attempts >= MAX_ATTEMPTS) return abandonImage(ports, { message, image: begun, why })
  const delaySeconds = backoffSeconds(attempts)
  // Waiting for a turn costs no attempt.
  const counted = code === 'throttled' ? attempts - 1 : attempts
  await ports.images.update(imageId, { from: ['processing'] }, { attempts: counted, dueAt: ports.now() + delaySeconds * 1000 + RESEND_MS })
  await queue.postpone(message, delaySeconds)
}

/**
 * An export begins anew at each delivery: it costs nothing but time, so the deliveries are its attempts, those that a crash cut short
 * included. After the last its owner is told that it failed.
 */
async function processExport(ports: ProcessPorts, { message, exportId }: { message: Message; exportId: string }) {
  const queue = ports.queues.processing
  try {
    if (message.receiveCount > MAX_ATTEMPTS) throw new StudioError('unavailable', 'the studio stopped while making this export')
    await makeExport(ports, exportId)
    return await queue.remove(message)
  } catch (error) {
    const why = errorName(error)
    ports.telemetry.log('warn', 'an export failed', { exportId, deliveries: message.receiveCount, error: why })
    if (message.receiveCount < MAX_ATTEMPTS) return queue.extend(message, backoffSeconds(message.receiveCount))
    await ports.uploads.fail(exportId, ports.now() + INBOX_MS)
    ports.telemetry.count('dead_letters', 1, { queue: 'processing' })
    return queue.setAside(message, why)
  }
}

/** A worker that was writing while the image was purged may have left files that no row names. Ids are never used twice. */
async function removeLeftovers(ports: ProcessPorts, ownerId: string, imageId: string) {
  await ports.blobs.purge(renditionPrefix(imageId))
  await ports.blobs.purge(originalPrefix(ownerId, imageId))
}

async function abandonImage(ports: ProcessPorts, { message, image, why }: { message: Message; image: Image; why: string }) {
  const ending = { state: 'failed', reason: 'processing_failed', reasonDetail: why, from: ['processing'] } as const
  await finishImage(ports, image, ending)
  ports.telemetry.count('dead_letters', 1, { queue: 'processing' })
  await ports.queues.processing.setAside(message, why)
}

async function processGeneration(ports: ProcessPorts, { message, generationId }: { message: Message; generationId: string }, run: Run) {
  const queue = ports.queues.generation
  const generation = await ports.generations.find(generationId)
  if (!generation) return queue.remove(message)
  if (isSettled(generation)) {
    // It may have been settled by a run that crashed before it could say so.
    await tellSettled(ports, generation)
    return queue.remove(message)
  }
  if (generation.attempts >= MAX_ATTEMPTS || isTooOld(generation, ports.now()))
    return abandonGeneration(ports, { message, generation, run })
  const waitSeconds = generation.cancelRequestedAt === undefined ? await secondsToTurn(ports, generation) : 0
  if (waitSeconds > 0) {
    await ports.generations.defer(generationId, ports.now() + waitSeconds * 1000 + RESEND_MS)
    return queue.postpone(message, waitSeconds)
  }

  const holder = `${run.bootId}.${ports.newId()}`
  // A run that ended without settling is not run again under its name: Step Functions keeps names for 90 days.
  const runId = generation.fence === 0 ? generationId : `${generationId}-${generation.fence}`
  const outcome = await ports.workflows.run('generation', runId, { generationId, holder }, run.signal)
  if (outcome.outcome !== 'failed') return queue.remove(message)
  logFailure(ports, { generationId, attempts: generation.attempts }, outcome)
  // Ours again by the same holder, so that the next attempt need not wait for the lease.
  const now = ports.now()
  const claimed = await ports.generations.claim(generationId, { holder, now, leaseUntil: now + MINUTE })
  if (claimed) await ports.generations.release(generationId, claimed.fence)
  if (run.signal?.aborted) return queue.extend(message, 0)
  await queue.postpone(message, backoffSeconds(generation.attempts + 1))
}

/** Waiting costs no attempt, so it is bounded by time: shorter once it has begun, long enough for any line before that. */
const isTooOld = ({ createdAt, startedAt }: Generation, now: number): boolean =>
  startedAt === undefined ? now - createdAt > WAITING_MS : now - startedAt > THROTTLED_MS

/** Seconds until the model's rate has room for one more call; 0 when the turn was taken. */
async function secondsToTurn(ports: ProcessPorts, { modelId }: Generation): Promise<number> {
  const model = await ports.models.find(modelId)
  if (!model) return 0
  const turn = await ports.rates.take(`model/${modelId}`, { ...rateOf(model), now: ports.now() })
  return turn.taken ? 0 : Math.min(900, Math.max(1, Math.ceil(turn.waitMs / 1000)))
}

type Abandon = { message: Message; generation: Generation; run: Run }

async function abandonGeneration(ports: ProcessPorts, { message, generation, run }: Abandon) {
  const { id, reason = 'abandoned', reasonDetail = 'the studio stopped while working on this' } = generation
  const now = ports.now()
  const claimed = await ports.generations.claim(id, { holder: `${run.bootId}.${ports.newId()}`, now, leaseUntil: now + MINUTE })
  // The last attempt may still be running elsewhere: look again.
  if (!claimed) return ports.queues.generation.postpone(message, 60)
  const settled = await settleGeneration(ports, id, { fence: claimed.fence, ending: { state: 'failed', reason, reasonDetail } })
  if (settled) await tellSettled(ports, settled)
  ports.telemetry.count('dead_letters', 1, { queue: 'generation' })
  await ports.queues.generation.setAside(message, reasonDetail)
}

function logFailure(ports: ProcessPorts, about: Record<string, unknown>, outcome: Extract<WorkflowOutcome, { outcome: 'failed' }>) {
  const { code, message } = caughtError({ Error: outcome.error, Cause: outcome.cause })
  ports.telemetry.log('warn', 'a run failed', { ...about, error: outcome.error || errorName(outcome), code, why: message })
}
