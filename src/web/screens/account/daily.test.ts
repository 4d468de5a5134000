import { expect, it } from 'vitest'
import type { GenerationView } from '../../api/types.ts'
import { dailyTotals } from './daily.ts'

const now = Date.parse('2026-11-21T10:00:00Z')
const made = (createdAt: string, states: string[], chargedMicroUsd?: number) =>
  ({ createdAt, images: states.map((state) => ({ id: 'x', state })), chargedMicroUsd }) as unknown as GenerationView

it('counts what was made, and not what was refused, on the day it was asked for', () => {
  const days = dailyTotals([made('2026-11-21T09:00:00Z', ['made', 'refused'], 40_000), made('2026-11-21T00:00:00Z', ['made'], 40_000)], {
    now,
    days: 3,
    isWhole: true,
  })
  expect(days).toEqual([
    { day: '2026-11-19', images: 0, microUsd: 0 },
    { day: '2026-11-20', images: 0, microUsd: 0 },
    { day: '2026-11-21', images: 2, microUsd: 80_000 },
  ])
})

it('leaves out days that it may know only in part', () => {
  const days = dailyTotals([made('2026-11-21T09:00:00Z', ['made']), made('2026-11-20T15:00:00Z', ['made'])], {
    now,
    days: 3,
    isWhole: false,
  })
  expect(days.map(({ day }) => day)).toEqual(['2026-11-21'])
})
