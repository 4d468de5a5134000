import { blend, oklch, type Rgb, tone } from './color.ts'
import { clamp, mix, smooth } from './exact.ts'
import { fbm, noise2 } from './noise.ts'
import { MARK, type Scene } from './scene.ts'

/** Water from `top` down to the rows in `shore` (or the edge): mirrors what stands above, broken by waves, with the sun's road on it. */
export function paintWater(scene: Scene, { top, calm, shore }: { top: number; calm: number; shore?: Float32Array }): void {
  const { on, light, random } = scene
  const { width, height, data, marks, unit } = on
  const seed = random.fork('water').seed
  const tint = waterColor(scene)
  const deep = light.dress(tint)
  const above = data.slice(0, width * Math.ceil(top) * 3)
  const rows = Math.ceil(top)
  const sunX = light.at.x * width
  const depth = Math.max(1, height - top)
  for (let y = Math.max(0, Math.floor(top)); y < height; y++) {
    const near = (y - top) / depth
    const stretch = unit * (0.004 + near * 0.05)
    const wave = unit * (0.002 + near * 0.022) * (1 - calm * 0.75)
    for (let x = 0; x < width; x++) {
      const dry = shore ? clamp(y - shore[x]! + 0.5) : 0
      if (dry >= 1) continue
      const n = noise2(x / (stretch * 5.5), (y - top) / stretch / (0.5 + near), seed)
      const m = noise2(x / (stretch * 1.9) + 31, (y - top) / (stretch * 0.55), seed + 1)
      const ripple = n * 0.65 + m * 0.35
      const sx = clamp(Math.round(x + ripple * wave * 1.7), 0, width - 1)
      const sy = clamp(Math.round(top - 1 - (y - top) * (0.92 + 0.25 * near) + ripple * wave * 3.2), 0, rows - 1)
      const from = (sy * width + sx) * 3
      const own = mix(0.26, 0.74, smooth(0, 1, near)) + ripple * 0.13
      // The road of light: narrow far away, wide and broken near.
      const spread = unit * (0.035 + near * 0.16)
      const road = Math.max(0, 1 - Math.abs(x - sunX) / spread)
      const glint = road * smooth(0.12, 0.5, ripple + road * 0.35) * (light.isNight ? 0.5 : light.hour === 'noon' ? 0.35 : 0.75)
      const crest = smooth(0.42, 0.75, ripple) * 0.16 * (0.4 + near)
      const at = (y * width + x) * 3
      const wet = 1 - dry
      for (let c = 0; c < 3; c++) {
        const mirror = above[from + c]!
        const body = mix(mirror, deep[c]!, clamp(own))
        const lit = mix(body, light.sky[2]![c]!, crest)
        data[at + c] = mix(data[at + c]!, mix(lit, light.sun[c]!, glint), wet)
      }
      if (wet > 0.5) marks[y * width + x] = MARK.water
    }
  }
}

function waterColor({ find, isWhite, random }: Scene): Rgb {
  const color = ['sea', 'lake', 'river', 'beach'].map((id) => find(id)?.color).find(Boolean)
  if (color === 'green' || color === 'teal') return oklch(0.55, 0.1, 178)
  if (color === 'black') return oklch(0.22, 0.02, 250)
  if (color === 'red') return oklch(0.45, 0.15, 25)
  const hue = random.fork('sea colour').between(212, 240)
  return find('beach') || find('palm') ? oklch(0.66, 0.11, hue - 22) : oklch(isWhite ? 0.5 : 0.45, 0.085, hue)
}

/** Breakers along a shore: white lines that follow it. */
export function paintFoam(scene: Scene, shore: Float32Array): void {
  const { on, light, random } = scene
  const seed = random.fork('foam').seed
  const foam = blend(light.dress([0.98, 0.99, 1]), light.sun, 0.15)
  for (let x = 0; x < on.width; x++)
    for (const [lag, strength] of [
      [0, 0.95],
      [0.035, 0.6],
      [0.075, 0.35],
    ] as const) {
      const wobble = fbm((x / on.unit) * 5 + lag * 90, lag * 40, seed, 4) * on.unit * 0.012
      const y0 = shore[x]! - lag * on.unit + wobble
      const thick = on.unit * (0.006 - lag * 0.03) * (0.6 + noise2((x / on.unit) * 9, lag * 50, seed + 2))
      for (let y = Math.max(0, Math.floor(y0 - thick - 1)); y < Math.min(on.height, y0 + thick + 1); y++) {
        const alpha = clamp(thick - Math.abs(y + 0.5 - y0) + 0.5) * strength
        const at = (y * on.width + x) * 3
        for (let c = 0; c < 3; c++) on.data[at + c] = mix(on.data[at + c]!, foam[c]!, alpha)
      }
    }
}

/** Wet sand: darker and glossier towards the water. */
export const sandColor = (wet: number, sand: Rgb): Rgb => tone(sand, -0.16 * wet, 1.1)
