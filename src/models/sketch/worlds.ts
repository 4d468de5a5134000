import { fill, fillAll, glow } from './canvas.ts'
import { blend, oklch, type Rgb, tone } from './color.ts'
import { clamp, cos, mix, type Random, sin, smooth, TAU } from './exact.ts'
import { COLORS, namedColor } from './light.ts'
import { fbm, noise2, ridged2 } from './noise.ts'
import { ellipse, rectangle, strokeOf } from './path.ts'
import { MARK, type Scene } from './scene.ts'
import { gradient } from './sky.ts'
import { paintStars } from './stars.ts'

/** Five colours that go together, dark to pale: around the named one, or around a hue of the seed's. */
export function harmony(scene: Scene, draw: Random): Rgb[] {
  const named = scene.wishes.colors.map((word) => COLORS[word]!)
  if (named.length >= 3)
    return [oklch(0.24, 0.03, named[0]![2]), ...named.slice(0, 3).map(([l, c, h]) => oklch(l, c, h)), oklch(0.95, 0.015, 90)]
  const [, , hue] = named[0] ?? [0, 0, draw.pick([20, 45, 75, 165, 195, 225, 255, 285, 315, 345])]
  const chroma = named[0] && named[0][1] < 0.03 ? 0.02 : scene.wishes.moods.includes('calm') ? 0.08 : 0.135
  const second = named[1]?.[2] ?? hue + draw.pick([28, 45, 160, 180, 205])
  return [
    oklch(0.26, chroma * 0.6, hue + 10),
    oklch(0.46, chroma, hue),
    oklch(0.66, chroma * 1.1, hue - 14),
    oklch(0.8, chroma, second),
    oklch(0.94, chroma * 0.35, second + 20),
  ]
}

/** Nebulae, stars and planets. */
export function paintSpace(scene: Scene): void {
  const { on, random, find } = scene
  const draw = random.fork('space')
  const [hueA, hueB, hueC] = draw.pick([
    [285, 335, 40],
    [255, 300, 350],
    [215, 275, 330],
    [20, 340, 70],
    [195, 250, 310],
  ] as const)
  const colors =
    scene.wishes.colors.length > 0
      ? harmony(scene, draw).slice(1, 4)
      : [oklch(0.4, 0.15, hueA), oklch(0.6, 0.17, hueB), oklch(0.88, 0.1, hueC)]
  const [mid, high, glowing] = colors
  const black = oklch(0.1, 0.03, 275)
  fillAll(
    on,
    (x, y, out) => {
      const u = (x - on.width / 2) / on.unit
      const v = (y - on.height / 2) / on.unit
      const wx = fbm(u * 1.3 + 7, v * 1.3, draw.seed, 3)
      const wy = fbm(u * 1.3, v * 1.3 + 9, draw.seed + 5, 3)
      const gas = smooth(-0.4, 0.65, fbm(u * 1.5 + wx * 1.1, v * 1.5 + wy * 1.1, draw.seed + 11, 5))
      const core = smooth(0.5, 1, ridged2(u * 1.2 + wx * 0.8, v * 1.2 + wy * 0.8, draw.seed + 17, 4)) * gas
      for (let c = 0; c < 3; c++)
        out[c] = mix(mix(mix(black[c]!, mid![c]!, gas * 0.8), high![c]!, gas * gas * 0.55), glowing![c]!, core * 0.75)
      return 1
    },
    MARK.sky,
  )
  paintStars({ ...scene, has: () => false }, { until: on.height * 1.4, rich: false })
  const planets = Math.max(1, find('planet')?.count ?? 0)
  if (scene.has('planet') || draw.chance(0.75))
    for (let i = 0; i < planets; i++) {
      const radius = on.unit * (i === 0 ? draw.between(0.16, 0.24) : draw.between(0.04, 0.09)) * (find('planet')?.size === 'big' ? 1.6 : 1)
      const at =
        i === 0
          ? [on.width * draw.pick([0.34, 0.66]), on.height * draw.between(0.34, 0.44)]
          : [on.width * draw.next(), on.height * draw.next()]
      paintPlanet(scene, { x: at[0]!, y: at[1]!, radius, ringed: i === 0 }, draw)
    }
}

