import type { Actor } from '../actor.ts'
import type { GenerationRequest } from '../generation.ts'
import { periodsAt } from '../periods.ts'
import type { Ports } from '../ports/index.ts'
import { type PlanPorts, planGeneration, startsAfter } from './plan-generation.ts'

export type Estimate = {
  modelId: string
  /** Micro-dollars for all pictures. */
  microUsd: number
  images: number
  /** What the tightest money limit leaves before this; absent when nothing limits. */
  remaining?: number
  adjustments: string[]
  /** Integer ms; absent when at once. */
  startsAfter?: number
}

/** What a generation would cost and when it would begin. Checks the request as accepting it would, and spends and keeps nothing. */
export async function estimateGeneration(
  ports: PlanPorts & Pick<Ports, 'ledger'>,
  actor: Actor,
  request: GenerationRequest,
): Promise<Estimate> {
  const { model, request: settled, adjustments, microUsdPerImage } = await planGeneration(ports, actor, request)
  const starts = await startsAfter(ports, model)
  const remaining = await remainingMicroUsd(ports, actor.id)
  return {
    ...{ modelId: model.id, microUsd: microUsdPerImage * settled.count, images: settled.count, adjustments },
    ...(remaining === undefined ? {} : { remaining }),
    ...(starts === undefined ? {} : { startsAfter: starts }),
  }
}

/** Micro-dollars that the tightest of the owner's periods leaves; undefined when none is limited. */
async function remainingMicroUsd(ports: Pick<Ports, 'ledger' | 'policy' | 'now'>, ownerId: string): Promise<number | undefined> {
  const periods = periodsAt(ports.now(), ports.policy, await ports.ledger.limits(ownerId))
  const used = await ports.ledger.usage(
    ownerId,
    periods.map(({ period }) => period),
  )
  const left = periods.flatMap(({ period, limitMicroUsd }) => {
    if (limitMicroUsd === undefined) return []
    return [Math.max(0, limitMicroUsd - (used.find((usage) => usage.period === period)?.microUsd ?? 0))]
  })
  return left.length === 0 ? undefined : Math.min(...left)
}
