import { fill } from './canvas.ts'
import { blend, oklch, type Rgb, tone } from './color.ts'
import { clamp, cos, mix, type Random, sin, TAU } from './exact.ts'
import { ellipse, type Points, strokeOf } from './path.ts'
import { MARK, type Scene } from './scene.ts'

export type Spot = { x: number; y: number; height: number; far: number }

const BARK = oklch(0.36, 0.045, 50)

/** A fir of drooping tiers, its sunny side lighter, under snow where snow lies. */
export function paintFir(scene: Scene, { x, y, height, far }: Spot, draw: Random): void {
  const { on, light, isWhite } = scene
  const needle = oklch(draw.between(0.33, 0.41), 0.06, draw.between(148, 172))
  const dark = light.dress(tone(needle, -0.06), far)
  const lit = blend(light.dress(tone(needle, 0.07), far), light.sun, 0.12)
  const snow = light.dress(oklch(0.96, 0.012, 245), far * 0.6)
  // Large trees have more tiers, not larger ones.
  const tiers = Math.round(clamp(height / (on.unit * 0.034), 5, 15))
  const side = light.at.x * on.width < x ? -1 : 1
  const trunk = height * 0.025
  fill(on, [[x - trunk, y - height * 0.1, x + trunk, y - height * 0.1, x + trunk, y, x - trunk, y]], light.dress(BARK, far), {
    mark: MARK.tree,
  })
  const left: Points = []
  const right: Points = []
  for (let i = 1; i <= tiers; i++) {
    const t = i / tiers
    const level = y - height * (1 - t * 0.94)
    const reach = height * (0.015 + 0.21 * t) * draw.between(0.86, 1.14)
    right.push(x + reach, level + height * 0.03 * t, x + reach * (i === tiers ? 0.1 : 0.5), level - height * 0.006)
    left.push(x - reach * draw.between(0.9, 1.1), level + height * 0.03 * t, x - reach * (i === tiers ? 0.1 : 0.5), level - height * 0.006)
  }
  const reversed = (points: Points): Points =>
    points.flatMap((_, i) => (i % 2 === 0 ? [points[points.length - 2 - i]!, points[points.length - 1 - i]!] : []))
  fill(on, [[x, y - height, ...right, ...reversed(left)]], dark, { mark: MARK.tree + 1 })
  const half = side > 0 ? right : left
  fill(on, [[x, y - height, ...half, x + side * height * 0.02, y - height * 0.06]], lit, { alpha: 0.85 })
  if (isWhite)
    for (let i = 0; i < half.length - 3; i += 4)
      for (const tier of [left, right]) {
        const [tx, ty] = [tier[i]!, tier[i + 1]!]
        fill(on, [[x, ty - height * 0.085, tx, ty, mix(tx, x, 0.35), ty - height * 0.012, mix(tx, x, 0.55), ty + height * 0.006]], snow, {
          alpha: 0.92,
        })
      }
}

/** Rows of firs along a line, farther ones smaller, paler and first. */
export function paintTreeline(
  scene: Scene,
  line: (x: number) => number,
  how: { height: number; far: number; density: number; name: string },
): void {
  const { on, random } = scene
  const draw = random.fork(how.name)
  const step = (how.height * 0.3) / how.density
  for (let row = 0; row < 2; row++)
    for (let x = -how.height * 0.2; x < on.width + how.height * 0.2; x += step * draw.between(0.5, 1.5)) {
      const height = how.height * draw.between(0.55, 1.15) * mix(0.85, 1.05, row)
      paintFir(scene, { x, y: line(x) + how.height * 0.05 * row, height, far: how.far * mix(1.15, 0.9, row) }, draw)
    }
}

export type Foliage = { dark: Rgb; main: Rgb; light: Rgb; round: number }

