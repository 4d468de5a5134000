import { canvas } from './canvas.ts'
import { oklch } from './color.ts'
import { hashText, mix, random } from './exact.ts'
import { FIGURES } from './figures.data.ts'
import { foliageOf, paintBamboo, paintBroadleaf, paintFir, paintPalm, paintTreeline } from './flora.ts'
import { readPrompt, type Wishes } from './lexicon.ts'
import { lightOf } from './light.ts'
import { paintFlowers, paintGrass } from './meadow.ts'
import { paintFuji, paintHills, paintMountains } from './ridges.ts'
import type { Scene } from './scene.ts'
import { paintClouds, paintMoon, paintSky, paintSun } from './sky.ts'
import { paintSkyline, paintVillage } from './skyline.ts'
import { groundMaterial, paintFigures, paintNearGround } from './stage.ts'
import { paintAurora, paintMeteor, paintRainbow, paintStars } from './stars.ts'
import { paintPath, paintWater, paintWaterfall } from './water.ts'
import { paintDrift, paintFireworks, paintFog, paintLightning, paintRain, paintSnowfall } from './weather.ts'
import { paintAbstract, paintGeometric, paintSpace, paintUnderwater } from './worlds.ts'

export type Ask = { prompt: string; negativePrompt?: string; seed: number; width: number; height: number }

const WATERS = [
  'sea',
  'lake',
  'river',
  'beach',
  'island',
  'boat',
  'sailboat',
  'ship',
  'bridge',
  'whale',
  'dolphin',
  'lotus',
  'waterfall',
  'crane',
  'lighthouse',
  'frog',
]
const LANDS = [
  'mountain',
  'hill',
  'valley',
  'forest',
  'desert',
  'field',
  'city',
  'tokyo',
  'village',
  'garden',
  'snowfield',
  'cliff',
  'path',
  'grass',
]
const ROOTED = ['pine', 'sakura', 'maple', 'bamboo', 'palm', 'tree', 'flower', 'sunflower', 'lavender', 'grass', 'garden']

/** The scene that a prompt describes, painted. The same words, seed and aspect give the same composition at every size. */
export function paintScene(ask: Ask): Scene {
  const scene = sceneOf(ask, readPrompt(ask.prompt, ask.negativePrompt))
  if (paintOtherWorld(scene)) return scene
  paintHeavens(scene)
  paintDistance(scene)
  const ground = paintPlane(scene)
  paintFigures(scene, { ground, isBack: true })
  paintTrees(scene, ground)
  paintFigures(scene, { ground, isBack: false })
  paintAir(scene)
  return scene
}

function sceneOf({ prompt, seed, width, height }: Ask, wishes: Wishes): Scene {
  const draw = random(hashText(prompt.normalize('NFKC').toLowerCase().trim(), seed ^ 0x5bd1e995))
  const known = imagined(wishes, draw)
  const has = (...ids: string[]) => ids.some((id) => known.subjects.some((wish) => wish.id === id))
  const light = lightOf(known, draw.fork('light'))
  return {
    on: canvas(width, height),
    wishes: known,
    light,
    random: draw,
    horizon: height * (has('city', 'tokyo') ? draw.between(0.7, 0.76) : draw.between(0.57, 0.65)),
    has,
    find: (id) => known.subjects.find((wish) => wish.id === id),
    isWhite: has('snowfield', 'penguin') || known.weather.includes('snow') || known.season === 'winter',
  }
}

/** Words without a place get one, so that no prompt ends in an empty field. */
function imagined(wishes: Wishes, draw: { pick: <T>(from: readonly T[]) => T; chance: (p: number) => boolean }): Wishes {
  const ids = wishes.subjects.map(({ id }) => id)
  const isPlaced = ids.some((id) =>
    [...LANDS, ...WATERS, 'fuji', 'volcano', 'space', 'abstract', 'geometric', 'planet', 'astronaut', 'fish', 'rocket', 'ufo'].includes(id),
  )
  if (isPlaced) return wishes
  const isBare = ids.every((id) => ['sun', 'moon', 'stars', 'sky', 'cloud', 'rainbow', 'aurora', 'meteor', 'crescent'].includes(id))
  if (isBare && ids.length === 0 && wishes.unknown > 0 && !wishes.time && !wishes.season && wishes.weather.length === 0 && draw.chance(0.2))
    return { ...wishes, subjects: [{ id: 'abstract', count: 0 }] }
  const places = isBare
    ? [['mountain', 'lake'], ['sea'], ['mountain', 'forest'], ['hill', 'tree'], ['mountain', 'lake', 'pine']]
    : [['hill'], ['mountain'], ['field'], ['hill', 'forest']]
  return { ...wishes, subjects: [...wishes.subjects, ...draw.pick(places).map((id) => ({ id, count: 0 }))] }
}

