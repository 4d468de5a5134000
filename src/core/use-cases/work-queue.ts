import { errorName } from '../best-effort.ts'
import type { Message, QueueName } from '../ports/queue.ts'
import { type ProcessPorts, processMessage } from './process-message.ts'

/** A message is hidden for this long and kept so while its worker lives. */
const VISIBILITY_SECONDS = 60
const HEARTBEAT_MS = (VISIBILITY_SECONDS / 3) * 1000
/** After a failure of the studio's own stores: long enough not to spin, short enough not to be noticed. */
const PAUSE_MS = 1000

type Work = { queue: QueueName; concurrency: number; bootId: string; signal: AbortSignal }

/**
 * Consumes one queue, at most `concurrency` messages at once, until the signal; then takes no more and resolves when those under way
 * have ended. Never rejects: what fails is logged and comes again.
 */
export async function workQueue(ports: ProcessPorts, { queue: name, concurrency, bootId, signal }: Work): Promise<void> {
  const queue = ports.queues[name]
  const underWay = new Set<Promise<void>>()
  while (!signal.aborted) {
    const free = concurrency - underWay.size
    if (free <= 0) {
      await Promise.race(underWay)
      continue
    }
    const messages = await queue
      .receive({ max: Math.min(10, free), visibilitySeconds: VISIBILITY_SECONDS, waitSeconds: 20, signal })
      .catch(async (error) => {
        if (signal.aborted) return []
        ports.telemetry.log('error', 'receiving failed', { queue: name, error: errorName(error) })
        await pause(PAUSE_MS, signal)
        return []
      })
    for (const message of messages) {
      const work = workOne(ports, { name, message, bootId }).finally(() => underWay.delete(work))
      underWay.add(work)
    }
  }
  await Promise.all(underWay)
}

/** Keeps the message hidden while it is worked on. A failure leaves it to come again when its visibility ends. */
async function workOne(ports: ProcessPorts, { name, message, bootId }: { name: QueueName; message: Message; bootId: string }) {
  const queue = ports.queues[name]
  const heartbeat = setInterval(() => void queue.extend(message, VISIBILITY_SECONDS).catch(() => undefined), HEARTBEAT_MS)
  const began = ports.now()
  try {
    await processMessage(ports, message, { bootId })
    ports.telemetry.observe('message_ms', ports.now() - began, { queue: name })
  } catch (error) {
    ports.telemetry.count('message_failures', 1, { queue: name })
    ports.telemetry.log('error', 'a message failed and will come again', { queue: name, job: message.job, error: errorName(error) })
  } finally {
    clearInterval(heartbeat)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
