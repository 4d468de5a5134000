import { type Canvas, fillAll, glow } from './canvas.ts'
import { blend, labToRgb, type Rgb, rgbToLab, tone } from './color.ts'
import { clamp, mix, smooth } from './exact.ts'
import { coarsely, fbm } from './noise.ts'
import { MARK, type Scene } from './scene.ts'

/** Colours for each row down to `rows`, mixed in OKLab so that no band turns grey. */
export function gradient(stops: readonly Rgb[], rows: number): Rgb[] {
  const labs = stops.map(rgbToLab)
  return Array.from({ length: Math.max(1, rows) }, (_, row) => {
    const at = (row / Math.max(1, rows - 1)) * (labs.length - 1)
    const i = Math.min(labs.length - 2, Math.floor(at))
    const [a, b] = [labs[i]!, labs[i + 1]!]
    const t = at - i
    return labToRgb([mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)])
  })
}

/** The sky down to the horizon (and its last colour below), brighter around the sun. */
export function paintSky({ on, light, horizon }: Scene): void {
  const rows = gradient(light.sky, Math.ceil(horizon))
  const sunX = light.at.x * on.width
  const sunY = light.at.y * horizon
  const reach = Math.max(on.width, on.height) * 0.8
  const warmth = light.isNight ? 0.1 : light.hour === 'noon' ? 0.22 : 0.42
  fillAll(
    on,
    (x, y, out) => {
      const color = rows[Math.min(rows.length - 1, y)]!
      const dx = (x - sunX) / reach
      const dy = ((y - sunY) / reach) * 1.6
      const close = Math.max(0, 1 - Math.sqrt(dx * dx + dy * dy))
      const near = warmth * close * close * close
      for (let c = 0; c < 3; c++) out[c] = color[c]! + (light.sun[c]! - color[c]!) * near
      return 1
    },
    MARK.sky,
  )
}

/** Clouds on a plane above: wide overhead, thin bands far away, lit from the side of the sun. */
export function paintClouds(scene: Scene, amount: number): void {
  const { on, light, horizon, random } = scene
  const seed = random.fork('clouds').seed
  const stretch = scene.wishes.weather.includes('storm') ? 1.5 : 1
  const sample = (x: number, y: number) => {
    const up = clamp((horizon - y) / horizon) + 0.16
    const px = ((x - on.width / 2) / on.unit / up) * 0.75 * stretch
    const py = (1 / up) * 1.15
    const warp = fbm(px * 0.7, py * 0.7, seed + 7, 2) * 0.55
    return fbm(px + warp, py * 1.25 - warp, seed, 5)
  }
  const step = Math.max(2, Math.round(on.unit / 400))
  const density = coarsely({ width: on.width, height: horizon }, step, sample)
  const lit = blend(tone(light.sky[3]!, 0.06), light.sun, light.isNight ? 0.12 : 0.62)
  const dim = blend(tone(light.sky[1]!, light.isNight ? 0.05 : -0.03, 0.8), light.haze, 0.4)
  // Towards the sun a cloud is thinner than behind: the difference is its light.
  const away = (light.at.x < 0.5 ? -0.012 : 0.012) * on.unit
  const low = 0.42 - amount * 0.62
  fillAll(on, (x, y, out) => {
    if (y >= horizon) return 0
    const d = density(x, y)
    const body = smooth(low, low + 0.36, d)
    if (body <= 0.003) return 0
    const ahead = density(x + away, y - on.unit * 0.016)
    const shine = clamp(0.52 + (d - ahead) * 2.4 - (d - low) * 0.28)
    for (let c = 0; c < 3; c++) out[c] = dim[c]! + (lit[c]! - dim[c]!) * shine
    return body * mix(0.35, 0.93, smooth(0, 0.25, (horizon - y) / horizon))
  })
}

/** A sun with its glare. Larger near the horizon, as it seems to be. */
export function paintSun({ on, light, horizon, find }: Scene): void {
  const isLow = light.hour !== 'noon'
  const size = find('sun')?.size === 'big' ? 1.8 : 1
  const radius = on.unit * (isLow ? 0.062 : 0.042) * size
  const at = { x: light.at.x * on.width, y: light.at.y * horizon }
  const color = find('sun')?.color ? tone(light.sun, -0.1) : light.sun
  glow(on, { ...at, radius: radius * 9 }, light.sun, 0.5)
  glow(on, { ...at, radius: radius * 3 }, light.sun, 0.6)
  disc(on, { ...at, radius }, blend(color, [1, 1, 0.96], 0.55))
}

/** A moon with seas, full or crescent, and its halo. */
export function paintMoon(scene: Scene): void {
  const { on, light, horizon, find, random } = scene
  const wish = find('moon') ?? find('crescent')
  const radius = on.unit * (wish ? 0.075 : 0.045) * (wish?.size === 'big' ? 1.9 : wish?.size === 'small' ? 0.6 : 1)
  const at = { x: light.at.x * on.width, y: Math.max(radius * 1.6, light.at.y * horizon) }
  const pale: Rgb = wish?.color === 'red' ? [0.93, 0.42, 0.33] : wish?.color === 'blue' ? [0.75, 0.86, 1] : [0.985, 0.965, 0.9]
  const seed = random.fork('moon').seed
  glow(on, { ...at, radius: radius * 7 }, pale, 0.34)
  glow(on, { ...at, radius: radius * 2.2 }, pale, 0.4)
  const isCrescent = find('crescent') !== undefined
  fillAll(
    on,
    (x, y, out) => {
      const dx = (x + 0.5 - at.x) / radius
      const dy = (y + 0.5 - at.y) / radius
      const r = Math.sqrt(dx * dx + dy * dy)
      const inside = clamp((1 - r) * radius + 0.5)
      if (inside <= 0) return 0
      const cut = isCrescent ? clamp((Math.sqrt((dx - 0.42) * (dx - 0.42) + (dy + 0.12) * (dy + 0.12)) - 0.92) * radius + 0.5) : 1
      const seas = smooth(0.02, 0.4, fbm(dx * 1.3 + 9, dy * 1.3, seed, 4)) * 0.13
      const limb = 1 - 0.12 * r * r * r - seas
      for (let c = 0; c < 3; c++) out[c] = pale[c]! * limb
      return inside * cut
    },
    MARK.sun,
  )
}

function disc(on: Canvas, { x, y, radius }: { x: number; y: number; radius: number }, color: Rgb): void {
  fillAll(
    on,
    (px, py, out) => {
      const dx = px + 0.5 - x
      const dy = py + 0.5 - y
      if (dy > radius + 1 || dy < -radius - 1) return 0
      const inside = clamp(radius - Math.sqrt(dx * dx + dy * dy) + 0.5)
      if (inside > 0) out.set(color)
      return inside
    },
    MARK.sun,
  )
}
