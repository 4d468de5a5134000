import { fillBelow } from './canvas.ts'
import { blend, oklch, type Rgb, tone } from './color.ts'
import { clamp, mix, smooth } from './exact.ts'
import { paintFigure } from './figure.ts'
import { FIGURES, type Figure } from './figures.data.ts'
import type { Wish } from './lexicon.ts'
import { fbm, fbm1 } from './noise.ts'
import { MARK, type Scene } from './scene.ts'

/** Buildings stand farther back than creatures. */
const FAR_BACK = new Set(['house', 'cabin', 'castle', 'keep', 'pagoda', 'lighthouse', 'windmill', 'church', 'pyramid', 'train'])
const FLOCKS = new Set(['bird', 'lantern', 'butterfly', 'fish', 'balloon', 'airplane'])

/** The figures that the prompt names, far ones first. */
export function figuresOf(scene: Scene): { wish: Wish; figure: Figure; isBack: boolean }[] {
  return scene.wishes.subjects
    .filter(({ id }) => id in FIGURES)
    .map((wish) => ({ wish, figure: FIGURES[wish.id]!, isBack: FAR_BACK.has(wish.id) || FIGURES[wish.id]!.where === 'air' }))
    .sort((a, b) => Number(b.isBack) - Number(a.isBack))
}

/** Places every figure: the first opposite the sun on a third, others beside, repeated ones in a loose group. */
export function paintFigures(scene: Scene, { ground, isBack }: { ground: (x: number) => number; isBack: boolean }): void {
  const all = figuresOf(scene)
  all.forEach(({ wish, figure, isBack: back }, i) => {
    if (back !== isBack) return
    const draw = scene.random.fork(`figure ${wish.id}`)
    const count =
      wish.count || (FLOCKS.has(wish.id) ? (wish.id === 'bird' ? draw.integer(4, 8) : wish.id === 'lantern' ? 7 : draw.integer(1, 3)) : 1)
    const shrink =
      ((all.length > 2 ? 0.8 : all.length === 1 ? 1.15 : 1) * (wish.size === 'big' ? 1.4 : wish.size === 'small' ? 0.55 : 1)) /
      (count > 1 && figure.where !== 'air' ? Math.min(1.9, 0.85 + count * 0.16) : 1)
    for (let n = 0; n < count; n++) {
      const at = standing(scene, { wish, figure, slot: i, slots: all.length, n, count, shrink }, ground)
      paintFigure(scene, figure, { ...at, color: wish.color }, i * 8 + n)
    }
  })
}

type Place = { wish: Wish; figure: Figure; slot: number; slots: number; n: number; count: number; shrink: number }

function standing(scene: Scene, { wish, figure, slot, slots, n, count, shrink }: Place, ground: (x: number) => number) {
  const { on, light, horizon } = scene
  const draw = scene.random.fork(`place ${wish.id} ${n}`)
  const away = light.at.x < 0.5 ? 0.64 : 0.36
  // Golden-section steps from the first place: no two figures share a spot.
  const spread = count > 1 ? ((n + 0.5) / count - 0.5) * Math.min(0.82, 0.2 * count) + draw.between(-0.03, 0.03) : 0
  const own = slots > 1 ? (slot === 0 ? away : 1 - away + (slot > 1 ? (slot % 2 ? 0.3 : -0.18) : 0)) : count > 1 ? 0.5 : away
  const x = on.width * clamp(own + spread, 0.1, 0.9)
  const wide = Math.min(1, (on.width / on.unit) * 0.85)
  const vary = count > 1 ? draw.between(0.8, 1.12) : 1
  const height = on.unit * figure.tall * shrink * vary * wide
  const flip = draw.chance(0.5)
  const water = on.height - horizon
  if (figure.where === 'air') {
    const isFlock = wish.id === 'bird' && count > 2
    const y = isFlock ? horizon * (0.26 + 0.2 * draw.next()) : horizon * draw.between(0.34, 0.72) + height * 0.35
    const bob = count > 1 && !isFlock ? draw.between(-0.2, 0.2) * horizon : 0
    const scale = isFlock ? draw.between(0.4, 0.9) : count > 2 ? draw.between(0.55, 1.05) : 1
    return {
      x,
      y: clamp(y + bob, height * 1.1, on.height * 0.9),
      height: height * scale,
      flip: isFlock ? light.at.x > 0.5 : flip,
      far: count > 2 ? 0.25 : 0.06,
    }
  }
  if (figure.where === 'water') return { x, y: horizon + water * mix(0.2, 0.42, draw.next()), height: height, flip, far: 0.08 }
  const foot = FAR_BACK.has(wish.id) ? ground(x) + on.unit * 0.03 : on.height * (count > 1 ? draw.between(0.88, 0.95) : 0.935)
  return { x, y: foot, height, flip: slot % 2 === 1, far: FAR_BACK.has(wish.id) ? 0.1 : 0 }
}

/** The ground under the viewer's feet, between a line and the lower edge. */
export function paintNearGround(
  scene: Scene,
  { top, material, tilt = 0 }: { top: number; material: Rgb; tilt?: number },
): (x: number) => number {
  const { on, light, random } = scene
  const seed = random.fork('near ground').seed
  const tops = Float32Array.from({ length: on.width }, (_, x) => {
    const u = x / on.unit
    return (
      top + tilt * on.unit * (x / on.width - 0.5) + on.unit * 0.03 * fbm1(u * 1.1, seed, 3) + on.unit * 0.0045 * fbm1(u * 13, seed + 1, 3)
    )
  })
  const lit = blend(light.dress(tone(material, 0.07)), light.sun, 0.12)
  const dim = light.dress(tone(material, -0.13))
  const shade = scene.isWhite ? blend(dim, light.sky[1]!, 0.4) : dim
  fillBelow(
    on,
    tops,
    (x, y, out) => {
      const deep = (y - tops[x]!) / (on.height - top + 1)
      const grain = fbm((x / on.unit) * 9, (y / on.unit) * 26, seed + 2, 4)
      const t = clamp(0.92 - deep * 0.85 + grain * 0.32 - 0.4 * smooth(0.5, 0, Math.abs(x / on.width - light.at.x)) * -0.3)
      for (let c = 0; c < 3; c++) out[c] = mix(shade[c]!, lit[c]!, t)
      return 1
    },
    { mark: MARK.ground + 5 },
  )
  return (x) => tops[clamp(Math.round(x), 0, on.width - 1)]!
}

/** What the ground is made of. */
export function groundMaterial(scene: Scene): Rgb {
  const { has, isWhite, wishes, find } = scene
  const named = ['field', 'grass', 'hill', 'garden', 'desert', 'path'].map((id) => find(id)?.color).find(Boolean)
  if (named === 'gold' || named === 'yellow') return oklch(0.76, 0.13, 88)
  if (named === 'red') return oklch(0.55, 0.14, 35)
  if (named === 'purple') return oklch(0.56, 0.1, 305)
  if (isWhite) return oklch(0.95, 0.014, 245)
  if (has('desert', 'pyramid', 'cactus', 'beach', 'palm')) return oklch(0.79, 0.09, 74)
  if (has('lavender')) return oklch(0.52, 0.09, 300)
  if (has('planet', 'astronaut')) return oklch(0.55, 0.06, 40)
  if (wishes.season === 'autumn' || has('maple')) return oklch(0.6, 0.11, 78)
  if (wishes.season === 'spring' || has('sakura')) return oklch(0.66, 0.11, 132)
  return oklch(0.56, 0.105, 135)
}
