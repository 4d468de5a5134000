import { describe, expect, it } from 'vitest'
import { synthesized } from '../testing.ts'
import { ALARMED, estimate, totalOf } from './estimate.ts'
import { monthOf, tableOf } from './main.ts'
import { PRICES } from './prices.data.ts'

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
    for (const part of ['CloudFront', 'DynamoDB', 'without the models', 'found on 2026-11-21', 'visitsPerUser'])
      expect(table).toContain(part)
  })

  it('adds up to what a hand with the price list comes to', () => {
    const usd = Object.fromEntries(estimate(month).map(({ service, usd }) => [service, usd]))
    // 12 months of 10,000 images: originals 25 GB a month (1 standard, 2 infrequent, 9 instant), large renditions 12 GB (1 and 11
    // infrequent), small ones 2 GB that stay.
    expect(usd['S3, bytes']).toBeCloseTo((25 + 12 + 24) * 0.025 + (50 + 132) * 0.0138 + 225 * 0.005, 6)
    expect(usd['API Gateway']).toBeCloseTo(0.2 * 4.25, 6)
    expect(usd['Lambda']).toBe(0)
    expect(usd['SQS']).toBeCloseTo((1.374 - 1) * 0.4, 6)
    expect(usd['CloudFront']).toBeCloseTo((2 * (100e6 / 60) + 200_000 - 2e6) * 1e-7, 6)
    expect(usd['CloudWatch']).toBeCloseTo(15 * 0.3 + (ALARMED.small - 10) * 0.1, 6)
    expect(usd['X-Ray']).toBeCloseTo(0.11 * 5, 6)
  })

  it('says which lines rest on figures that AWS does not confirm', () => {
    const { evidence, what } = PRICES.s3.readInfrequent
    expect(evidence).toBe('unverified')
    expect(tableOf(month)).toContain(`${what}, UNVERIFIED`)
    expect(estimate(month).find(({ service }) => service === 'API Gateway')!.doubts).toEqual([])
    // Nothing is delivered, so nothing is read back, and what nobody pays for is in no doubt.
    expect(tableOf({ ...month, transferGb: 0 })).not.toContain('UNVERIFIED')
  })
})

it('names every wrong option with what to write', () => {
  expect(() => monthOf(['--users', 'many', '--profile', 'big'])).toThrow(
    '--users is "many": write a number\n--profile is "big": write small or full',
  )
  expect(() => monthOf(['--user', '5'])).toThrow('There are --users, --images, --transfer-gb, --profile, --json')
})
