import { fillBelow } from './canvas.ts'
import { blend, oklch, type Rgb, tone } from './color.ts'
import { clamp, exp, mix, smooth } from './exact.ts'
import { fbm, fbm1, noise2, ridged1, ridged2 } from './noise.ts'
import { MARK, type Scene } from './scene.ts'

type Range = { base: number; height: number; seed: number; far: number; mark: number; snow: number; frequency: number; peakX: number }

const ROCK = oklch(0.47, 0.045, 262)
const SNOW = oklch(0.97, 0.012, 245)

/** Two or three ranges, each nearer, darker and lower; the first has a chief summit beside the middle. */
export function paintMountains(scene: Scene): void {
  const { on, horizon, random, light } = scene
  const draw = random.fork('mountains')
  const count = draw.integer(2, 3)
  const tall = scene.find('mountain')?.size === 'big' || scene.wishes.moods.includes('dramatic') ? 1.2 : 1
  const peakX = light.at.x < 0.5 ? draw.between(0.56, 0.7) : draw.between(0.3, 0.44)
  const cold = scene.isWhite || !['summer', 'autumn'].includes(scene.wishes.season ?? '') || draw.chance(0.3)
  for (let i = 0; i < count; i++) {
    const near = i / count
    paintRange(scene, {
      base: horizon + on.height * 0.01,
      height: horizon * mix(0.62, 0.24, near) * draw.between(0.92, 1.08) * tall,
      seed: draw.fork(`range ${i}`).seed,
      far: mix(0.62, 0.28, near),
      mark: MARK.far + i,
      snow: scene.isWhite ? 0.95 : cold ? mix(0.5, 0.12, near) : 0,
      frequency: mix(1.5, 2.6, near),
      peakX: i === 0 ? peakX : draw.next(),
    })
  }
}

function paintRange(scene: Scene, range: Range): void {
  const { on, light } = scene
  const tops = new Float32Array(on.width)
  for (let x = 0; x < on.width; x++) {
    const u = x / on.unit
    const away = (x / on.width - range.peakX) / 0.2
    // A chief summit that the others lean on; the range never sinks to nothing, so that it fills the picture's width.
    const chief = 0.5 + 0.5 / (1 + away * away)
    const shape = 0.2 + 0.95 * (ridged1(u * range.frequency + 40, range.seed) - 0.1) + 0.1 * fbm1(u * 3, range.seed + 5)
    tops[x] = range.base - range.height * clamp(shape * chief, 0.1, 1.1)
  }
  const colors = rockColors(scene, range.far)
  const side = light.at.x < 0.5 ? 1 : -1
  const k = 6.4 / on.unit
  fillBelow(
    on,
    tops,
    (x, y, out) => {
      const deep = (y - tops[x]!) / range.height
      // Gullies run down the slope: noise stretched along it, lit where it rises towards the sun.
      const u = x * k
      const v = (y - tops[x]! * 0.55) * k * 0.62
      const bend = noise2(u * 0.6, v * 0.6, range.seed + 3) * 0.5
      const n0 = ridged2(u + bend, v, range.seed + 9, 5)
      const n1 = ridged2(u + bend + 0.06 * side, v - 0.035, range.seed + 9, 5)
      const flank = clamp((tops[Math.min(on.width - 1, x + 6)]! - tops[Math.max(0, x - 6)]!) / 12) * side
      const lit = smooth(-0.34, 0.34, (n0 - n1) * 5.5 - flank * 0.3 + 0.06)
      const line = range.snow - 0.25 * (n0 - 0.5) + 0.1 * noise2(u * 3, v * 3, range.seed + 17)
      const white = range.snow > 0 ? smooth(0.02, -0.04, deep - line * 0.62) : 0
      const mist = smooth(0.25, 1.15, deep) * 0.55
      for (let c = 0; c < 3; c++) {
        const rock = mix(colors.shade[c]!, colors.lit[c]!, lit)
        const snow = mix(colors.snowShade[c]!, colors.snow[c]!, lit)
        out[c] = mix(mix(rock, snow, white), light.haze[c]!, mist)
      }
      return 1
    },
    { mark: range.mark },
  )
}

function rockColors(scene: Scene, far: number): { lit: Rgb; shade: Rgb; snow: Rgb; snowShade: Rgb } {
  const { light } = scene
  const tint = scene.find('mountain')?.color
  const rock = tint
    ? blend(ROCK, light.dress(oklch(0.5, 0.12, tint === 'red' ? 28 : tint === 'green' ? 145 : tint === 'purple' ? 300 : 255)), 0.7)
    : ROCK
  const warm = blend(tone(rock, 0.12), light.sun, 0.2)
  return {
    lit: light.dress(warm, far * 0.8),
    shade: light.dress(tone(rock, -0.13), far),
    snow: blend(light.dress(SNOW, far * 0.3), light.sun, light.isNight ? 0.05 : 0.3),
    snowShade: blend(light.dress(tone(SNOW, -0.2), far * 0.5), light.sky[1]!, 0.35),
  }
}

