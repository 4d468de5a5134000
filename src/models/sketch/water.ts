import { fillBelow, glow } from './canvas.ts'
import { blend, oklch, type Rgb } from './color.ts'
import { clamp, mix, sin, smooth } from './exact.ts'
import { noise2 } from './noise.ts'
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

/** A fall over a rock face in the middle distance, and the mist where it lands. */
export function paintWaterfall(scene: Scene): void {
  const { on, light, random, horizon } = scene
  const draw = random.fork('waterfall')
  const cx = on.width * (light.at.x < 0.5 ? 0.62 : 0.38)
  const [top, foot] = [horizon * 0.42, horizon + on.unit * 0.012]
  const half = on.unit * draw.between(0.045, 0.07)
  const rock = light.dress(oklch(0.42, 0.03, 150), 0.18)
  const moss = blend(light.dress(oklch(0.5, 0.09, 138), 0.15), light.sun, 0.1)
  const foam = blend(light.dress([0.96, 0.98, 1]), light.sun, 0.12)
  const face = Float32Array.from({ length: on.width }, (_, x) => {
    const away = Math.abs(x - cx) / on.unit
    return (
      top -
      on.unit * 0.05 +
      on.unit * (0.09 * smooth(0.02, 0.1, away) * noise2((x / on.unit) * 6, 3, draw.seed) + 0.95 * smooth(0.16, 0.62, away) * 0.5)
    )
  })
  fillBelow(
    on,
    face,
    (x, y, out) => {
      if (y > foot) return 0
      const crack =
        noise2((x / on.unit) * 17, (y / on.unit) * 7, draw.seed + 1) * 0.5 +
        noise2((x / on.unit) * 44, (y / on.unit) * 16, draw.seed + 2) * 0.35
      const green = smooth(0.12, 0, (y - face[x]!) / on.unit + crack * 0.05)
      for (let c = 0; c < 3; c++) out[c] = mix(rock[c]! * (1 + crack * 0.4), moss[c]!, green)
      return 1
    },
    { mark: MARK.far + 8 },
  )
  for (let y = Math.floor(top); y < foot; y++) {
    const fallen = (y - top) / (foot - top)
    const spread = half * (0.75 + 0.4 * fallen)
    for (let x = Math.max(0, Math.floor(cx - spread)); x < Math.min(on.width, cx + spread); x++) {
      const across = (x - cx) / spread
      const thread = noise2(across * 7, fallen * 2.2, draw.seed + 5) * 0.5 + noise2(across * 19, fallen * 4, draw.seed + 6) * 0.35
      const alpha = smooth(1, 0.7, Math.abs(across) + thread * 0.15) * clamp(0.82 + thread * 0.6)
      const at = (y * on.width + x) * 3
      for (let c = 0; c < 3; c++) on.data[at + c] = mix(on.data[at + c]!, foam[c]! * (0.9 + thread * 0.12), alpha)
      on.marks[y * on.width + x] = MARK.water
    }
  }
  glow(on, { x: cx, y: foot, radius: on.unit * 0.2 }, foam, 0.55)
}

/** A lane that winds from the viewer's feet to the horizon. */
export function paintPath({ on, light, random, isWhite }: Scene, from: number): void {
  const draw = random.fork('path')
  const swing = draw.between(0.1, 0.18) * (draw.chance(0.5) ? 1 : -1)
  const earth = light.dress(isWhite ? oklch(0.8, 0.03, 250) : oklch(0.74, 0.06, 75))
  for (let y = Math.floor(from); y < on.height; y++) {
    const near = (y - from) / (on.height - from)
    const cx = on.width * 0.5 + sin(near * 5.2 + draw.seed) * swing * on.unit * (1 - near * 0.45)
    const half = on.unit * (0.004 + 0.15 * near * near)
    for (let x = Math.max(0, Math.floor(cx - half - 1)); x < Math.min(on.width, cx + half + 1); x++) {
      const alpha = clamp(half - Math.abs(x + 0.5 - cx) + 0.5) * 0.92
      const grain = noise2(x / (on.unit * 0.012), y / (on.unit * 0.006), draw.seed) * 0.05 * near
      const at = (y * on.width + x) * 3
      for (let c = 0; c < 3; c++) on.data[at + c] = mix(on.data[at + c]!, earth[c]! + grain, alpha)
      if (alpha > 0.5) on.marks[y * on.width + x] = MARK.ground + 9
    }
  }
}
