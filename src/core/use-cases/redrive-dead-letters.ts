import { isStudioError } from '../errors.ts'
import type { QueueName } from '../ports/queue.ts'
import { type ProcessAgainPorts, restartProcessing } from './process-again.ts'

/**
 * Gives work that was set aside another three attempts: failed images go back to processing, then their letters are sent again. A
 * generation that was settled stays settled (its money was refunded); its owner retries it. Returns how many letters were sent.
 */
export async function redriveDeadLetters(ports: ProcessAgainPorts, queue: QueueName, limit: number): Promise<number> {
  for (const { job } of await ports.queues[queue].listDead(limit)) {
    const image = job.kind === 'process' ? await ports.images.find(job.imageId) : undefined
    if (image?.state !== 'failed') continue
    await restartProcessing(ports, image).catch((error) => {
      // Its bytes are gone or somebody else was faster: its letter then finds nothing to do.
      if (!isStudioError(error)) throw error
    })
  }
  return ports.queues[queue].redrive(limit)
}
