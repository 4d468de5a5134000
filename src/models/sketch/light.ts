import { blend, type Lab, labToRgb, oklch, type Rgb, rgbToLab } from './color.ts'
import { clamp, mix, type Random } from './exact.ts'
import type { Wishes } from './lexicon.ts'

type Lch = readonly [l: number, c: number, h: number]
type Hour = {
  /** From the zenith to the horizon. */
  sky: readonly Lch[]
  /** The colour of direct light. */
  sun: Lch
  /** What the distance fades into. */
  haze: Lch
  brightness: number
  /** Height of the sun or moon, as a part of the sky. */
  height: number
}

/** The light of each hour, in OKLCH. */
const HOURS: Record<string, Hour> = {
  dawn: {
    sky: [
      [0.6, 0.085, 262],
      [0.74, 0.075, 300],
      [0.84, 0.085, 20],
      [0.93, 0.08, 75],
    ],
    sun: [0.94, 0.09, 75],
    haze: [0.86, 0.06, 40],
    brightness: 0.86,
    height: 0.16,
  },
  noon: {
    sky: [
      [0.58, 0.13, 250],
      [0.7, 0.115, 240],
      [0.82, 0.08, 230],
      [0.945, 0.03, 215],
    ],
    sun: [0.985, 0.04, 95],
    haze: [0.88, 0.045, 230],
    brightness: 1,
    height: 0.68,
  },
  sunset: {
    sky: [
      [0.4, 0.1, 285],
      [0.56, 0.14, 350],
      [0.7, 0.165, 40],
      [0.87, 0.14, 78],
    ],
    sun: [0.9, 0.15, 70],
    haze: [0.74, 0.12, 45],
    brightness: 0.7,
    height: 0.13,
  },
  dusk: {
    sky: [
      [0.24, 0.075, 275],
      [0.36, 0.105, 288],
      [0.52, 0.12, 330],
      [0.72, 0.12, 45],
    ],
    sun: [0.8, 0.13, 50],
    haze: [0.5, 0.1, 320],
    brightness: 0.5,
    height: 0.05,
  },
  night: {
    sky: [
      [0.13, 0.05, 272],
      [0.19, 0.065, 266],
      [0.27, 0.075, 258],
      [0.37, 0.075, 245],
    ],
    sun: [0.93, 0.03, 230],
    haze: [0.31, 0.065, 255],
    brightness: 0.3,
    height: 0.66,
  },
}

/** Hue and chroma of each colour word; white, black and grey have none. */
export const COLORS: Record<string, Lch> = {
  red: [0.58, 0.21, 27],
  orange: [0.73, 0.17, 55],
  yellow: [0.88, 0.17, 98],
  gold: [0.8, 0.14, 85],
  green: [0.66, 0.17, 145],
  teal: [0.72, 0.12, 195],
  blue: [0.58, 0.17, 257],
  purple: [0.53, 0.19, 303],
  pink: [0.78, 0.13, 355],
  brown: [0.48, 0.09, 55],
  white: [0.97, 0.005, 90],
  black: [0.2, 0.01, 270],
  grey: [0.66, 0.01, 260],
}
/** The picture's own colour for a word. */
export const namedColor = (word: string): Rgb => oklch(...(COLORS[word] ?? COLORS.grey!))

export type Light = {
  hour: string
  isNight: boolean
  sky: readonly Rgb[]
  sun: Rgb
  haze: Rgb
  brightness: number
  /** Where the sun or the moon stands, parts of the width and of the sky's height. */
  at: { x: number; y: number }
  /** A material seen under this light, `far` 0 (near) to 1 (lost in haze). */
  dress: (material: Rgb, far?: number) => Rgb
}

