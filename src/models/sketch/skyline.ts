import { fill, glow } from './canvas.ts'
import { blend, oklch, type Rgb, tone } from './color.ts'
import { mix, type Random } from './exact.ts'
import { rectangle, strokeOf } from './path.ts'
import { MARK, type Scene } from './scene.ts'

type Row = { base: number; tall: number; far: number; width: number; mark: number; lit: number }

/** Three rows of buildings up to `base`, the last the darkest; windows burn when the light goes. */
export function paintSkyline(scene: Scene, base: number): void {
  const { on, light, random, horizon } = scene
  const draw = random.fork('skyline')
  const lit = light.isNight ? 0.6 : light.hour === 'dusk' ? 0.5 : light.hour === 'sunset' ? 0.18 : 0.04
  const rows: Row[] = [
    { base, tall: horizon * 0.66, far: 0.66, width: on.unit * 0.075, mark: MARK.mid, lit: lit * 0.7 },
    { base, tall: horizon * 0.56, far: 0.4, width: on.unit * 0.095, mark: MARK.mid + 8, lit },
    { base: base + on.unit * 0.01, tall: horizon * 0.34, far: 0.14, width: on.unit * 0.12, mark: MARK.mid + 16, lit },
  ]
  rows.forEach((row, i) => {
    paintRow(scene, row, draw.fork(`row ${i}`))
    if (i === 0 && scene.has('tokyo')) paintTower(scene, base)
  })
}

function paintRow(scene: Scene, row: Row, draw: Random): void {
  const { on } = scene
  const middle = on.width * draw.between(0.35, 0.65)
  let index = 0
  for (let x = -row.width * draw.next(); x < on.width; index++) {
    const width = row.width * draw.between(0.55, 1.25)
    // Taller towards downtown: a skyline is a hill.
    const rise = 1 - Math.min(1, Math.abs(x + width / 2 - middle) / (on.width * 0.62))
    const height = row.tall * mix(0.26, 1, rise * draw.between(0.45, 1)) * draw.between(0.75, 1)
    paintBuilding(scene, { x, width, height, row, mark: row.mark + (index % 7) }, draw)
    x += width * draw.between(0.92, 1.12)
  }
}

type Building = { x: number; width: number; height: number; row: Row; mark: number }

function paintBuilding(scene: Scene, building: Building, draw: Random): void {
  const { on, light } = scene
  const { x, width, height, row, mark } = building
  const hue = draw.pick([255, 240, 265, 40, 20])
  const material = oklch(draw.between(0.36, 0.58), draw.between(0.015, 0.05), hue)
  const dark = scene.wishes.style === 'neon' || light.isNight ? tone(material, -0.13) : material
  const face = light.dress(dark, row.far)
  const lit = blend(tone(face, 0.05), light.sun, light.isNight ? 0.02 : 0.16)
  const top = row.base - height
  const toSun = light.at.x * on.width > x + width / 2
  const paintFace = (color: Rgb) => (_x: number, y: number, out: Float32Array) => {
    const fade = Math.min(0.6, ((y - top) / height) * 0.5 * (0.35 + row.far))
    for (let c = 0; c < 3; c++) out[c] = mix(color[c]!, light.haze[c]!, fade)
    return 1
  }
  const roof = draw.integer(0, 5)
  fill(on, [rectangle(x, top, width, height + on.unit * 0.02)], paintFace(face), { mark })
  const half = width * 0.42
  fill(on, [rectangle(toSun ? x + width - half : x, top, half, height + on.unit * 0.02)], paintFace(lit), { mark })
  if (roof === 0) fill(on, [[x, top, x + width / 2, top - width * 0.5, x + width, top]], paintFace(face), { mark })
  if (roof === 1) fill(on, [rectangle(x + width * 0.2, top - width * 0.22, width * 0.6, width * 0.24)], paintFace(face), { mark })
  if (roof === 2) fill(on, [rectangle(x + width * 0.46, top - height * 0.16, width * 0.06, height * 0.17)], paintFace(face), { mark })
  if (roof === 3) fill(on, [[x, top, x + width, top - width * 0.3, x + width, top]], paintFace(face), { mark })
  paintWindows(scene, building, face, draw)
}

function paintWindows(scene: Scene, { x, width, height, row }: Building, face: Rgb, draw: Random): void {
  const { on, light } = scene
  const isNeon = scene.wishes.style === 'neon'
  const columns = Math.max(2, Math.round(width / (on.unit * 0.0165)))
  const pitch = width / (columns + 0.6)
  const floor = pitch * draw.between(1.15, 1.6)
  const glass = blend(face, light.sky[2]!, 0.32)
  const dim = tone(face, -0.05)
  const lamps: Rgb[] = isNeon
    ? [oklch(0.8, 0.16, 200), oklch(0.72, 0.24, 340), oklch(0.85, 0.15, 95), oklch(0.75, 0.2, 320)]
    : [oklch(0.88, 0.12, 85), oklch(0.84, 0.13, 72), oklch(0.93, 0.06, 95), oklch(0.86, 0.05, 220)]
  const style = draw.next()
  for (let wy = row.base - height + floor * 0.8; wy < row.base - floor * 0.5; wy += floor)
    for (let i = 0; i < columns; i++) {
      const isLit = draw.next() < row.lit
      if (!isLit && style > 0.8) continue
      const color = isLit ? blend(draw.pick(lamps), light.haze, row.far * 0.45) : style < 0.5 ? glass : dim
      const box = rectangle(x + pitch * (i + 0.45), wy, pitch * 0.62, floor * (style < 0.25 ? 0.8 : 0.55))
      fill(on, [box], color, { alpha: isLit ? 0.95 : 0.7 })
    }
  if (isNeon && row.far < 0.5 && draw.chance(0.55))
    paintSign(scene, { x: x + width * draw.between(0.1, 0.7), y: row.base - height * draw.between(0.5, 0.9), height: height * 0.34 }, draw)
}

