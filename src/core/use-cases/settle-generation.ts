import { type Generation, type GenerationState, type Output, SETTLED_STATES } from '../generation.ts'
import { originalPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import { finishImage } from './finish-image.ts'

export type SettlePorts = Pick<Ports, 'generations' | 'images' | 'blobs' | 'ledger' | 'search' | 'events' | 'telemetry' | 'now'>

/** What becomes of outputs that were not made. */
export type Ending = { state: 'failed' | 'cancelled'; reason: string; reasonDetail?: string }

export const isSettled = ({ state }: Pick<Generation, 'state'>): boolean => (SETTLED_STATES as readonly string[]).includes(state)

/**
 * Ends a generation under the fence: outputs still waiting get `ending`, what was made is charged and the rest refunded, then the state
 * becomes final. Every step may run twice, and the final state is written last, so a crash anywhere is taken
 * up by the next claim. Undefined when a newer claim exists.
 */
export async function settleGeneration(
  ports: SettlePorts,
  id: string,
  how: { fence: number; ending: Ending },
): Promise<Generation | undefined> {
  const before = await ports.generations.find(id)
  if (!before || isSettled(before)) return before
  if (before.fence !== how.fence) return undefined

  for (const output of before.outputs.filter(({ state }) => state === 'waiting')) {
    const ended = await endOutput(ports, { generation: before, output, ending: how.ending })
    if (!(await ports.generations.updateOutput(id, how.fence, ended, 0))) return undefined
  }
  const generation = await ports.generations.find(id)
  if (!generation || generation.fence !== how.fence) return undefined

  const { outputs, estimateMicroUsd } = generation
  const made = outputs.filter(({ state }) => state === 'made').length
  const price = estimateMicroUsd / Math.max(1, outputs.length)
  const { committedMicroUsd } = await ports.ledger.settle(id, { microUsd: Math.round(price * made), images: made })
  const state = stateOf(outputs)
  const settled = await ports.generations.update(id, how.fence, {
    ...{ state, chargedMicroUsd: committedMicroUsd, settledAt: ports.now(), dueAt: undefined },
    ...(state === 'succeeded' ? { reason: undefined, reasonDetail: undefined } : whyNot(generation, how.ending)),
  })
  if (settled) ports.telemetry.count('generations_settled', 1, { state, model: settled.modelId })
  return settled
}

/** Says to the owner that a generation ended; repeated when in doubt, since news is at least once. */
export async function tellSettled(ports: Pick<Ports, 'events' | 'now'>, { id, ownerId }: Generation): Promise<void> {
  await ports.events.append(ownerId, { type: 'generation.settled', subjectId: id, at: ports.now() })
}

/** An output that is not to be made any more; one that was made after all, by a worker that crashed before it could say so, counts. */
async function endOutput(
  ports: SettlePorts,
  { generation, output, ending }: { generation: Generation; output: Output; ending: Ending },
): Promise<Output> {
  const { imageId } = output
  const image = await ports.images.find(imageId)
  if (image && image.width > 0 && image.state !== 'purging') return { ...output, state: 'made' }
  if (image?.state === 'pending') {
    const removed = ending.state === 'cancelled' && (await ports.images.update(imageId, { from: ['pending'] }, { state: 'purging' }))
    const { reason, reasonDetail } = ending
    const failed =
      ending.state === 'failed' &&
      (await finishImage(ports, image, { state: 'failed', reason, from: ['pending'], ...(reasonDetail ? { reasonDetail } : {}) }))
    // Another worker filled it between the two reads: look again.
    if (!removed && !failed) return endOutput(ports, { generation, output, ending })
  }
  // Bytes that were stored but never recorded belong to nobody.
  await ports.blobs.purge(originalPrefix(generation.ownerId, imageId))
  if (ending.state === 'cancelled' && image?.width === 0) await ports.images.remove(imageId)
  return { ...output, state: image?.state === 'rejected' ? 'refused' : ending.state, reason: image?.reason ?? ending.reason }
}

function stateOf(outputs: readonly Output[]): GenerationState {
  const count = (state: Output['state']) => outputs.filter((output) => output.state === state).length
  const made = count('made')
  if (made === outputs.length) return 'succeeded'
  if (count('cancelled') > 0) return 'cancelled'
  if (made > 0) return 'partial'
  return count('refused') > 0 && count('failed') === 0 ? 'refused' : 'failed'
}

/** The first reason that an output has, with the sentence noted when it happened. */
function whyNot({ outputs, reason, reasonDetail }: Generation, ending: Ending) {
  const first = outputs.find(({ state }) => state !== 'made')
  const code = first?.reason ?? ending.reason
  const detail = code === ending.reason ? (ending.reasonDetail ?? reasonDetail) : reason === code ? reasonDetail : undefined
  return { reason: code, reasonDetail: detail }
}
