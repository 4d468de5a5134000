import { fill, fillAll, glow } from './canvas.ts'
import { blend, oklch, type Rgb } from './color.ts'
import { cos, mix, type Random, sin, smooth, TAU } from './exact.ts'
import { fbm } from './noise.ts'
import { ellipse, strokeOf } from './path.ts'
import type { Scene } from './scene.ts'

/** Mist that lies in bands above the ground. */
export function paintFog({ on, light, random, horizon }: Scene, strength: number): void {
  const seed = random.fork('fog').seed
  const veil = blend(light.haze, light.sky[3]!, 0.5)
  const depth = on.height * 0.34
  fillAll(on, (x, y, out) => {
    const off = Math.abs(y - horizon * 1.02) / depth
    if (off >= 1) return 0
    out.set(veil)
    const drift = fbm((x / on.unit) * 1.1, (y / on.unit) * 4.5, seed, 4)
    return strength * smooth(1, 0, off) * smooth(-0.75, 0.6, drift)
  })
}

/** Slanting streaks in three depths. */
export function paintRain({ on, light, random }: Scene, isHeavy: boolean): void {
  const draw = random.fork('rain')
  const color = blend(light.sky[3]!, [0.92, 0.95, 1], 0.6)
  const count = Math.round((isHeavy ? 900 : 520) * (on.width / on.unit) * (on.height / on.unit))
  const slant = isHeavy ? 0.32 : 0.12
  for (let i = 0; i < count; i++) {
    const near = draw.next()
    const [x, y] = [draw.between(-0.1, 1.1) * on.width, draw.between(-0.05, 1) * on.height]
    const length = on.unit * mix(0.018, 0.06, near * near)
    const half = on.unit * mix(0.0005, 0.0011, near)
    fill(on, [[x - half, y, x + half, y, x - slant * length + half, y + length, x - slant * length - half, y + length]], color, {
      alpha: mix(0.16, 0.4, near),
    })
  }
}

/** Flakes from dust far away to soft discs before the lens. */
export function paintSnowfall({ on, random, light }: Scene): void {
  const draw = random.fork('snowfall')
  const count = Math.round(650 * (on.width / on.unit) * (on.height / on.unit))
  const color = blend([1, 1, 1], light.sky[3]!, light.isNight ? 0.25 : 0.06)
  for (let i = 0; i < count; i++) {
    const near = draw.next()
    const radius = on.unit * mix(0.0011, 0.0068, near * near * near * near)
    fill(on, [ellipse(draw.next() * on.width, draw.next() * on.height, radius, radius, 8)], color, { alpha: mix(0.85, 0.5, near) })
  }
}

/** Petals or leaves on the wind. */
export function paintDrift({ on, random, light }: Scene, colors: readonly Rgb[]): void {
  const draw = random.fork('drift')
  const count = Math.round(90 * (on.width / on.unit) * (on.height / on.unit))
  for (let i = 0; i < count; i++) {
    const near = draw.next()
    const size = on.unit * mix(0.0028, 0.0085, near * near)
    const [x, y] = [draw.next() * on.width, draw.next() * on.height]
    const angle = draw.next() * TAU
    const [ca, sa] = [cos(angle), sin(angle)]
    const points = ellipse(0, 0, size, size * draw.between(0.35, 0.65), 8)
    const turned = points.map((value, n) => (n % 2 === 0 ? x + value * ca - points[n + 1]! * sa : y + points[n - 1]! * sa + value * ca))
    fill(on, [turned], light.dress(draw.pick(colors)), { alpha: 0.9 })
  }
}

/** A forked bolt and the flash around it. */
export function paintLightning({ on, random, horizon }: Scene): void {
  const draw = random.fork('lightning')
  const x = on.width * draw.between(0.25, 0.75)
  glow(on, { x, y: horizon * 0.15, radius: on.unit * 0.75 }, [0.75, 0.8, 1], 0.6)
  bolt({ x, y: -4, until: horizon, width: on.unit * 0.007, depth: 0 })

  function bolt(at: { x: number; y: number; until: number; width: number; depth: number }): void {
    const points = [at.x, at.y]
    let { x: px, y: py } = at
    while (py < at.until) {
      px += draw.between(-0.05, 0.05) * on.unit
      py += draw.between(0.025, 0.06) * on.unit
      points.push(px, py)
      if (at.depth < 2 && draw.chance(0.22))
        bolt({
          x: px,
          y: py,
          until: Math.min(at.until, py + on.unit * draw.between(0.1, 0.28)),
          width: at.width * 0.5,
          depth: at.depth + 1,
        })
    }
    fill(on, strokeOf(points, at.width * 2.6, at.width), oklch(0.75, 0.1, 275), { alpha: 0.4 })
    fill(on, strokeOf(points, at.width, at.width * 0.3), [1, 1, 0.98])
  }
}

/** Bursts of sparks with falling ends. */
export function paintFireworks({ on, random, horizon, find }: Scene): void {
  const draw: Random = random.fork('fireworks')
  const bursts = find('fireworks')?.count || 5
  for (let b = 0; b < bursts; b++) {
    const [cx, cy] = [on.width * (0.14 + (0.72 * (b + draw.next() * 0.7)) / bursts), horizon * draw.between(0.14, 0.58)]
    const radius = on.unit * draw.between(0.11, 0.22)
    const hue = draw.between(0, 360)
    glow(on, { x: cx, y: cy, radius: radius * 1.9 }, oklch(0.7, 0.16, hue), 0.5)
    for (const [ring, shift] of [
      [1, 0],
      [0.62, 50],
    ] as const) {
      const rays = Math.round(46 * ring)
      for (let i = 0; i < rays; i++) {
        const angle = ((i + draw.between(-0.2, 0.2)) / rays) * TAU
        const color = oklch(draw.between(0.75, 0.92), 0.17, hue + shift)
        const points: number[] = []
        for (let s = 0; s <= 6; s++) {
          const t = 0.3 + 0.7 * (s / 6)
          points.push(cx + cos(angle) * radius * ring * t, cy + sin(angle) * radius * ring * t + radius * 0.22 * t * t)
        }
        fill(on, strokeOf(points, on.unit * 0.0008, on.unit * 0.0026), color, { alpha: 0.85 })
        fill(on, [ellipse(points[12]!, points[13]!, on.unit * 0.0028, on.unit * 0.0028, 8)], [1, 0.98, 0.9])
      }
    }
  }
}
