import { canvas } from './canvas.ts'
import { oklch } from './color.ts'
import { hashText, random } from './exact.ts'
import { readPrompt, type Wishes } from './lexicon.ts'
import { lightOf } from './light.ts'
import { paintFuji, paintHills, paintMountains } from './ridges.ts'
import type { Scene } from './scene.ts'
import { paintClouds, paintMoon, paintSky, paintSun } from './sky.ts'
import { paintAurora, paintMeteor, paintRainbow, paintStars } from './stars.ts'
import { paintWater } from './water.ts'

export type Ask = { prompt: string; negativePrompt?: string; seed: number; width: number; height: number }

/** The scene that a prompt describes, painted. The same words, seed and aspect give the same composition at every size. */
export function paintScene(ask: Ask): Scene {
  const wishes = readPrompt(ask.prompt, ask.negativePrompt)
  const scene = sceneOf(ask, wishes)
  paintHeavens(scene)
  paintDistance(scene)
  paintPlane(scene)
  return scene
}

function sceneOf({ prompt, seed, width, height }: Ask, wishes: Wishes): Scene {
  const draw = random(hashText(prompt.normalize('NFKC').toLowerCase().trim(), seed ^ 0x5bd1e995))
  const has = (...ids: string[]) => ids.some((id) => wishes.subjects.some((wish) => wish.id === id))
  const light = lightOf(wishes, draw.fork('light'))
  return {
    on: canvas(width, height),
    wishes,
    light,
    random: draw,
    horizon: height * draw.between(0.58, 0.66),
    has,
    find: (id) => wishes.subjects.find((wish) => wish.id === id),
    isWhite: has('snowfield') || wishes.weather.includes('snow') || wishes.season === 'winter',
  }
}

function paintHeavens(scene: Scene): void {
  const { light, has, wishes, horizon } = scene
  paintSky(scene)
  const isDark = light.isNight || light.hour === 'dusk'
  const isClosed = wishes.weather.some((each) => ['rain', 'storm', 'cloudy', 'snow'].includes(each))
  if (has('stars') || (isDark && !isClosed)) paintStars(scene, { until: horizon, rich: has('stars') })
  if (has('aurora')) paintAurora(scene)
  if (has('meteor')) paintMeteor(scene)
  if (light.isNight || has('moon', 'crescent')) paintMoon(scene)
  else if (!isClosed || has('sun')) paintSun(scene)
  const amount = isClosed ? 1 : has('cloud') ? 0.8 : wishes.weather.includes('clear') || has('stars', 'aurora') ? 0.05 : 0.4
  paintClouds(scene, amount)
  if (has('rainbow')) paintRainbow(scene)
}

function paintDistance(scene: Scene): void {
  const { has } = scene
  if (has('fuji')) paintFuji(scene)
  if (has('volcano')) paintFuji(scene, { isVolcano: true })
  if (has('mountain') || !has('fuji', 'volcano', 'sea', 'city', 'desert', 'space')) paintMountains(scene)
}

function paintPlane(scene: Scene): void {
  const { has, on, horizon, isWhite } = scene
  const isWater = has('sea', 'lake', 'river', 'beach', 'island', 'boat', 'sailboat', 'ship')
  if (isWater) paintWater(scene, { top: horizon, calm: has('lake') ? 0.8 : 0.3 })
  else {
    const material = isWhite ? oklch(0.95, 0.015, 245) : has('desert') ? oklch(0.76, 0.1, 70) : oklch(0.6, 0.11, 130)
    paintHills(scene, { material, count: 4, from: horizon, to: on.height * 0.9, mark: 60 })
  }
}
