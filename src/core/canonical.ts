// Free of imports: the CDN's edge function, at most 10 KB, is made of this file and core/link.ts.

export const FITS = ['cover', 'contain', 'inside'] as const
export type Fit = (typeof FITS)[number]
export const OUTPUT_FORMATS = ['webp', 'avif', 'jpeg', 'png'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** Begins every canonical name: raised when the encoder changes what it makes, so that old and new files never collide. */
export const ENCODER_VERSION = 'v1'
/**
 * Widths in pixels of the stored WebP renditions. A picture narrower than a rung is stored at its own width
 * under the first rung that holds it; wider rungs are not made.
 */
export const LADDER = [160, 320, 640, 1280, 2048] as const
/** Width in pixels of the mezzanine: the source of most derivatives, JPEG, or WebP where there is alpha. */
export const MEZZANINE_WIDTH = 1600
/** Quality where none is asked for. The scales differ: AVIF at 50 looks like WebP at 80. PNG is lossless and takes none. */
export const DEFAULT_QUALITY: Record<OutputFormat, number> = { webp: 80, avif: 50, jpeg: 80, png: 100 }
/** Longest side that may be asked for before `dpr`, pixels. */
export const MAX_ASKED_SIDE = 8192

/** The canonical name of a rung: `v1/w640.webp`. */
export const rungName = (width: number, format: 'webp' | 'jpeg'): string => `${ENCODER_VERSION}/w${width}.${format}`
/** The canonical name of the mezzanine. */
export const mezzanineName = (format: 'jpeg' | 'webp'): string => `${ENCODER_VERSION}/mezzanine.${format}`
/** The rungs that are made of a picture of this width: those whose next smaller one does not hold all of it. */
export const rungsOf = (width: number): number[] => LADDER.filter((_, at) => at === 0 || width > LADDER[at - 1]!)

/** What a client asked for, as numbers and words. Every field optional; see `Transform`. */
export type AskedTransform = {
  w?: number | undefined
  h?: number | undefined
  fit?: Fit | undefined
  fm?: OutputFormat | 'auto' | undefined
  q?: number | undefined
  dpr?: number | undefined
}
export type FieldProblem = { path: string; problem: string }

const WHOLE = /^[1-9]\d{0,4}$/
const RATIO = /^[1-4](\.\d{1,3})?$/

/** A query as a transform. Strict: a parameter that is unknown, repeated or out of range is named, never passed over. */
export function readTransform(query: readonly (readonly [string, string])[]): { transform: AskedTransform } | FieldProblem {
  const transform: AskedTransform = {}
  const seen: string[] = []
  for (const [path, value] of query) {
    if (seen.includes(path)) return { path, problem: 'is given twice; give it once' }
    seen.push(path)
    const problem = readParameter(transform, path, value)
    if (problem) return { path: path.slice(0, 40), problem }
  }
  return { transform }
}

function readParameter(into: AskedTransform, path: string, value: string): string | undefined {
  switch (path) {
    case 'w':
    case 'h':
      return WHOLE.test(value) && Number(value) <= MAX_ASKED_SIDE
        ? void (into[path] = Number(value))
        : `give a whole number of pixels from 1 to ${MAX_ASKED_SIDE}`
    case 'q':
      return WHOLE.test(value) && Number(value) <= 100 ? void (into.q = Number(value)) : 'give a whole number from 1 to 100'
    case 'dpr':
      return RATIO.test(value) && Number(value) <= 4 ? void (into.dpr = Number(value)) : 'give a number from 1 to 4'
    case 'fit':
      return FITS.includes(value as Fit) ? void (into.fit = value as Fit) : `give one of ${FITS.join(', ')}`
    case 'fm':
      return value === 'auto' || OUTPUT_FORMATS.includes(value as OutputFormat)
        ? void (into.fm = value as OutputFormat)
        : `give one of ${OUTPUT_FORMATS.join(', ')}, auto`
    default:
      return 'is unknown; a picture takes w, h, fit, fm, q and dpr'
  }
}

/**
 * What is asked for in one spelling, without the encoder's version: `w640-h480-cover-q70.webp`. Two requests for the same picture have the
 * same name: `dpr` is multiplied in, the default quality left out, and so is what changes nothing (`fit` without both sides, `dpr` without
 * any, `q` of a PNG). `auto` stays `auto`: it is what a link's signature covers.
 */
export function requestName({ w, h, fit, fm = 'auto', q, dpr = 1 }: AskedTransform): string {
  const parts: string[] = []
  if (w !== undefined) parts.push(`w${Math.round(w * dpr)}`)
  if (h !== undefined) parts.push(`h${Math.round(h * dpr)}`)
  // The whole picture, nothing cut off, unless somebody asks for a cut.
  if (w !== undefined && h !== undefined) parts.push(fit ?? 'inside')
  if (q !== undefined && fm !== 'png' && !(fm !== 'auto' && q === DEFAULT_QUALITY[fm])) parts.push(`q${q}`)
  return `${parts.join('-') || 'full'}.${fm}`
}

/** The stored name of a transform in a settled format. A plain rung is exactly `rungName`. */
export const canonicalOf = (transform: AskedTransform, format: OutputFormat): string =>
  `${ENCODER_VERSION}/${requestName({ ...transform, fm: format })}`

/** True for the names that one ladder signature covers: the stored renditions, so that it makes nothing new. */
export const isLadderName = (canonical: string): boolean =>
  LADDER.some((width) => canonical === rungName(width, 'webp')) || canonical === rungName(320, 'jpeg')

const REQUEST = /^(?:full|(?:w(\d{1,5}))?-?(?:h(\d{1,5}))?(?:-(cover|contain|inside))?)?(?:-?q(\d{1,3}))?\.(webp|avif|jpeg|png)$/

/** A canonical name taken apart; undefined for one that `canonicalOf` would not write, so that nothing has two names. */
export function parseCanonical(canonical: string): (AskedTransform & { fm: OutputFormat }) | undefined {
  const prefix = `${ENCODER_VERSION}/`
  const found = canonical.startsWith(prefix) ? REQUEST.exec(canonical.slice(prefix.length)) : null
  if (!found) return undefined
  const [, w, h, fit, q, format] = found
  const transform: AskedTransform & { fm: OutputFormat } = { fm: format as OutputFormat }
  if (w) transform.w = Number(w)
  if (h) transform.h = Number(h)
  if (fit) transform.fit = fit as Fit
  if (q) transform.q = Number(q)
  const isWithin = [transform.w, transform.h].every((side) => side === undefined || (side >= 1 && side <= MAX_ASKED_SIDE * 4))
  const isQuality = transform.q === undefined || (transform.q >= 1 && transform.q <= 100)
  return isWithin && isQuality && canonicalOf(transform, transform.fm) === canonical ? transform : undefined
}

/**
 * The best format that an Accept header names: AVIF, WebP, else JPEG. Only what is named counts: a wildcard is also sent by what shows
 * neither. JPEG and not PNG is the last resort: whether a picture has alpha is not known before it is looked up.
 */
export function formatFor(accept: string | undefined): 'avif' | 'webp' | 'jpeg' {
  const named = (accept ?? '').toLowerCase().split(',')
  const takes = (type: string) => named.some((one) => one.split(';')[0]!.trim() === type && !/;\s*q=0(\.0*)?\s*(;|$)/.test(one))
  return takes('image/avif') ? 'avif' : takes('image/webp') ? 'webp' : 'jpeg'
}