/** The one mountain: concave flanks, a cut summit, snow running down the gullies. */
export function paintFuji(scene: Scene, { isVolcano = false } = {}): void {
  const { on, horizon, random, light } = scene
  const draw = random.fork('fuji')
  const peak = on.width * (light.at.x < 0.5 ? draw.between(0.56, 0.66) : draw.between(0.34, 0.44))
  const height = horizon * draw.between(0.56, 0.64)
  const spread = Math.max(on.unit * 0.46, Math.min(on.width * 0.34, on.unit * 0.7))
  const seed = draw.seed
  const rim = on.unit * 0.035
  const tops = new Float32Array(on.width)
  for (let x = 0; x < on.width; x++) {
    const away = Math.max(0, Math.abs(x - peak) - rim)
    const crater = Math.abs(x - peak) < rim ? on.unit * 0.006 * (1 - Math.abs(x - peak) / rim) * (isVolcano ? 3 : 1) : 0
    tops[x] = horizon - height * exp((-away / spread) * 2.1) + crater + fbm1((x / on.unit) * 14, seed, 4) * on.unit * 0.004
  }
  const colors = rockColors(scene, isVolcano ? 0.12 : 0.36)
  const body = isVolcano
    ? { ...colors, lit: light.dress(oklch(0.42, 0.05, 40), 0.15), shade: light.dress(oklch(0.25, 0.03, 30), 0.1) }
    : colors
  const side = light.at.x < 0.5 ? 1 : -1
  fillBelow(
    on,
    tops,
    (x, y, out) => {
      const deep = (y - (horizon - height)) / height
      const across = (x - peak) / (rim + spread * Math.max(0.02, deep) * 1.1)
      const gully = ridged2(across * 4.2, deep * 1.3, seed + 5, 4)
      const facet = smooth(-0.5, 0.6, (gully - ridged2(across * 4.2 + 0.18 * side, deep * 1.3, seed + 5, 4)) * 3.4 - across * side * 0.75)
      const reach = 0.3 + (gully - 0.5) * 0.34 + 0.06 * noise2(across * 16, deep * 5, seed + 8)
      const white = isVolcano ? 0 : smooth(0.015, -0.015, deep - reach)
      const lava = isVolcano ? smooth(0.16, 0.02, Math.abs(across - 0.4 * noise2(deep * 3, 1, seed)) * deep + deep * 0.12) : 0
      const mist = smooth(0.45, 1.05, deep) * 0.6
      for (let c = 0; c < 3; c++) {
        const rock = mix(body.shade[c]!, body.lit[c]!, facet)
        const snow = mix(body.snowShade[c]!, body.snow[c]!, facet)
        out[c] = mix(mix(mix(rock, snow, white), LAVA[c]!, lava), light.haze[c]!, mist * (1 - lava))
      }
      return 1
    },
    { mark: MARK.far + 5 },
  )
}
const LAVA: Rgb = [1, 0.45, 0.12]

/** Rolling hills, one behind the other, each with its own light side. */
export function paintHills(
  scene: Scene,
  how: { material: Rgb; count: number; from: number; to: number; mark: number; rough?: number },
): void {
  const { on, light, random } = scene
  const draw = random.fork(`hills ${how.mark}`)
  for (let i = 0; i < how.count; i++) {
    const near = how.count === 1 ? 0.5 : i / (how.count - 1)
    const base = mix(how.from, how.to, near)
    const seed = draw.fork(`${i}`).seed
    const swing = on.unit * mix(0.05, 0.085, near)
    const tops = Float32Array.from({ length: on.width }, (_, x) => {
      const u = x / on.unit
      return base + swing * fbm1(u * mix(1.6, 0.9, near) + 3, seed, 3) * 1.5 + fbm1(u * 9, seed + 1, 3) * on.unit * 0.004 * (how.rough ?? 1)
    })
    const far = mix(0.55, 0.06, near)
    const own = tone(how.material, draw.between(-0.03, 0.03))
    const lit = blend(light.dress(tone(own, 0.1), far), light.sun, 0.14)
    const dim = light.dress(tone(own, -0.11), far)
    // Shadows on snow are the sky's.
    const shade = scene.isWhite ? blend(dim, light.sky[1]!, 0.4) : dim
    const side = light.at.x < 0.5 ? 1 : -1
    // Slopes are taken over a good length, or every bump of the crest would throw a stripe down the hill.
    const reach = Math.max(4, Math.round(on.unit * 0.05))
    fillBelow(
      on,
      tops,
      (x, y, out) => {
        const deep = (y - tops[x]!) / (on.unit * 0.22)
        const slant = ((tops[Math.min(on.width - 1, x + reach)]! - tops[Math.max(0, x - reach)]!) / (2 * reach)) * side
        const grain = fbm((x / on.unit) * 22, (y / on.unit) * 60, seed + 4, 3) * 0.2
        const t = clamp(0.78 - deep * 0.75 + slant * 1.2 + grain * (1 - far))
        for (let c = 0; c < 3; c++) out[c] = mix(shade[c]!, lit[c]!, t)
        return 1
      },
      { mark: how.mark + i },
    )
  }
}
