import type { Preparation } from '#core/ports/pixels.ts'

export type Size = { width: number; height: number }

/** The size within both limits, in the picture's own aspect. */
export function sizeWithin({ width, height }: Size, { maxSide = Infinity, maxPixels = Infinity }: Preparation): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height), Math.sqrt(maxPixels / (width * height)))
  if (scale === 1) return { width, height }
  // Rounded down: a limit is a limit.
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) }
}
