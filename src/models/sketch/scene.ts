import type { Canvas } from './canvas.ts'
import type { Random } from './exact.ts'
import type { Wish, Wishes } from './lexicon.ts'
import type { Light } from './light.ts'

/** Everything a layer needs to paint itself. Lengths in pixels unless said otherwise. */
export type Scene = {
  on: Canvas
  wishes: Wishes
  light: Light
  random: Random
  /** Where the sky ends and the plane (water or ground) begins. */
  horizon: number
  has: (...ids: string[]) => boolean
  find: (id: string) => Wish | undefined
  /** Snow lies on everything. */
  isWhite: boolean
}

/** Numbers of things on the canvas: where two meet, a line can be drawn. Figures count up from `figure`. */
export const MARK = { sky: 1, sun: 2, cloud: 3, far: 10, mid: 40, water: 70, ground: 71, tree: 90, figure: 130 } as const
