import type { Actor } from '../actor.ts'
import type { Generation } from '../generation.ts'
import { ownGeneration } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { MINUTE } from '../times.ts'
import { isSettled, type SettlePorts, settleGeneration, tellSettled } from './settle-generation.ts'

/**
 * Stops a generation: at once when it waits, within a second when it runs (the call to the model is abandoned). Pictures made before
 * are kept and charged. Idempotent; a settled generation is answered as it is.
 */
export async function cancelGeneration(ports: SettlePorts & Pick<Ports, 'newId'>, actor: Actor, id: string): Promise<Generation> {
  const generation = await ownGeneration(ports, actor, id)
  if (isSettled(generation)) return generation
  return stopGeneration(ports, generation)
}

/** The same for one that may be stopped; also used when everything of an owner is erased. */
export async function stopGeneration(ports: SettlePorts & Pick<Ports, 'newId'>, generation: Generation): Promise<Generation> {
  const { id } = generation
  const now = ports.now()
  const asked = (await ports.generations.requestCancel(id, now)) ?? generation
  const claimed = await ports.generations.claim(id, { holder: `cancel.${ports.newId()}`, now, leaseUntil: now + MINUTE })
  // Held by a worker: it looks once a second, and settles.
  if (!claimed) return (await ports.generations.find(id)) ?? asked
  const settled = await settleGeneration(ports, id, { fence: claimed.fence, ending: { state: 'cancelled', reason: 'cancelled' } })
  if (settled) await tellSettled(ports, settled)
  return settled ?? (await ports.generations.find(id)) ?? asked
}
