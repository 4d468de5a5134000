// The small pictures by which Create shows its style presets, drawn by the studio's own sketch renderer: `npm run pictures:styles`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { STYLE_PRESETS } from '#models/catalogue/stability.data.ts'
import { renderPixels } from '#models/sketch/render.ts'

const FOLDER = join(import.meta.dirname, '../../src/web/public/styles')
/** Shown at 76 CSS pixels. */
const SIDE = 96
const MAX_BYTES = 3 * 1024
const RENDERED = 384

type Recipe = { prompt: string; seed?: number; finish?: (picture: Sharp) => Sharp }
/** One motif for each, so that the manner is what differs; the finish is what the renderer's nearest manner lacks. */
const RECIPES: Record<string, Recipe> = {
  '3d-model': { prompt: 'a big red rocket, blue sky', finish: (picture) => picture.modulate({ saturation: 1.25 }) },
  'analog-film': {
    prompt: 'a red car, hills, sunset, vintage',
    finish: (picture) => picture.modulate({ saturation: 0.7 }).tint('#e0c09a'),
  },
  anime: { prompt: 'a big cat, cherry blossoms, pink sky', finish: (picture) => picture.modulate({ saturation: 1.5, brightness: 1.06 }) },
  cinematic: {
    prompt: 'a lighthouse on a cliff, dramatic, sunset, sea',
    finish: (picture) => picture.modulate({ saturation: 0.8 }).linear([1.08, 1, 0.98], [-10, -8, 2]),
  },
  'comic-book': { prompt: 'a big robot, city, yellow sky' },
  'digital-art': { prompt: 'planet, mountains, aurora, stars, vivid' },
  enhance: { prompt: 'a mountain lake, pine, rainbow, vivid', finish: (picture) => picture.modulate({ saturation: 1.35 }) },
  'fantasy-art': { prompt: 'a big dragon over a castle, magical, sunset' },
  isometric: { prompt: 'a big house, grass, blue sky', finish: (picture) => picture.modulate({ saturation: 1.2 }) },
  'line-art': { prompt: 'a big owl, pine, hills' },
  'low-poly': { prompt: 'a big fox, mountains, sunset' },
  'modeling-compound': { prompt: 'a big penguin, orange sky, kawaii', finish: (picture) => picture.blur(1).modulate({ saturation: 1.3 }) },
  'neon-punk': { prompt: 'tokyo at night, neon, a red car' },
  origami: { prompt: 'a big red fish, sea', finish: (picture) => picture.modulate({ brightness: 1.08 }) },
  photographic: { prompt: 'a mountain lake at sunrise, pine' },
  'pixel-art': {
    prompt: 'a big robot, blue sky, grass',
    // Coarser than the renderer paints: its pixels would be lost at this size.
    finish: (picture) => picture.resize(32, 32, { kernel: 'nearest' }).resize(SIDE, SIDE, { kernel: 'nearest' }),
  },
  'tile-texture': { prompt: 'a big butterfly, sunflower, blue' },
}

mkdirSync(FOLDER, { recursive: true })
for (const preset of STYLE_PRESETS) {
  const recipe = RECIPES[preset]
  if (!recipe) throw new Error(`there is no recipe for the style preset ${preset}: add one to RECIPES`)
  const { data, width, height, channels } = renderPixels({
    ...{ prompt: recipe.prompt, negativePrompt: '', seed: recipe.seed ?? 7, stylePreset: preset },
    ...{ width: RENDERED, height: RENDERED },
  })
  const picture = sharp(data, { raw: { width, height, channels } })
  const bytes = await fitting(await (recipe.finish?.(picture) ?? picture).png().toBuffer())
  writeFileSync(join(FOLDER, `${preset}.webp`), bytes)
}
console.log(`${STYLE_PRESETS.length} pictures in ${FOLDER}`)

/** The best quality that fits, in steps of five. */
async function fitting(png: Buffer): Promise<Buffer> {
  const small = await sharp(png).resize(SIDE, SIDE).png().toBuffer()
  for (let quality = 85; quality >= 20; quality -= 5) {
    const bytes = await sharp(small).webp({ quality, effort: 6, smartSubsample: true }).toBuffer()
    if (bytes.byteLength <= MAX_BYTES) return bytes
  }
  throw new Error(`no quality brings this picture under ${MAX_BYTES} bytes`)
}
