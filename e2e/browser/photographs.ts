import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { renderPixels } from '#models/sketch/render.ts'

/** A file as a browser's file chooser hands it over. */
export type Photograph = { name: string; mimeType: string; buffer: Buffer }
const HEIC = join(import.meta.dirname, '../../src/imaging/fixtures/quarters.heic')
const SCENES = [
  ['jpeg', 'a mountain lake at sunrise, pine trees'],
  ['png', 'a beach with palms, bright day'],
  ['webp', 'a castle on a hill, autumn'],
  ['gif', 'a red balloon over green hills'],
  ['tiff', 'desert at sunset, cactus'],
  ['avif', 'snowy mountains at night, aurora'],
  ['jpeg', 'lavender fields, a windmill'],
  ['png', 'a waterfall in a forest'],
  ['webp', 'a sailboat on the sea at dusk'],
] as const

/**
 * Ten pictures in every format that people bring, a phone's HEIC among them; of another `roll` other ones, since the studio notices
 * duplicates.
 */
export async function tenPhotographs(roll = 1): Promise<Photograph[]> {
  const drawn = await Promise.all(
    SCENES.map(async ([kind, prompt], i): Promise<Photograph> => {
      const [width, height] = i % 3 === 1 ? [480, 640] : [720, 480]
      const pixels = renderPixels({ prompt, negativePrompt: '', seed: roll * 100 + i, width, height, stylePreset: 'photographic' })
      const picture = sharp(pixels.data, { raw: { width, height, channels: 3 } })
      const buffer = await (kind === 'jpeg' ? picture.withExif({ IFD0: { Make: 'Genzo', Model: 'Test' } }) : picture)
        .toFormat(kind, kind === 'avif' ? { effort: 0 } : {})
        .toBuffer()
      return { name: `写真-${i + 1}.${kind === 'jpeg' ? 'jpg' : kind}`, mimeType: `image/${kind}`, buffer }
    }),
  )
  return [...drawn, { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: readFileSync(HEIC) }]
}
