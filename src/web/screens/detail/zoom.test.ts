import { describe, expect, it } from 'vitest'
import { FITTED, fittedSize, MOST, panBy, zoomAt } from './zoom.ts'

const frame = { width: 800, height: 600 }
const fitted = { width: 800, height: 400 }

describe('looking at a picture', () => {
  it('fits a large picture and leaves a small one at its size', () => {
    expect(fittedSize({ width: 4000, height: 2000 }, frame)).toEqual({ width: 800, height: 400 })
    expect(fittedSize({ width: 64, height: 64 }, frame)).toEqual({ width: 64, height: 64 })
  })

  it('keeps what is under the pointer under it', () => {
    const zoomed = zoomAt(FITTED, 4, { x: 200, y: 100 }, fitted, frame)
    // The point of the picture at (200, 100) is now at offset + 4 × (200, 100).
    expect([zoomed.x + 4 * 200, zoomed.y + 4 * 100]).toEqual([200, 100])
  })

  it('never shows what lies beyond an edge, and comes back to the middle', () => {
    const zoomed = zoomAt(FITTED, 2, { x: 0, y: 0 }, fitted, frame)
    expect(panBy(zoomed, 5000, 5000, fitted, frame)).toEqual({ scale: 2, x: 400, y: 100 })
    expect(zoomAt(panBy(zoomed, 5000, 5000, fitted, frame), 0.01, { x: 0, y: 0 }, fitted, frame)).toEqual(FITTED)
    expect(zoomAt(FITTED, 1e9, { x: 0, y: 0 }, fitted, frame).scale).toBe(MOST)
  })
})
