import { expect, it } from 'vitest'
import { periodsAt } from './periods.ts'

it('names the day and the month in UTC, and when each ends', () => {
  const lastMoment = Date.UTC(2026, 11, 31, 23, 59, 59, 999)
  expect(periodsAt(lastMoment, {})).toEqual([
    { period: '2026-12-31', resetsAt: Date.UTC(2027, 0, 1) },
    { period: '2026-12', resetsAt: Date.UTC(2027, 0, 1) },
  ])
  expect(periodsAt(lastMoment + 1, {}).map(({ period }) => period)).toEqual(['2027-01-01', '2027-01'])
})

it("puts an owner's limit before the operator's, and lifts one with null", () => {
  const policy = { dayMicroUsd: 100, dayImages: 5, monthMicroUsd: 1000 }
  const [day, month] = periodsAt(0, policy, { dayMicroUsd: 7, monthMicroUsd: null })
  expect(day).toMatchObject({ limitMicroUsd: 7, limitImages: 5 })
  expect(month).not.toHaveProperty('limitMicroUsd')
})