/** An upright sign of strokes that spell nothing. */
function paintSign({ on }: Scene, at: { x: number; y: number; height: number }, draw: Random): void {
  const color = oklch(0.75, 0.25, draw.pick([340, 200, 310, 130, 30]))
  const width = on.unit * 0.022
  fill(on, [rectangle(at.x, at.y, width, at.height)], tone(color, -0.45), { alpha: 0.9 })
  for (let y = at.y + width * 0.4; y < at.y + at.height - width * 0.6; y += width * 0.9)
    for (let i = 0; i < 3; i++) {
      const stroke = draw.chance(0.5)
        ? rectangle(at.x + width * 0.2, y + i * width * 0.2, width * draw.between(0.35, 0.6), width * 0.1)
        : rectangle(at.x + width * (0.2 + i * 0.2), y, width * 0.1, width * draw.between(0.35, 0.6))
      fill(on, [stroke], color)
    }
  glow(on, { x: at.x + width / 2, y: at.y + at.height / 2, radius: at.height * 1.1 }, color, 0.55)
}

/** A lattice tower in red and white. */
function paintTower({ on, light, horizon, random }: Scene, base: number): void {
  const x = on.width * (light.at.x < 0.5 ? 0.66 : 0.34) + random.fork('tower').between(-0.03, 0.03) * on.width
  const height = horizon * 0.82
  const isLit = light.brightness < 0.75
  const red = isLit ? oklch(0.72, 0.18, 45) : light.dress(oklch(0.6, 0.2, 32), 0.15)
  const white = isLit ? oklch(0.88, 0.13, 70) : light.dress(oklch(0.95, 0.01, 60), 0.15)
  const half = (t: number) => on.unit * (0.004 + 0.1 * (1 - t) * (1 - t) * (1 - t))
  if (isLit) glow(on, { x, y: base - height * 0.45, radius: height * 0.6 }, red, 0.4)
  for (let i = 0; i < 16; i++) {
    const [a, b] = [i / 16, (i + 1) / 16]
    const [ya, yb] = [base - height * a * 0.84, base - height * b * 0.84]
    const color = i % 5 === 4 ? white : red
    const pen = on.unit * mix(0.009, 0.003, a)
    for (const points of [
      [x - half(a), ya, x - half(b), yb],
      [x + half(a), ya, x + half(b), yb],
      [x - half(a), ya, x + half(b), yb],
      [x + half(a), ya, x - half(b), yb],
      [x - half(b), yb, x + half(b), yb],
    ])
      fill(on, strokeOf(points, pen), color, { mark: MARK.mid + 25 })
  }
  for (const [t, wide] of [
    [0.46, 2.1],
    [0.7, 2.4],
  ] as const)
    fill(on, [rectangle(x - half(t) * wide, base - height * t, half(t) * 2 * wide, on.unit * 0.018)], white, { mark: MARK.mid + 26 })
  fill(on, strokeOf([x, base - height * 0.84, x, base - height], on.unit * 0.006, on.unit * 0.002), red, { mark: MARK.mid + 27 })
}

/** A few houses with lit windows along a line: a village far away. */
export function paintVillage(scene: Scene, line: (x: number) => number): void {
  const { on, light, random } = scene
  const draw = random.fork('village')
  const start = draw.between(0.08, 0.3)
  const roofs = [oklch(0.5, 0.12, 35), oklch(0.42, 0.05, 30), oklch(0.45, 0.05, 250), oklch(0.56, 0.11, 50)]
  for (let i = 0; i < 16; i++) {
    const x = on.width * (start + i * 0.036 + draw.between(-0.01, 0.01))
    const size = on.unit * draw.between(0.034, 0.052)
    const y = line(x) + size * draw.between(0.1, 0.7)
    const wall = light.dress(oklch(draw.between(0.82, 0.93), 0.03, draw.between(50, 95)), 0.18)
    const roof = light.dress(draw.pick(roofs), 0.15)
    fill(on, [rectangle(x, y - size * 0.6, size, size * 0.6)], wall, { mark: MARK.mid + 20 + (i % 2) })
    fill(
      on,
      [[x - size * 0.12, y - size * 0.56, x + size * 0.5, y - size * 1.05, x + size * 1.12, y - size * 0.56]],
      scene.isWhite ? light.dress(oklch(0.96, 0.01, 245), 0.1) : roof,
      { mark: MARK.mid + 22 },
    )
    const lamp: Rgb = light.brightness < 0.75 ? [1, 0.84, 0.5] : tone(wall, -0.25)
    for (const wx of [0.18, 0.6]) fill(on, [rectangle(x + size * wx, y - size * 0.42, size * 0.2, size * 0.22)], lamp)
    if (light.brightness < 0.75) glow(on, { x: x + size / 2, y: y - size * 0.3, radius: size * 1.6 }, lamp, 0.4)
  }
}
