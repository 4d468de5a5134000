import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

/** A file as a browser's file chooser hands it over. */
export type Photograph = { name: string; mimeType: string; buffer: Buffer }
const HEIC = join(import.meta.dirname, '../../src/imaging/fixtures/quarters.heic')
const KINDS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const

/**
 * Ten pictures with the grain of photographs, in every format that people bring, a phone's HEIC among them. No two are alike, since the
 * studio notices duplicates.
 */
export async function tenPhotographs(): Promise<Photograph[]> {
  const drawn = await Promise.all(
    Array.from({ length: 9 }, async (_, i): Promise<Photograph> => {
      const kind = KINDS[i % KINDS.length]!
      // The slow encoders get the small pictures.
      const [width, height] = kind === 'avif' || kind === 'gif' ? [240, 160 + i] : [900, 600 + i]
      const grain = { type: 'gaussian', mean: 128, sigma: 30 } as const
      const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise: grain } }).tint({
        r: 90 + i * 15,
        g: 120,
        b: 160,
      })
      const buffer = await (kind === 'jpeg' ? picture.withExif({ IFD0: { Make: 'Genzo', Model: 'Test' } }) : picture)
        .toFormat(kind, kind === 'avif' ? { effort: 0 } : {})
        .toBuffer()
      return { name: `写真-${i + 1}.${kind === 'jpeg' ? 'jpg' : kind}`, mimeType: `image/${kind}`, buffer }
    }),
  )
  return [...drawn, { name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer: readFileSync(HEIC) }]
}
