import type { Actor } from '../actor.ts'
import { periodsAt } from '../periods.ts'
import type { Ports } from '../ports/index.ts'
import type { PeriodLimit, Usage } from '../ports/ledger.ts'

/** One period as its owner sees it: what is used (committed and reserved) beside the limits in force. `resetsAt` integer ms. */
export type PeriodUsage = Usage & PeriodLimit

/** What the actor has used today and this month, UTC, and what limits them. */
export async function usage(ports: Pick<Ports, 'ledger' | 'policy' | 'now'>, actor: Actor): Promise<PeriodUsage[]> {
  const periods = periodsAt(ports.now(), ports.policy, await ports.ledger.limits(actor.id))
  const used = await ports.ledger.usage(
    actor.id,
    periods.map(({ period }) => period),
  )
  return periods.map((limit) => ({ microUsd: 0, images: 0, ...used.find(({ period }) => period === limit.period), ...limit }))
}
