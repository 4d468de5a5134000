import { z } from 'zod'

export const FITS = ['cover', 'contain', 'inside'] as const
export const OUTPUT_FORMATS = ['webp', 'avif', 'jpeg', 'png'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/**
 * A delivery request as a client writes it. `w` and `h` in CSS pixels (times `dpr`), `fm=auto` is settled from Accept,
 * `q` 1–100. Nothing at all means: the original's look, at its size, in the negotiated format.
 */
export const Transform = z.strictObject({
  w: z.int().min(1).max(8192).optional(),
  h: z.int().min(1).max(8192).optional(),
  fit: z.enum(FITS).optional(),
  fm: z.enum([...OUTPUT_FORMATS, 'auto']).optional(),
  q: z.int().min(1).max(100).optional(),
  dpr: z.number().min(1).max(4).optional(),
})
export type Transform = z.infer<typeof Transform>

/** A transform with every choice made: what is stored, cached and encoded. Pixels; never upscales past the original. */
export type SettledTransform = { width: number; height: number; fit: (typeof FITS)[number]; format: OutputFormat; quality: number }

/** Begins every canonical name: raised when the encoder changes what it makes, so that old and new files never collide. */
export const ENCODER_VERSION = 'v1'
/**
 * Widths in pixels of the stored WebP renditions. A picture narrower than a rung is stored at its own width
 * under the first rung that holds it; wider rungs are not made.
 */
export const LADDER = [160, 320, 640, 1280, 2048] as const
/** Width in pixels of the mezzanine: the source of most derivatives, JPEG, or WebP where there is alpha. */
export const MEZZANINE_WIDTH = 1600

/** The canonical name of a rung: `v1/w640.webp`. */
export const rungName = (width: number, format: 'webp' | 'jpeg'): string => `${ENCODER_VERSION}/w${width}.${format}`
/** The canonical name of the mezzanine. */
export const mezzanineName = (format: 'jpeg' | 'webp'): string => `${ENCODER_VERSION}/mezzanine.${format}`
