import { fill, fillAll, glow } from './canvas.ts'
import { blend, oklch, type Rgb } from './color.ts'
import { clamp, cos, mix, sin, smooth, TAU } from './exact.ts'
import { fbm, noise2 } from './noise.ts'
import type { Scene } from './scene.ts'

/** Stars of all magnitudes down to the horizon, few of them bright; with a Milky Way when the prompt names stars. */
export function paintStars(scene: Scene, { until, rich }: { until: number; rich: boolean }): void {
  const { on } = scene
  if (rich) paintMilkyWay(scene, until)
  const draw = scene.random.fork('stars')
  // Counted by area in units of the short side, so that every size has the same sky.
  const count = Math.round(((on.width * until) / (on.unit * on.unit)) * (rich ? 900 : 320))
  for (let i = 0; i < count; i++) {
    const x = draw.next() * on.width
    const y = draw.next() * until
    const luck = draw.next()
    const bright = luck * luck * luck * luck * luck * luck
    const radius = on.unit * (0.0007 + 0.0021 * bright)
    const color = blend([1, 1, 1], draw.chance(0.5) ? [0.75, 0.85, 1] : [1, 0.88, 0.72], draw.next() * 0.8)
    const alpha = (0.25 + 0.75 * draw.next()) * smooth(1, 0.65, y / until)
    dot(scene, { x, y, radius: Math.max(0.55, radius) }, color, radius < 0.55 ? alpha * 0.8 : alpha)
    if (bright > 0.72) glow(on, { x, y, radius: radius * 7 }, color, 0.55 * alpha)
  }
}

function dot({ on }: Scene, { x, y, radius }: { x: number; y: number; radius: number }, color: Rgb, alpha: number): void {
  for (let py = Math.max(0, Math.floor(y - radius)); py <= Math.min(on.height - 1, y + radius); py++)
    for (let px = Math.max(0, Math.floor(x - radius)); px <= Math.min(on.width - 1, x + radius); px++) {
      const dx = px + 0.5 - x
      const dy = py + 0.5 - y
      const a = clamp(radius - Math.sqrt(dx * dx + dy * dy) + 0.5) * alpha
      const at = (py * on.width + px) * 3
      for (let c = 0; c < 3; c++) on.data[at + c] = mix(on.data[at + c]!, color[c]!, a)
    }
}

function paintMilkyWay({ on, random, light }: Scene, until: number): void {
  const draw = random.fork('milky way')
  const angle = draw.between(0.5, 0.95) * (draw.chance(0.5) ? 1 : -1)
  const [ca, sa] = [cos(angle), sin(angle)]
  const core = oklch(0.84, 0.06, 300)
  const rim = light.isNight ? oklch(0.5, 0.11, 270) : light.sky[1]!
  fillAll(on, (x, y, out) => {
    if (y > until) return 0
    const u = (x - on.width / 2) / on.unit
    const v = (y - until * 0.45) / on.unit
    const along = u * ca + v * sa
    const across = -u * sa + v * ca + fbm(along * 1.5, 3, draw.seed, 3) * 0.1
    const band = smooth(0.34, 0, Math.abs(across))
    if (band <= 0) return 0
    const dust = fbm(along * 3, across * 4.5, draw.seed + 2, 5)
    const rift = smooth(-0.05, 0.35, fbm(along * 2.4 + 9, across * 7, draw.seed + 4, 4)) * smooth(0.16, 0.02, Math.abs(across))
    const light01 = clamp(band * band * (0.55 + dust * 0.75) - rift * 0.5)
    for (let c = 0; c < 3; c++) out[c] = mix(rim[c]!, core[c]!, light01)
    return light01 * 0.72 * smooth(1, 0.6, y / until)
  })
}

/** Curtains of green and violet that hang from folded lines. */
export function paintAurora({ on, random, horizon, find }: Scene): void {
  const draw = random.fork('aurora')
  const named = find('aurora')?.color
  const hue = named === 'red' ? 20 : named === 'purple' ? 305 : named === 'pink' ? 350 : named === 'blue' ? 240 : draw.between(150, 172)
  const foot = oklch(0.86, 0.2, hue)
  const head = oklch(0.55, 0.2, hue + 135)
  for (let i = 0; i < 3; i++) {
    const seed = draw.fork(`${i}`).seed
    const base = horizon * (0.44 + 0.17 * i)
    const height = horizon * draw.between(0.42, 0.6)
    for (let x = 0; x < on.width; x++) {
      const u = x / on.unit
      const line = base + fbm(u * 1.3 + i * 7, i * 3, seed, 3) * horizon * 0.28
      const rays = 0.45 + 0.55 * noise2(u * 16 + fbm(u * 4, 5, seed, 2) * 2, 1, seed + 3)
      const veil = smooth(-0.5, 0.5, noise2(u * 1.6, 8 + i, seed + 5)) * (0.55 + 0.45 * rays)
      const top = line - height * (0.7 + 0.4 * rays)
      for (let y = Math.max(0, Math.floor(top)); y < Math.min(horizon, line + on.unit * 0.03); y++) {
        const up = (line - y) / (line - top)
        const a =
          veil *
          (up < 0 ? Math.max(0, 1 + (up * (line - top)) / (on.unit * 0.03)) : Math.max(0, 1 - up) * Math.sqrt(Math.max(0, 1 - up))) *
          0.62
        const at = (y * on.width + x) * 3
        for (let c = 0; c < 3; c++) on.data[at + c] = 1 - (1 - on.data[at + c]!) * (1 - a * mix(foot[c]!, head[c]!, smooth(0.1, 0.8, up)))
      }
    }
  }
}

/** A falling star with its train. */
export function paintMeteor({ on, random, horizon, find }: Scene): void {
  const draw = random.fork('meteor')
  for (let i = 0; i < Math.max(1, find('meteor')?.count ?? 1); i++) {
    const [x, y] = [draw.between(0.2, 0.8) * on.width, draw.between(0.12, 0.5) * horizon]
    const length = on.unit * draw.between(0.18, 0.34)
    const [dx, dy] = [length * 0.86, -length * 0.42]
    for (let part = 0; part < 14; part++) {
      const [a, b] = [part / 14, (part + 1) / 14]
      const thick = on.unit * 0.0042 * (1 - a)
      const quad = [
        x + dx * a,
        y + dy * a - thick,
        x + dx * b,
        y + dy * b - thick,
        x + dx * b,
        y + dy * b + thick,
        x + dx * a,
        y + dy * a + thick,
      ]
      fill(on, [quad], [1, 1, 0.97], { alpha: (1 - a) * (1 - a) })
    }
    glow(on, { x, y, radius: on.unit * 0.035 }, [1, 1, 0.95], 0.9)
  }
}

/** Six bands, red outside, as a bow of 42° seen against the sky. */
export function paintRainbow({ on, horizon, light }: Scene): void {
  const cx = on.width * (light.at.x < 0.5 ? 0.62 : 0.38)
  const radius = Math.min(on.width * 0.52, horizon * 0.92)
  const band = on.unit * 0.075
  fillAll(on, (x, y, out) => {
    if (y > horizon) return 0
    const r = Math.sqrt((x - cx) * (x - cx) + (y - horizon * 1.05) * (y - horizon * 1.05))
    const t = (radius - r) / band
    if (t < 0 || t > 1) return 0
    out.set(oklch(0.82, 0.16, 25 + t * 275))
    return 0.5 * sin((t * TAU) / 2) * smooth(1.02, 0.7, y / horizon)
  })
}
