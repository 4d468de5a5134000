import { cbrt, clamp, cos, fifthRoot, sin, TAU } from './exact.ts'

/** Gamma-encoded sRGB, 0 to 1. */
export type Rgb = readonly [r: number, g: number, b: number]
/** OKLab (Björn Ottosson, 2020): equal steps look equal, so mixing and shading keep hues. */
export type Lab = readonly [l: number, a: number, b: number]

/** IEC 61966-2-1. x^2.4 = x²·x^(2/5). */
export function toLinear(x: number): number {
  if (x <= 0.04045) return x / 12.92
  const y = (x + 0.055) / 1.055
  const r = fifthRoot(y)
  return y * y * r * r
}

/** x^(1/2.4) = x^(1/4)·x^(1/6). */
export function toGamma(x: number): number {
  if (x <= 0.0031308) return x * 12.92
  const root = Math.sqrt(x)
  return 1.055 * Math.sqrt(root) * cbrt(root) - 0.055
}

const STEPS = 4096
const GAMMA = Float32Array.from({ length: STEPS + 2 }, (_, i) => toGamma(i / STEPS))
const LINEAR = Float32Array.from({ length: 256 * 4 + 2 }, (_, i) => toLinear(i / 1024))

/** The same curves by table and interpolation, for whole pictures. */
export const gammaOf = (x: number): number => lookup(GAMMA, clamp(x) * STEPS)
export const linearOf = (x: number): number => lookup(LINEAR, clamp(x) * 1024)

function lookup(table: Float32Array, at: number): number {
  const i = Math.floor(at)
  return table[i]! + (table[i + 1]! - table[i]!) * (at - i)
}

export function labToRgb([L, a, b]: Lab): Rgb {
  const [r, g, bl] = labToLinear(L, a, b)
  return [gammaOf(r), gammaOf(g), gammaOf(bl)]
}

function labToLinear(L: number, a: number, b: number): [number, number, number] {
  const l = L + 0.3963377774 * a + 0.2158037573 * b
  const m = L - 0.1055613458 * a - 0.0638541728 * b
  const s = L - 0.0894841775 * a - 1.291485548 * b
  const l3 = l * l * l
  const m3 = m * m * m
  const s3 = s * s * s
  return [
    4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3,
    -1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3,
    -0.0041960863 * l3 - 0.7034186147 * m3 + 1.707614701 * s3,
  ]
}

export function rgbToLab([red, green, blue]: Rgb): Lab {
  const r = linearOf(red)
  const g = linearOf(green)
  const b = linearOf(blue)
  const l = root3(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = root3(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = root3(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

const ROOTS = Float32Array.from({ length: STEPS + 2 }, (_, i) => cbrt(i / STEPS))
// The cube root is steep near 0, where a table lies: dark pixels are reckoned.
const root3 = (x: number) => (x < 0.02 ? cbrt(x) : lookup(ROOTS, clamp(x) * STEPS))

/** Lightness 0–1, chroma 0–0.37, hue in degrees; chroma is reduced until the colour exists in sRGB. */
export function oklch(L: number, C: number, hue: number): Rgb {
  const angle = (hue / 360) * TAU
  const ca = cos(angle)
  const sa = sin(angle)
  const l = clamp(L)
  for (let c = C; c > 0.002; c *= 0.92) {
    const linear = labToLinear(l, c * ca, c * sa)
    if (linear.every((channel) => channel >= -0.0005 && channel <= 1.0005)) return labToRgb([l, c * ca, c * sa])
  }
  return labToRgb([l, 0, 0])
}

export const chroma = ([, a, b]: Lab): number => Math.sqrt(a * a + b * b)

/** Mixed in OKLab. */
export function blend(from: Rgb, to: Rgb, t: number): Rgb {
  if (t <= 0) return from
  if (t >= 1) return to
  const a = rgbToLab(from)
  const b = rgbToLab(to)
  return labToRgb([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t])
}

/** Lighter (or darker) by `by` of lightness, with chroma scaled. */
export function tone(color: Rgb, by: number, saturation = 1): Rgb {
  const [l, a, b] = rgbToLab(color)
  return labToRgb([clamp(l + by), a * saturation, b * saturation])
}

/** `#rrggbb` as a colour; undefined when it is none. */
export function fromHex(hex: string): Rgb | undefined {
  const digits = /^#?([0-9a-f]{6})$/i.exec(hex.trim())?.[1]
  if (!digits) return undefined
  const value = Number.parseInt(digits, 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}
