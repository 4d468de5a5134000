import { fill } from './canvas.ts'
import { oklch, type Rgb, tone } from './color.ts'
import { cos, mix, type Random, sin, TAU } from './exact.ts'
import { namedColor } from './light.ts'
import { ellipse } from './path.ts'
import { MARK, type Scene } from './scene.ts'

type Bloom = 'daisy' | 'tulip' | 'sunflower' | 'lavender' | 'poppy'

/** Flowers over the ground from `top` to the lower edge: tiny and dense far away, few and large near. */
export function paintFlowers(scene: Scene, top: number): void {
  const { on, light, random } = scene
  const draw = random.fork('flowers')
  const kind: Bloom = scene.has('sunflower')
    ? 'sunflower'
    : scene.has('lavender')
      ? 'lavender'
      : draw.pick(['daisy', 'poppy', 'tulip'] as const)
  const colors = flowerColors(scene, kind, draw)
  const rows = 26
  for (let row = 0; row < rows; row++) {
    const step = (row + 0.6) / rows
    const near = step * step
    const y = mix(top, on.height * 1.05, near)
    const size = on.unit * mix(0.004, kind === 'sunflower' ? 0.062 : 0.034, near)
    const count = Math.round((on.width / size) * mix(0.5, 0.17, near))
    for (let i = 0; i < count; i++) {
      const x = draw.next() * on.width
      const spot = { x, y: y + draw.normal() * size * 0.7, size: size * draw.between(0.75, 1.25) }
      const far = mix(0.42, 0, near)
      paintBloom(scene, spot, { kind, color: light.dress(tone(draw.pick(colors), draw.between(-0.04, 0.04)), far), far }, draw)
    }
  }
}

function flowerColors(scene: Scene, kind: Bloom, draw: Random): Rgb[] {
  const named = ['flower', 'sunflower', 'lavender', 'garden', 'field'].map((id) => scene.find(id)?.color).find(Boolean)
  if (named) return [namedColor(named), tone(namedColor(named), 0.07)]
  if (kind === 'sunflower') return [oklch(0.84, 0.17, 88), oklch(0.8, 0.17, 78)]
  if (kind === 'lavender') return [oklch(0.6, 0.14, 300), oklch(0.66, 0.12, 305), oklch(0.54, 0.15, 295)]
  const sets: Rgb[][] = [
    [oklch(0.95, 0.03, 95), oklch(0.82, 0.12, 350), oklch(0.85, 0.15, 92)],
    [oklch(0.62, 0.21, 28), oklch(0.68, 0.2, 40), oklch(0.95, 0.02, 90)],
    [oklch(0.75, 0.14, 350), oklch(0.65, 0.18, 10), oklch(0.87, 0.09, 340)],
  ]
  return draw.pick(sets)
}

type Look = { kind: Bloom; color: Rgb; far: number }

function paintBloom(scene: Scene, { x, y, size }: { x: number; y: number; size: number }, { kind, color, far }: Look, draw: Random): void {
  const { on, light } = scene
  const mark = MARK.tree + 7
  if (size < on.unit * 0.007) {
    fill(on, [ellipse(x, y, size * 0.55, size * 0.45, 6)], color, { mark })
    return
  }
  const stem = light.dress(oklch(0.5, 0.11, 135), far)
  const tall = size * (kind === 'sunflower' ? 3.4 : 2.2)
  fill(on, [[x - size * 0.05, y, x + size * 0.05, y, x + size * 0.09, y + tall, x - size * 0.09, y + tall]], stem)
  fill(on, [[x, y + tall * 0.75, x + size * 0.75, y + tall * 0.45, x + size * 0.35, y + tall * 0.72]], tone(stem, 0.03))
  if (kind === 'lavender') {
    for (let i = 0; i < 6; i++)
      fill(
        on,
        [ellipse(x + draw.between(-0.1, 0.1) * size, y - size * 0.9 + i * size * 0.32, size * 0.2, size * 0.2, 7)],
        tone(color, draw.between(-0.08, 0.08)),
        { mark },
      )
  } else if (kind === 'tulip') {
    fill(
      on,
      [
        [
          x - size * 0.42,
          y - size * 0.7,
          x - size * 0.2,
          y - size * 0.4,
          x,
          y - size * 0.8,
          x + size * 0.2,
          y - size * 0.4,
          x + size * 0.42,
          y - size * 0.7,
          x + size * 0.36,
          y + size * 0.05,
          x,
          y + size * 0.22,
          x - size * 0.36,
          y + size * 0.05,
        ],
      ],
      color,
      { mark },
    )
    fill(on, [[x, y - size * 0.8, x + size * 0.2, y - size * 0.2, x, y + size * 0.22, x - size * 0.2, y - size * 0.2]], tone(color, 0.05))
  } else {
    const petals = kind === 'sunflower' ? 14 : kind === 'poppy' ? 5 : 9
    const tilt = draw.between(0.62, 0.95)
    const turn = draw.next()
    const heart = kind === 'sunflower' ? oklch(0.36, 0.06, 50) : kind === 'poppy' ? oklch(0.28, 0.03, 40) : oklch(0.82, 0.15, 85)
    for (let i = 0; i < petals; i++) {
      const angle = ((i + turn) / petals) * TAU
      const [px, py] = [x + cos(angle) * size * 0.44, y + sin(angle) * size * 0.44 * tilt]
      const wide = kind === 'poppy' ? 0.36 : kind === 'sunflower' ? 0.15 : 0.17
      fill(on, [petal(px, py, angle, { long: size * 0.32, wide: size * wide, tilt })], tone(color, i % 2 ? 0.02 : -0.02), { mark })
    }
    const core = kind === 'sunflower' ? 0.34 : 0.17
    fill(on, [ellipse(x, y, size * core, size * core * tilt, 12)], light.dress(heart, far), { mark: mark + 1 })
  }
}

function petal(x: number, y: number, angle: number, { long, wide, tilt }: { long: number; wide: number; tilt: number }): number[] {
  const [ca, sa] = [cos(angle), sin(angle)]
  const points: number[] = []
  for (let i = 0; i < 9; i++) {
    const [u, v] = [cos((i / 9) * TAU) * long, sin((i / 9) * TAU) * wide]
    points.push(x + u * ca - v * sa, y + (u * sa + v * ca) * tilt)
  }
  return points
}

/** Blades along the lower edge, dark against the light. */
export function paintGrass(scene: Scene, { color, tall, count = 260 }: { color: Rgb; tall: number; count?: number }): void {
  const { on, light, random } = scene
  const draw = random.fork('grass')
  const many = Math.round(count * (on.width / on.unit))
  const windy = scene.wishes.weather.includes('wind') ? 0.8 : 0.25
  for (let i = 0; i < many; i++) {
    const near = i / many
    const x = draw.between(-0.02, 1.02) * on.width
    const y = on.height * mix(0.965, 1.03, near)
    const height = on.unit * tall * draw.between(0.5, 1.15) * mix(0.6, 1, near)
    const sway = height * (draw.between(-0.35, 0.35) + windy * 0.5)
    const width = on.unit * 0.0032 * draw.between(0.6, 1.4)
    const shade = light.dress(tone(color, draw.between(-0.12, 0.05)))
    fill(
      on,
      [
        [
          x - width,
          y,
          x + sway * 0.35 - width * 0.6,
          y - height * 0.6,
          x + sway,
          y - height,
          x + sway * 0.35 + width * 0.6,
          y - height * 0.6,
          x + width,
          y,
        ],
      ],
      shade,
      { mark: MARK.tree + 9 },
    )
  }
}
