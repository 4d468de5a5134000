import type { GenerationView } from '../../api/types.ts'

/** One day (UTC, as limits count): pictures made and micro-dollars charged. */
export type Day = { day: string; images: number; microUsd: number }
const DAY_MS = 86_400_000

/**
 * The last `days` days up to `now`, empty ones included. `generations` are the newest first, as the API lists them; `isWhole` says that
 * there are no older ones. Days older than the oldest one given are left out, since they may be told only in part.
 */
export function dailyTotals(
  generations: readonly GenerationView[],
  { now, days, isWhole }: { now: number; days: number; isWhole: boolean },
): Day[] {
  const oldest = isWhole ? 0 : Date.parse(generations.at(-1)?.createdAt ?? new Date(now).toISOString())
  const totals = Array.from({ length: days }, (_, i) => dayOf(now - (days - 1 - i) * DAY_MS))
    .filter((day) => Date.parse(day) >= oldest)
    .map((day): Day => ({ day, images: 0, microUsd: 0 }))
  for (const { createdAt, images, chargedMicroUsd = 0 } of generations) {
    const total = totals.find(({ day }) => day === createdAt.slice(0, 10))
    if (!total) continue
    total.images += images.filter(({ state }) => state === 'made').length
    total.microUsd += chargedMicroUsd
  }
  return totals
}
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
