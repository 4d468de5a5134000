/** A day (`2026-11-21`) or month (`2026-11`), UTC, with the limits in force; absent limits do not limit. `resetsAt` integer ms. */
export type PeriodLimit = { period: string; limitMicroUsd?: number; limitImages?: number; resetsAt: number }

/** What a period has used: committed and still reserved together. */
export type Usage = { period: string; microUsd: number; images: number }

export type Reservation = {
  /** The generation's id. */
  id: string
  ownerId: string
  periods: string[]
  microUsd: number
  images: number
  state: 'open' | 'settled'
  committedMicroUsd: number
  committedImages: number
  createdAt: number
}

/** Integer micro-dollars per user and period. Reserving is `generations.accept`; this settles, counts and sets limits. */
export interface Ledger {
  /**
   * Commits what was made and refunds the rest to the reservation's own periods, whatever period it is now. Once per reservation:
   * a repeat changes nothing and returns what was committed the first time. Never commits more than was reserved.
   */
  settle(reservationId: string, made: { microUsd: number; images: number }): Promise<Reservation>
  find(reservationId: string): Promise<Reservation | undefined>
  /** Usage of each period asked for; zeros where nothing was used. Strong. */
  usage(ownerId: string, periods: readonly string[]): Promise<Usage[]>
  /** Usage of all owners in a period, largest first, for operators. */
  top(period: string, page: { limit: number }): Promise<(Usage & { ownerId: string })[]>
  /** Limits set for one owner, overriding the operator's defaults. Empty when none. */
  limits(ownerId: string): Promise<OwnerLimits>
  setLimits(ownerId: string, limits: OwnerLimits): Promise<void>
}

/** `null` lifts a default; absent keeps it. */
export type OwnerLimits = {
  dayMicroUsd?: number | null
  monthMicroUsd?: number | null
  dayImages?: number | null
  monthImages?: number | null
  storageBytes?: number | null
}
