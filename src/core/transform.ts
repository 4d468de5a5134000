import { z } from 'zod'
import {
  DEFAULT_QUALITY,
  FITS,
  type Fit,
  MAX_ASKED_SIDE,
  OUTPUT_FORMATS,
  type OutputFormat,
  parseCanonical,
  readTransform,
} from './canonical.ts'
import { StudioError } from './errors.ts'

// The names stand in a file without imports, for the edge; whoever has zod at hand takes everything from here.
export { canonicalOf, DEFAULT_QUALITY, LADDER, MEZZANINE_WIDTH, mezzanineName, type OutputFormat, rungName } from './canonical.ts'

/**
 * A delivery request as a client writes it. `w` and `h` in CSS pixels (times `dpr`), `fm=auto` is settled from Accept,
 * `q` 1–100. Nothing at all means: the original's look, at its size, in the negotiated format. With both sides `fit` is `inside`
 * unless said otherwise: the whole picture within them.
 */
export const Transform = z.strictObject({
  w: z.int().min(1).max(MAX_ASKED_SIDE).optional(),
  h: z.int().min(1).max(MAX_ASKED_SIDE).optional(),
  fit: z.enum(FITS).optional(),
  fm: z.enum([...OUTPUT_FORMATS, 'auto']).optional(),
  q: z.int().min(1).max(100).optional(),
  // Three decimals at most, as the query takes it: a link must ask for exactly what its signature covers.
  dpr: z.number().min(1).max(4).multipleOf(0.001).optional(),
})
export type Transform = z.infer<typeof Transform>

/** A transform with every choice made: what is stored, cached and encoded. Pixels; never upscales past the original. */
export type SettledTransform = { width: number; height: number; fit: Fit; format: OutputFormat; quality: number }

/** The transform in a query. Unknown, repeated and senseless parameters are `invalid_input`, naming the parameter. */
export function parseTransform(query: Iterable<readonly [string, string]>): Transform {
  const read = readTransform([...query])
  if ('transform' in read) return read.transform as Transform
  const { path, problem } = read
  throw new StudioError('invalid_input', `parameter ${JSON.stringify(path)} ${problem}`, { fields: [{ path, problem }] })
}

/**
 * What a canonical name means for this picture: nothing is enlarged, so a box larger than the picture is brought down in its own aspect.
 * `invalid_input` for a name that no request can have. JPEG has no alpha: there the encoder lays the picture on white.
 */
export function settle(canonical: string, { width, height }: { width: number; height: number }): SettledTransform {
  const asked = parseCanonical(canonical)
  if (!asked) throw new StudioError('invalid_input', `${JSON.stringify(canonical.slice(0, 80))} is no name of a derivative`)
  const { w, h, fit = 'inside', fm: format, q: quality = DEFAULT_QUALITY[format] } = asked
  const perWidth = w === undefined ? Infinity : w / width
  const perHeight = h === undefined ? Infinity : h / height
  if (fit === 'inside') return { ...sized({ width, height }, Math.min(1, perWidth, perHeight)), fit, format, quality }
  // `cover` fills the box, so its tighter side decides; `contain` lies within it, so its wider side does.
  const scale = fit === 'cover' ? Math.max(perWidth, perHeight) : Math.min(perWidth, perHeight)
  return { ...sized({ width: w!, height: h! }, Math.min(1, 1 / scale)), fit, format, quality }
}

const sized = (of: { width: number; height: number }, scale: number) => ({
  width: Math.max(1, Math.round(of.width * scale)),
  height: Math.max(1, Math.round(of.height * scale)),
})