function paintPlanet(
  scene: Scene,
  { x: cx, y: cy, radius, ringed }: { x: number; y: number; radius: number; ringed: boolean },
  draw: Random,
): void {
  const { on, find } = scene
  const named = find('planet')?.color
  const base = named ? namedColor(named) : oklch(0.7, 0.1, draw.pick([25, 50, 70, 200, 240, 265, 310, 350]))
  const pale = tone(base, 0.16, 0.7)
  const deep = tone(base, -0.2)
  const seed = draw.fork(`${cx}`).seed
  const sand = oklch(0.85, 0.05, 80)
  glow(on, { x: cx, y: cy, radius: radius * 2 }, base, 0.35)
  if (ringed) ring(false)
  fillAll(
    on,
    (x, y, out) => {
      const dx = (x + 0.5 - cx) / radius
      const dy = (y + 0.5 - cy) / radius
      const r2 = dx * dx + dy * dy
      if (r2 > 1.08) return 0
      const r = Math.sqrt(r2)
      const z = Math.sqrt(Math.max(0, 1 - r2))
      const band = fbm(dx * 0.9 + fbm(dx * 3, dy * 7, seed, 3) * 0.35, dy * 5.5 - dx * 0.9, seed, 4)
      const light = clamp(0.06 + 1.05 * clamp(-dx * 0.62 - dy * 0.5 + z * 0.6))
      for (let c = 0; c < 3; c++) out[c] = mix(mix(deep[c]!, base[c]!, smooth(-0.5, 0.2, band)), pale[c]!, smooth(0.1, 0.7, band)) * light
      return clamp((1 - r) * radius + 0.5)
    },
    MARK.sun,
  )
  if (ringed) ring(true)

  function ring(isFront: boolean): void {
    fillAll(on, (x, y, out) => {
      const px = x + 0.5 - cx
      const py = y + 0.5 - cy
      const dx = (px * 0.966 + py * 0.259) / radius
      const dy = (-px * 0.259 + py * 0.966) / radius / 0.27
      if (isFront !== dy > 0) return 0
      const r = Math.sqrt(dx * dx + dy * dy)
      if (r < 1.28 || r > 2.1) return 0
      const grain = 0.55 + 0.45 * noise2(r * 22, 3, seed)
      out.set(sand)
      return smooth(1.28, 1.36, r) * smooth(2.1, 2, r) * grain * (Math.abs(r - 1.74) < 0.035 ? 0.15 : 0.85)
    })
  }
}

/** Currents of colour folded into each other. */
export function paintAbstract(scene: Scene): void {
  const { on, random } = scene
  const draw = random.fork('abstract')
  const colors = gradient(harmony(scene, draw), 512)
  const scale = draw.between(0.7, 1.15)
  const lines = draw.chance(0.6)
  fillAll(
    on,
    (x, y, out) => {
      const u = ((x - on.width / 2) / on.unit) * scale
      const v = ((y - on.height / 2) / on.unit) * scale
      const ax = fbm(u * 1.1, v * 1.1, draw.seed, 3)
      const ay = fbm(u * 1.1 + 5.2, v * 1.1 + 1.3, draw.seed + 3, 3)
      const bx = fbm(u + 1.9 * ax + 1.7, v + 1.9 * ay + 9.2, draw.seed + 7, 3)
      const by = fbm(u + 1.9 * ax + 8.3, v + 1.9 * ay + 2.8, draw.seed + 9, 3)
      const f = fbm(u + 1.8 * bx, v + 1.8 * by, draw.seed + 13, 4)
      const t = clamp(0.5 + f * 0.62 + bx * 0.22)
      const fold = lines ? 0.5 + 0.5 * sin((f * 2.4 + bx) * TAU * 2) : 0.5
      const color = colors[Math.min(511, Math.floor(t * 511))]!
      const shine = (fold - 0.5) * 0.085 + smooth(0.35, 0.9, ay * bx * 4) * 0.12
      for (let c = 0; c < 3; c++) out[c] = color[c]! + shine
      return 1
    },
    MARK.sky,
  )
}