/** What a broad-leaved tree wears: by its kind, the prompt's colour and the season. */
export function foliageOf(scene: Scene, kind: 'sakura' | 'maple' | 'tree'): Foliage | undefined {
  const named = scene.find(kind)?.color
  const hues: Record<string, [number, number, number]> = {
    pink: [0.84, 0.09, 356],
    red: [0.56, 0.19, 30],
    orange: [0.68, 0.17, 52],
    gold: [0.78, 0.15, 82],
    yellow: [0.82, 0.16, 92],
    green: [0.55, 0.12, 138],
    white: [0.95, 0.015, 20],
    purple: [0.62, 0.14, 305],
    blue: [0.6, 0.13, 250],
  }
  const { season } = scene.wishes
  const natural =
    kind === 'sakura' ? 'pink' : kind === 'maple' ? 'red' : season === 'autumn' ? 'orange' : season === 'spring' ? 'pink' : 'green'
  if (kind === 'tree' && !named && (season === 'winter' || scene.isWhite)) return undefined
  const [l, c, h] = hues[named ?? natural] ?? hues[natural]!
  return {
    dark: oklch(l - 0.17, c * 1.12, h - 6),
    main: oklch(l, c, h),
    light: oklch(Math.min(0.97, l + 0.1), c * 0.75, h + 10),
    round: kind === 'maple' ? 0.8 : 1,
  }
}

/** A tree that forks again and again, its twigs carrying clouds of leaves or blossom lit from the sun's side. */
export function paintBroadleaf(scene: Scene, spot: Spot, foliage: Foliage | undefined, draw: Random): void {
  const { on, light } = scene
  const tips: [number, number, number][] = []
  const bark = light.dress(foliage ? BARK : tone(BARK, -0.04), spot.far)
  const lean = draw.between(-0.12, 0.12)
  branch({ x: spot.x, y: spot.y, angle: lean, length: spot.height * 0.27, width: spot.height * 0.07, level: 0 })
  if (!foliage) return
  const side = light.at.x * on.width < spot.x ? -1 : 1
  const passes: [Rgb, number, number, number][] = [
    [foliage.dark, 0.55, 0.16, 26],
    [foliage.main, 0, 0, 30],
    [foliage.light, -0.5, -0.35, 16],
  ]
  const crown = spot.height * 0.085
  for (const [color, down, across, count] of passes)
    for (const [tx, ty, size] of tips)
      for (let i = 0; i < count; i++) {
        const r = crown * size * Math.sqrt(draw.next())
        const angle = draw.next() * TAU
        const x = tx + r * cos(angle) - side * across * crown * 0.8
        const y = ty + r * sin(angle) * 0.8 + down * crown * 0.55
        const leaf = spot.height * draw.between(0.006, 0.016) * foliage.round
        const shade = light.dress(tone(color, draw.between(-0.035, 0.035)), spot.far)
        fill(on, [ellipse(x, y, leaf, leaf * draw.between(0.6, 1), 7)], shade, { alpha: 0.93, mark: MARK.tree + 3 })
      }

  function branch(at: { x: number; y: number; angle: number; length: number; width: number; level: number }): void {
    const bend = draw.between(-0.22, 0.22)
    const points: Points = [at.x, at.y]
    let { x, y, angle } = at
    for (let i = 0; i < 4; i++) {
      angle += bend / 4
      x += (sin(angle) * at.length) / 4
      y -= (cos(angle) * at.length) / 4
      points.push(x, y)
    }
    fill(on, strokeOf(points, at.width, at.width * 0.62), bark, { mark: MARK.tree + 2 })
    if (at.level >= 3) tips.push([x, y, draw.between(0.8, 1.3)])
    if (at.level >= (foliage ? 4 : 6)) return
    const forks = at.level === 0 ? 3 : draw.integer(2, 3)
    for (let i = 0; i < forks; i++) {
      const spread = (i - (forks - 1) / 2) * draw.between(0.55, 0.8) + draw.between(-0.12, 0.12)
      branch({ x, y, angle: angle + spread, length: at.length * draw.between(0.66, 0.84), width: at.width * 0.58, level: at.level + 1 })
    }
  }
}

