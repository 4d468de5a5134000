import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { justify } from './justify.ts'

const frame = { width: 1000, target: 200, gap: 6 }

describe('the justified grid', () => {
  it('fills every row but the last to the pixel, and loses no image', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 20, noNaN: true }), { maxLength: 200 }),
        fc.integer({ min: 320, max: 2400 }),
        (ratios, width) => {
          const rows = justify(ratios, { ...frame, width })
          expect(rows.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at))).toEqual(
            ratios.map((_, at) => at),
          )
          for (const row of rows.slice(0, -1)) {
            expect(row.widths.reduce((sum, one) => sum + one, 0) + (row.widths.length - 1) * frame.gap).toBe(width)
            expect(row.height).toBeLessThanOrEqual(frame.target)
            expect(Math.min(...row.widths)).toBeGreaterThan(0)
          }
        },
      ),
    )
  })

  it('keeps the last row at the target height, however few it holds', () => {
    expect(justify([1.5], frame)).toEqual([{ start: 0, end: 1, height: 200, widths: [300] }])
  })

  it('shows an image without a size as a square, and nothing without a width', () => {
    expect(justify([Number.NaN], frame)[0]!.widths).toEqual([200])
    expect(justify([1], { ...frame, width: 0 })).toEqual([])
  })
})
