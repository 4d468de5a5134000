import { fill, glow } from './canvas.ts'
import { blend, fromHex, type Rgb, tone } from './color.ts'
import { clamp } from './exact.ts'
import type { Figure } from './figures.data.ts'
import { namedColor } from './light.ts'
import { contoursOf, type Points, placed, strokeOf } from './path.ts'
import { MARK, type Scene } from './scene.ts'

/** Roles that shine by themselves: they keep their colour at night and light what is around them. */
const SHINES = new Set(['lamp', 'glow', 'window', 'inside', 'flame'])

export type Standing = { x: number; y: number; height: number; flip?: boolean; far?: number; color?: string | undefined }

const shapes = new Map<string, Points[]>()

/** Paints a figure standing at a point, lit from the side of the sun. */
export function paintFigure(scene: Scene, figure: Figure, at: Standing, index = 0): void {
  const { on, light } = scene
  const scale = at.height / 100
  const side = (light.at.x * on.width < at.x ? -1 : 1) * (at.height * 0.6)
  figure.parts.forEach(([role, path, width], part) => {
    const isMirrored = role.endsWith('|')
    const name = role.replace('|', '')
    const base = roleColor(figure, name, at.color)
    const shines = SHINES.has(name)
    const color = shines
      ? blend(light.dress(base), base, light.brightness < 0.75 ? 0.95 : 0.25)
      : blend(light.dress(base, at.far), base, 0.3 * (1 - light.brightness))
    const lit = blend(tone(color, shines ? 0 : 0.055), light.sun, shines ? 0 : 0.1)
    const shade = tone(color, shines ? 0 : -0.07)
    const mark = MARK.figure + ((index * 31 + part) % 120)
    for (const flip of isMirrored ? [false, true] : [false]) {
      const flipped = flip !== Boolean(at.flip)
      const contours = outline(path, width).map((points) => placed(points, { x: at.x, y: at.y, scale, flip: flipped }))
      fill(
        on,
        contours,
        (x, y, out) => {
          const t = clamp(0.5 + (x - at.x) / side / 2 + ((at.y - y) / at.height - 0.5) * 0.45)
          for (let c = 0; c < 3; c++) out[c] = shade[c]! + (lit[c]! - shade[c]!) * t
          return 1
        },
        { mark },
      )
      if (shines && light.brightness < 0.75) shine(scene, contours, color)
    }
  })
}

function outline(path: string, width?: number): Points[] {
  const key = `${width ?? ''} ${path}`
  const known = shapes.get(key)
  if (known) return known
  const contours = contoursOf(path)
  const made = (width === undefined ? contours : contours.flatMap((points) => strokeOf(points, width))).map(clockwise)
  shapes.set(key, made)
  return made
}

/** One direction for all: parts of one fill add up. */
function clockwise(points: Points): Points {
  let area = 0
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length
    area += points[i]! * points[j + 1]! - points[j]! * points[i + 1]!
  }
  return area >= 0 ? points : placed(points, { x: 0, y: 0, scale: 1, flip: true }).map((value, i) => (i % 2 === 0 ? -value : value))
}

function roleColor(figure: Figure, role: string, color?: string): Rgb {
  const shift = role.endsWith('-') ? -0.085 : role.endsWith('+') ? 0.06 : 0
  const name = shift === 0 ? role : role.slice(0, -1)
  const own = fromHex(figure.colors[name] ?? figure.colors.main ?? '#888888')!
  const base = color && name === 'main' ? namedColor(color) : own
  return shift === 0 ? base : tone(base, shift)
}

function shine({ on, light }: Scene, contours: Points[], color: Rgb): void {
  for (const points of contours) {
    let [left, right, top, bottom] = [on.width * 2, -on.width, on.height * 2, -on.height]
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]!)
      right = Math.max(right, points[i]!)
      top = Math.min(top, points[i + 1]!)
      bottom = Math.max(bottom, points[i + 1]!)
    }
    const radius = Math.min(on.unit * 0.2, Math.max(right - left, bottom - top) * 2.6)
    glow(on, { x: (left + right) / 2, y: (top + bottom) / 2, radius }, color, 0.5 * (1 - light.brightness))
  }
}
