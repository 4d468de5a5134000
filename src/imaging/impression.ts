import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { fromRaw } from './picture.ts'
import type { Raw } from './tiff-with-profile.ts'

/** Pixels of the longest side. A ThumbHash keeps at most 7 × 7 waves: half of the 100 it may take tell it the same at a quarter's cost. */
const HASH_SIDE = 50
const PALETTE_SIDE = 48
const PALETTE_COLOURS = 6

/** Base64 of the ThumbHash: some 25 bytes that say what the picture looks like before it is there. */
export async function placeholderOf(raw: Raw): Promise<string> {
  const small = fromRaw(raw).resize(HASH_SIDE, HASH_SIDE, { fit: 'inside', withoutEnlargement: true }).ensureAlpha()
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

/**
 * At most six colours as `#rrggbb`, most of the picture first. libimagequant, which sharp carries for PNG, chooses sixteen by eye better
 * than a histogram does; the nearest are merged until six are left. Pixels that one can see through do not count. Empty when nothing can
 * be seen.
 */
export async function paletteOf(raw: Raw): Promise<string[]> {
  const small = fromRaw(raw).resize(PALETTE_SIDE, PALETTE_SIDE, { fit: 'inside', withoutEnlargement: true })
  const png = await small.png({ palette: true, colours: 16, dither: 0, effort: 1 }).toBuffer()
  const { data } = await sharp(png).ensureAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const colours = new Map<number, Colour>()
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]! < 128) continue
    const rgb = data.readUIntBE(at, 3)
    const colour = colours.get(rgb)
    if (colour) colour.count += 1
    else colours.set(rgb, { rgb: [data[at]!, data[at + 1]!, data[at + 2]!], count: 1 })
  }
  return merged([...colours.values()])
    .sort((a, b) => b.count - a.count)
    .map(({ rgb }) => `#${Buffer.from(rgb.map(Math.round)).toString('hex')}`)
}

type Colour = { rgb: [number, number, number]; count: number }

/** Ward's rule: of all pairs the one whose merging moves the fewest pixels the least, so that a small but telling accent survives. */
function merged(colours: Colour[]): Colour[] {
  if (colours.length <= PALETTE_COLOURS) return colours
  let best: { a: Colour; b: Colour; cost: number } | undefined
  for (const [index, a] of colours.entries()) {
    for (const b of colours.slice(index + 1)) {
      const distance = a.rgb.reduce((sum, value, channel) => sum + (value - b.rgb[channel]!) ** 2, 0)
      const cost = (distance * a.count * b.count) / (a.count + b.count)
      if (!best || cost < best.cost) best = { a, b, cost }
    }
  }
  const { a, b } = best!
  const count = a.count + b.count
  const rgb = a.rgb.map((value, channel) => (value * a.count + b.rgb[channel]! * b.count) / count) as Colour['rgb']
  return merged([...colours.filter((one) => one !== a && one !== b), { rgb, count }])
}
