import type { Policy } from './ports/index.ts'
import type { OwnerLimits, PeriodLimit } from './ports/ledger.ts'

type Limits = Pick<Policy, 'dayMicroUsd' | 'monthMicroUsd' | 'dayImages' | 'monthImages'>

/** The day and month, UTC, that `now` falls in, with the limits in force: the owner's own where set, `null` lifting the operator's. */
export function periodsAt(now: number, policy: Limits, ownerLimits: OwnerLimits = {}): PeriodLimit[] {
  const date = new Date(now)
  const iso = date.toISOString()
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  return [
    {
      period: iso.slice(0, 10),
      resetsAt: Date.UTC(year, month, day + 1),
      ...limit('limitMicroUsd', ownerLimits.dayMicroUsd, policy.dayMicroUsd),
      ...limit('limitImages', ownerLimits.dayImages, policy.dayImages),
    },
    {
      period: iso.slice(0, 7),
      resetsAt: Date.UTC(year, month + 1, 1),
      ...limit('limitMicroUsd', ownerLimits.monthMicroUsd, policy.monthMicroUsd),
      ...limit('limitImages', ownerLimits.monthImages, policy.monthImages),
    },
  ]
}

function limit(name: 'limitMicroUsd' | 'limitImages', own: number | null | undefined, byDefault: number | undefined) {
  const value = own === undefined ? byDefault : own
  return value === undefined || value === null ? {} : { [name]: value }
}
