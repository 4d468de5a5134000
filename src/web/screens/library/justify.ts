/** One row of the grid: which images, how high, and how wide each is. Pixels. */
export type Row = { start: number; end: number; height: number; widths: number[] }

const WIDEST = 4
const NARROWEST = 0.4

/**
 * Rows of equal height that fill the width exactly, in order: each takes images until its height would fall to the target. The last row
 * keeps the target height. Panoramas and slivers are held within bounds, so that one picture cannot make a row of its own thin stripe.
 * One pass, no measuring of the page: 100,000 images take a few milliseconds.
 */
export function justify(ratios: readonly number[], { width, target, gap }: { width: number; target: number; gap: number }): Row[] {
  const rows: Row[] = []
  if (width <= 0) return rows
  let start = 0
  let sum = 0
  for (let index = 0; index < ratios.length; index++) {
    sum += bounded(ratios[index]!)
    const gaps = (index - start) * gap
    const height = (width - gaps) / sum
    if (height > target) continue
    rows.push(rowOf(start, index + 1, height, width))
    start = index + 1
    sum = 0
  }
  if (start < ratios.length) rows.push(rowOf(start, ratios.length, target, undefined))
  return rows

  function rowOf(from: number, to: number, height: number, fill: number | undefined): Row {
    const whole = Math.round(height)
    const widths = ratios.slice(from, to).map((ratio) => Math.round(bounded(ratio) * height))
    if (fill !== undefined) {
      // What rounding left over goes to the last, so that the edge is straight.
      const used = widths.reduce((total, one) => total + one, 0) + (widths.length - 1) * gap
      widths[widths.length - 1]! += fill - used
    }
    return { start: from, end: to, height: whole, widths }
  }
}

/** Width over height, kept within what a grid can show. An image not inspected yet counts as a square. */
const bounded = (ratio: number) => (Number.isFinite(ratio) && ratio > 0 ? Math.min(WIDEST, Math.max(NARROWEST, ratio)) : 1)