/** Circles, arcs and bars on a loose grid, in few colours. */
export function paintGeometric(scene: Scene): void {
  const { on, random } = scene
  const draw = random.fork('geometric')
  const colors = harmony(scene, draw)
  const paper = colors[4]!
  fillAll(
    on,
    (_x, _y, out) => {
      out.set(paper)
      return 1
    },
    MARK.sky,
  )
  const cell = on.unit / draw.integer(4, 6)
  let mark = MARK.figure as number
  for (let y = 0; y < on.height + cell; y += cell)
    for (let x = 0; x < on.width + cell; x += cell) {
      mark = MARK.figure + ((mark + 7) % 120)
      const color = colors[draw.integer(0, 3)]!
      const shape = draw.integer(0, 6)
      fill(on, [rectangle(x, y, cell, cell)], colors[draw.integer(0, 4)]!, { mark })
      const corner = draw.integer(0, 3)
      const [px, py] = [x + (corner % 2) * cell, y + (corner > 1 ? cell : 0)]
      if (shape === 0) fill(on, [ellipse(x + cell / 2, y + cell / 2, cell * 0.4, cell * 0.4, 48)], color, { mark: mark + 1 })
      if (shape === 1 || shape === 5) fill(on, [quarter(px, py, cell, corner)], color, { mark: mark + 1 })
      if (shape === 2) fill(on, [[x, y, x + cell, y, x, y + cell]], color, { mark: mark + 1 })
      if (shape === 3) for (let i = 0; i < 4; i++) fill(on, [rectangle(x, y + (i * cell) / 4, cell, cell / 8)], color, { mark: mark + 1 })
      if (shape === 4) {
        fill(on, [quarter(px, py, cell, corner)], color, { mark: mark + 1 })
        fill(on, [quarter(px, py, cell * 0.5, corner)], paper, { mark: mark + 2 })
      }
    }
}

function quarter(x: number, y: number, radius: number, corner: number): number[] {
  const points = [x, y]
  const [sx, sy] = [corner % 2 ? -1 : 1, corner > 1 ? -1 : 1]
  for (let i = 0; i <= 18; i++) points.push(x + sx * radius * cos((i / 18) * (TAU / 4)), y + sy * radius * sin((i / 18) * (TAU / 4)))
  return points
}

/** Blue depth with shafts of light, bubbles and weed. */
export function paintUnderwater(scene: Scene): void {
  const { on, random } = scene
  const draw = random.fork('underwater')
  const hue = draw.between(205, 232)
  const rows = gradient(
    [oklch(0.86, 0.09, hue - 22), oklch(0.62, 0.12, hue - 8), oklch(0.4, 0.11, hue + 8), oklch(0.24, 0.08, hue + 20)],
    on.height,
  )
  fillAll(
    on,
    (x, y, out) => {
      const u = (x - on.width * 0.4 + y * 0.34) / on.unit
      const shaft =
        smooth(0.05, 0.75, noise2(u * 3.2, 4, draw.seed) * 0.6 + noise2(u * 8, 9, draw.seed + 2) * 0.4) * (1 - y / on.height) * 0.5
      const color = rows[y]!
      for (let c = 0; c < 3; c++) out[c] = mix(color[c]!, rows[0]![c]!, shaft)
      return 1
    },
    MARK.sky,
  )
  for (let i = 0; i < 15; i++) {
    const x = draw.next() * on.width
    const tall = on.unit * draw.between(0.12, 0.34)
    const points: number[] = []
    for (let s = 0; s <= 12; s++) points.push(x + sin(s * 0.8 + i) * on.unit * 0.016, on.height - (tall * s) / 12 + on.unit * 0.02)
    fill(on, strokeOf(points, on.unit * 0.017, on.unit * 0.003), oklch(draw.between(0.26, 0.42), 0.07, draw.between(150, 190)), {
      mark: MARK.tree,
    })
  }
  for (let i = 0; i < 46; i++) {
    const radius = on.unit * draw.between(0.002, 0.011)
    const [x, y] = [draw.next() * on.width, draw.next() * on.height]
    fill(on, [ellipse(x, y, radius, radius, 14)], blend(rows[0]!, [1, 1, 1], 0.3), { alpha: 0.28 })
    fill(on, [ellipse(x - radius * 0.3, y - radius * 0.3, radius * 0.28, radius * 0.28, 8)], [1, 1, 1], { alpha: 0.75 })
  }
}
