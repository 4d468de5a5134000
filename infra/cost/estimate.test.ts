import { describe, expect, it } from 'vitest'
import { synthesized } from '../testing.ts'
import { ALARMED, estimate, totalOf } from './estimate.ts'
import { monthOf, tableOf } from './main.ts'

const month = { users: 1000, images: 10_000, transferGb: 100, profile: 'small' } as const

describe('the bill on paper', () => {
  it('is at most $20 for a small studio of a thousand people, without the models', () => {
    expect(totalOf(estimate(month))).toBeLessThanOrEqual(20)
  })

  it('is near nothing when nobody comes', () => {
    expect(totalOf(estimate({ ...month, users: 0, images: 0, transferGb: 0 }))).toBeLessThan(10)
  })

  it('grows with people, pictures and delivery', () => {
    for (const more of [{ users: 100_000 }, { images: 100_000 }, { transferGb: 5000 }]) {
      expect(totalOf(estimate({ ...month, ...more }))).toBeGreaterThan(totalOf(estimate(month)))
    }
  })

  it('counts the alarms that the stacks make', () => {
    for (const [stage, profile] of [
      ['dev', 'small'],
      ['prod', 'full'],
    ] as const) {
      const alarms = Object.values(synthesized(stage).operations.findResources('AWS::CloudWatch::Alarm'))
      const metrics = alarms.flatMap(({ Properties }) => Properties.Metrics?.filter((one: any) => one.MetricStat) ?? [{}])
      const bands = alarms.flatMap(({ Properties }) => Properties.Metrics ?? []).filter((one: any) => /ANOMALY/.test(one.Expression ?? ''))
      // AWS bills a band as two metrics more than the one that it is laid around.
      expect(metrics.length + 2 * bands.length).toBe(ALARMED[profile])
    }
  })

  it('is shown by service, with what was assumed and when prices were written down', () => {
    const table = tableOf(month)
    for (const part of ['CloudFront', 'DynamoDB', 'without the models', 'as of 2026-11-21', 'visitsPerUser']) expect(table).toContain(part)
  })
})

it('names every wrong option with what to write', () => {
  expect(() => monthOf(['--users', 'many', '--profile', 'big'])).toThrow(
    '--users is "many": write a number\n--profile is "big": write small or full',
  )
})