/** A leaning palm with a crown of combed fronds. */
export function paintPalm({ on, light }: Scene, { x, y, height, far }: Spot, draw: Random): void {
  const lean = draw.between(0.12, 0.3) * (draw.chance(0.5) ? 1 : -1)
  const trunk: Points = []
  for (let i = 0; i <= 10; i++) {
    const t = i / 10
    trunk.push(x + lean * height * t * t, y - height * 0.82 * t)
  }
  fill(on, strokeOf(trunk, height * 0.045, height * 0.022), light.dress(oklch(0.48, 0.05, 60), far), { mark: MARK.tree })
  const [cx, cy] = [trunk[20]!, trunk[21]!]
  const green = oklch(0.5, 0.11, 140)
  for (let i = 0; i < 11; i++) {
    const angle = (i / 10) * 3.5 - 1.75 + draw.between(-0.12, 0.12)
    const length = height * draw.between(0.3, 0.4)
    const color = light.dress(tone(green, draw.between(-0.1, 0.06)), far)
    const rib: Points = []
    for (let s = 0; s <= 9; s++) {
      const t = s / 9
      rib.push(cx + sin(angle) * length * t, cy - cos(angle) * length * t * (1 - t * 0.35) + length * 0.62 * t * t)
    }
    for (let s = 1; s <= 9; s++) {
      const [px, py] = [rib[s * 2]!, rib[s * 2 + 1]!]
      const blade = length * 0.26 * sin((s / 10) * 3.1)
      const back = length * 0.1
      fill(on, [[px, py, px + blade * 0.25 + sin(angle) * back, py + blade, rib[s * 2 - 2]!, rib[s * 2 - 1]!]], color, {
        mark: MARK.tree + 1,
      })
      fill(on, [[px, py, px - blade * 0.25 + sin(angle) * back, py - blade * 0.35, rib[s * 2 - 2]!, rib[s * 2 - 1]!]], tone(color, 0.04), {
        mark: MARK.tree + 1,
      })
    }
    fill(on, strokeOf(rib, height * 0.008, height * 0.002), tone(color, -0.05))
  }
}

/** Culms of bamboo, near ones thick and bright, with sprays of leaves. */
export function paintBamboo(scene: Scene): void {
  const { on, light, random } = scene
  const draw = random.fork('bamboo')
  const count = Math.round(13 * Math.max(1, on.width / on.unit))
  for (let i = 0; i < count; i++) {
    const near = i / (count - 1)
    // The middle stays open: a view, or a place for the subject.
    const t = draw.next()
    const x = on.width * (draw.chance(0.5) ? mix(-0.02, mix(0.42, 0.24, near), t) : mix(mix(0.58, 0.76, near), 1.02, t))
    const width = on.unit * mix(0.012, 0.042, near)
    const green = light.dress(oklch(draw.between(0.52, 0.64), 0.11, draw.between(125, 140)), mix(0.5, 0, near))
    const lean = draw.between(-0.03, 0.03) * on.unit
    const segment = on.unit * mix(0.1, 0.2, near)
    for (let y = on.height; y > -segment; y -= segment) {
      const shift = (y / on.height) * lean
      const box: Points = [
        x - width / 2 - shift,
        y - segment * 0.97,
        x + width / 2 - shift,
        y - segment * 0.97,
        x + width / 2 - shift,
        y,
        x - width / 2 - shift,
        y,
      ]
      fill(
        on,
        [box],
        (px, _y, out) => {
          const across = (px - (x - shift)) / width
          const lit = 0.5 - across * across * 1.8 + (light.at.x < 0.5 ? -across : across) * 0.35
          for (let c = 0; c < 3; c++) out[c] = green[c]! * (0.78 + 0.4 * lit)
          return 1
        },
        { mark: MARK.tree + 4 },
      )
      fill(
        on,
        [
          [
            x - width * 0.6 - shift,
            y - segment,
            x + width * 0.6 - shift,
            y - segment,
            x + width * 0.6 - shift,
            y - segment * 0.965,
            x - width * 0.6 - shift,
            y - segment * 0.965,
          ],
        ],
        tone(green, -0.12),
      )
      if (draw.chance(0.5)) paintSpray(scene, x - shift, y - segment, { size: segment * 0.7, color: green }, draw)
    }
  }
}

function paintSpray({ on }: Scene, x: number, y: number, { size, color }: { size: number; color: Rgb }, draw: Random): void {
  const side = draw.chance(0.5) ? 1 : -1
  for (let i = 0; i < 5; i++) {
    const angle = draw.between(0.5, 2.2)
    const [ex, ey] = [x + side * sin(angle) * size, y - cos(angle) * size * 0.8]
    const [nx, ny] = [-(ey - y) * 0.09, (ex - x) * 0.09]
    fill(
      on,
      [[x, y, (x + ex) / 2 + nx, (y + ey) / 2 + ny, ex, ey, (x + ex) / 2 - nx, (y + ey) / 2 - ny]],
      tone(color, draw.between(-0.08, 0.08)),
      { mark: MARK.tree + 5 },
    )
  }
}