/** Scenes that are no landscape. True when one was painted. */
function paintOtherWorld(scene: Scene): boolean {
  const { has, on } = scene
  const floor = () => on.height * 0.92
  if (has('abstract')) paintAbstract(scene)
  else if (has('geometric')) paintGeometric(scene)
  else if (has('fish') && !has('boat', 'bridge', 'bird', 'lotus', 'sky')) paintUnderwater({ ...scene, horizon: on.height })
  else if (has('space') || (has('planet', 'rocket', 'ufo') && !has(...LANDS, ...WATERS))) paintSpace(scene)
  else return false
  const afloat: Scene = { ...scene, horizon: on.height * 0.9 }
  if (has('astronaut') || has('cat', 'dog', 'robot', 'person'))
    paintNearGround(afloat, { top: on.height * 0.86, material: groundMaterial(scene) })
  paintFigures(afloat, { ground: floor, isBack: true })
  paintFigures(afloat, { ground: floor, isBack: false })
  return true
}

function paintHeavens(scene: Scene): void {
  const { light, has, wishes, horizon } = scene
  paintSky(scene)
  const isDark = light.isNight || light.hour === 'dusk'
  const isClosed = wishes.weather.some((each) => ['rain', 'storm', 'cloudy', 'snow'].includes(each))
  if (has('stars') || (isDark && !isClosed)) paintStars(scene, { until: horizon, rich: has('stars') })
  if (has('aurora')) paintAurora(scene)
  if (has('meteor')) paintMeteor(scene)
  if (has('moon', 'crescent') || (light.isNight && !isClosed && !has('fireworks'))) paintMoon(scene)
  else if (has('sun') || (!isClosed && !light.isNight)) paintSun(scene)
  const amount = isClosed ? 1 : has('cloud') ? 0.8 : wishes.weather.includes('clear') || has('stars', 'aurora', 'fireworks') ? 0.05 : 0.4
  paintClouds(scene, amount)
  if (has('rainbow')) paintRainbow(scene)
  if (has('fireworks')) paintFireworks(scene)
  if (has('lightning') || wishes.weather.includes('storm')) paintLightning(scene)
}

function paintDistance(scene: Scene): void {
  const { has, on, horizon } = scene
  if (has('fuji')) paintFuji(scene)
  if (has('volcano')) paintFuji(scene, { isVolcano: true })
  if (has('mountain', 'valley') || (has('waterfall', 'lake', 'river', 'cliff', 'cabin') && !has('fuji', 'volcano'))) paintMountains(scene)
  if (has('city', 'tokyo')) paintSkyline(scene, horizon)
  if (has('waterfall')) paintWaterfall(scene)
  if (has('island')) paintHills(scene, { material: oklch(0.5, 0.1, 145), count: 1, from: horizon - on.unit * 0.035, to: horizon, mark: 55 })
  if (has('forest', 'river', 'lake') && !has('city', 'tokyo')) {
    paintHills(scene, {
      material: scene.isWhite ? oklch(0.9, 0.02, 245) : oklch(0.44, 0.07, 150),
      count: 1,
      from: horizon - on.unit * 0.01,
      to: horizon,
      mark: 57,
    })
    paintTreeline(scene, () => horizon + on.unit * 0.006, { height: on.unit * 0.085, far: 0.4, density: 1, name: 'far trees' })
  }
}

/** Water or land up to the viewer, and the line on which distant buildings stand. */
function paintPlane(scene: Scene): (x: number) => number {
  const { has, on, horizon, wishes } = scene
  const material = groundMaterial(scene)
  const isWater = has(...WATERS)
  const figures = wishes.subjects.filter(({ id }) => id in FIGURES && FIGURES[id]!.where !== 'air' && FIGURES[id]!.where !== 'water')
  if (!isWater && !isStreet(scene)) return paintLand(scene)
  paintWater(scene, { top: horizon, calm: has('lake', 'lotus', 'crane', 'city', 'tokyo') ? 0.85 : has('river') ? 0.6 : 0.25 })
  if (has('village')) paintVillage(scene, () => horizon)
  if (figures.length > 0 || has(...ROOTED) || has('beach', 'river', 'field', 'forest'))
    return paintNearGround(scene, {
      top: on.height * (has('beach') ? 0.82 : 0.87),
      material,
      tilt: has('beach', 'lighthouse', 'cliff') ? -0.2 : 0.06,
    })
  return () => horizon + (on.height - horizon) * 0.12
}