/** The light of the prompt's hour, weather, colours and moods, a little different for each seed. */
export function lightOf(wishes: Wishes, random: Random): Light {
  const hour = hourOf(wishes, random)
  const base = HOURS[hour]!
  const skyColor = wishes.subjects.find(({ id }) => id === 'sky')?.color
  const theme = skyColor ?? wishes.colors[0]
  const drift = random.between(-9, 9)
  const adjust = adjustmentOf(wishes)
  const sky = base.sky.map((stop, i) => tinted([stop[0], stop[1], stop[2] + drift], theme, { i, isBound: Boolean(skyColor), adjust }))
  const haze = blend(sky[sky.length - 1]!, tinted(base.haze, theme, { i: 3, isBound: Boolean(skyColor), adjust }), 0.6)
  const sun = oklch(...base.sun)
  const brightness = clamp(base.brightness * adjust.brightness, 0.16, 1)
  const at = {
    x: random.chance(0.5) ? random.between(0.26, 0.4) : random.between(0.6, 0.74),
    y: 1 - base.height * random.between(0.8, 1.15),
  }
  return { hour, isNight: hour === 'night', sky, sun, haze, brightness, at, dress: dresser(sun, haze, brightness) }
}

function hourOf(wishes: Wishes, random: Random): string {
  if (wishes.time) return wishes.time
  const has = (id: string) => wishes.subjects.some((wish) => wish.id === id)
  if (['stars', 'moon', 'crescent', 'aurora', 'meteor', 'fireworks', 'owl', 'space'].some(has)) return 'night'
  if (wishes.weather.includes('clear') || has('rainbow') || has('sunflower')) return 'noon'
  if (wishes.style === 'neon') return random.chance(0.5) ? 'night' : 'dusk'
  if (wishes.moods.includes('dark')) return 'dusk'
  if (wishes.colors.some((color) => ['orange', 'gold', 'red'].includes(color))) return 'sunset'
  if (has('lantern')) return 'dusk'
  return random.pick(['noon', 'dawn', 'sunset', 'noon', 'dusk'])
}

type Adjustment = { brightness: number; chroma: number; lightness: number; grey: number }

function adjustmentOf({ weather, moods, season }: Wishes): Adjustment {
  const a = { brightness: 1, chroma: 1, lightness: 0, grey: 0 }
  if (weather.includes('rain')) Object.assign(a, { brightness: 0.78, grey: 0.5, lightness: -0.08 })
  if (weather.includes('storm')) Object.assign(a, { brightness: 0.55, grey: 0.6, lightness: -0.2 })
  if (weather.includes('fog')) Object.assign(a, { grey: 0.35, brightness: 0.92 })
  if (weather.includes('cloudy')) Object.assign(a, { grey: 0.3, brightness: 0.9 })
  if (weather.includes('snow') || season === 'winter') Object.assign(a, { grey: Math.max(a.grey, 0.25) })
  if (moods.includes('dark')) Object.assign(a, { brightness: a.brightness * 0.7, lightness: a.lightness - 0.1 })
  if (moods.includes('vivid') || moods.includes('dramatic')) a.chroma = 1.3
  if (moods.includes('calm') || moods.includes('vintage')) a.chroma = 0.82
  return a
}

/** A colour word turns the sky's hue: fully when it was said of the sky, otherwise as a theme. */
function tinted([l, c, h]: Lch, word: string | undefined, how: { i: number; isBound: boolean; adjust: Adjustment }): Rgb {
  const { adjust, i, isBound } = how
  const plain = oklch(l + adjust.lightness, c * adjust.chroma * (1 - adjust.grey), h)
  const named = word === undefined ? undefined : COLORS[word]
  if (!named) return plain
  const [nl, nc, nh] = named
  const lift = isBound ? mix(l, nl + (i - 1) * 0.08, 0.6) : l
  const strong = nc < 0.03 ? nc : Math.max(c, nc * (0.95 - i * 0.12))
  return blend(plain, oklch(lift + adjust.lightness * 0.5, strong, nh + i * 6), isBound ? 0.92 : 0.55)
}

/** Darker and towards the light's hue as the light falls; towards the haze with distance. */
function dresser(sun: Rgb, haze: Rgb, brightness: number) {
  const light = rgbToLab(sun)
  return (material: Rgb, far = 0): Rgb => {
    const [l, a, b]: Lab = rgbToLab(material)
    const dim = mix(0.36, 1, brightness)
    const warm = 0.35 * (1 - brightness) + 0.06
    const lit = labToRgb([l * dim, a * mix(0.7, 1, brightness) + light[1] * warm * l, b * mix(0.7, 1, brightness) + light[2] * warm * l])
    return blend(lit, haze, clamp(far))
  }
}