/** A town stands at its harbour, and doubles its lights in it, unless something needs ground to stand on. */
const isStreet = ({ has, wishes }: Scene): boolean =>
  has('city', 'tokyo') && !wishes.subjects.some(({ id }) => FIGURES[id]?.where === 'ground' || ROOTED.includes(id))

function paintLand(scene: Scene): (x: number) => number {
  const { has, on, horizon } = scene
  const material = groundMaterial(scene)
  if (has('city', 'tokyo'))
    return paintNearGround(scene, { top: horizon + on.unit * 0.006, material: scene.isWhite ? material : oklch(0.34, 0.03, 265) })
  const count = has('desert') ? 4 : 3
  const from = horizon + (has('mountain', 'fuji', 'volcano', 'valley') ? on.unit * 0.02 : -on.unit * 0.03)
  paintHills(scene, { material, count, from, to: on.height * 0.86, mark: 60 })
  if (has('path')) paintPath(scene, mix(from, on.height * 0.86, 0.2))
  const line = (x: number) => mix(from, on.height * 0.86, 0.34) + ((x / on.width) * 0.02 - 0.01) * on.unit
  if (has('village')) paintVillage(scene, line)
  if (has('flower', 'sunflower', 'lavender', 'garden') || (has('field') && scene.wishes.season === 'spring'))
    paintFlowers(scene, mix(from, on.height, 0.3))
  return line
}

function paintTrees(scene: Scene, ground: (x: number) => number): void {
  const { has, on, light, random, find } = scene
  const draw = random.fork('trees')
  const side = light.at.x < 0.5 ? 0.2 : 0.8
  if (has('forest') && !has('bamboo')) {
    paintTreeline(scene, (x) => Math.max(ground(x), on.height * 0.8), { height: on.unit * 0.2, far: 0.16, density: 0.5, name: 'mid trees' })
    for (const at of [0.03, 0.14, 0.88, 0.98])
      paintFir(
        scene,
        { x: on.width * at, y: on.height * draw.between(0.98, 1.05), height: on.unit * draw.between(0.6, 0.82), far: 0 },
        draw,
      )
  }
  if (has('pine')) {
    const pines = find('pine')!.count || 5
    for (let i = 0; i < pines; i++) {
      const x = on.width * (pines === 1 ? side : draw.chance(0.6) ? side + draw.between(-0.18, 0.14) : draw.next())
      paintFir(scene, { x, y: on.height * draw.between(0.9, 0.97), height: on.unit * draw.between(0.28, 0.5), far: 0.03 }, draw)
    }
  }
  for (const kind of ['sakura', 'maple', 'tree'] as const) {
    if (!has(kind)) continue
    const foliage = foliageOf(scene, kind)
    const many = Math.min(4, find(kind)!.count || 1)
    for (let i = 0; i < many; i++)
      paintBroadleaf(
        scene,
        { x: on.width * (many === 1 ? side : (i + 0.5) / many), y: on.height * 0.93, height: on.unit * (many === 1 ? 0.66 : 0.42), far: 0 },
        foliage,
        draw.fork(`${kind} ${i}`),
      )
  }
  if (has('palm'))
    for (let i = 0; i < (find('palm')!.count || 2); i++)
      paintPalm(
        scene,
        { x: on.width * (side + i * 0.11 - 0.04), y: on.height * 0.95, height: on.unit * draw.between(0.5, 0.7), far: 0 },
        draw,
      )
  if (has('bamboo')) paintBamboo(scene)
  if (has('grass', 'field') && !scene.isWhite && !has('flower', 'sunflower', 'lavender'))
    paintGrass(scene, { color: groundMaterial(scene), tall: has('grass') ? 0.13 : 0.05 })
}

function paintAir(scene: Scene): void {
  const { wishes, has } = scene
  if (wishes.weather.includes('fog')) paintFog(scene, 0.85)
  if (wishes.weather.includes('rain') || wishes.weather.includes('storm')) paintRain(scene, wishes.weather.includes('storm'))
  if (wishes.weather.includes('snow')) paintSnowfall(scene)
  for (const kind of ['sakura', 'maple'] as const) {
    const foliage = has(kind) ? foliageOf(scene, kind) : undefined
    if (foliage) paintDrift(scene, [foliage.main, foliage.light, foliage.dark])
  }
}
