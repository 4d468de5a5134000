import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { fromRaw } from './picture.ts'
import type { Raw } from './tiff-with-profile.ts'

/**
 * Pixels of the longest side that both are told from. A ThumbHash keeps at most 7 × 7 waves: half of the 100 pixels it may take tell it
 * the same at a quarter's cost.
 */
const SIDE = 48
const PALETTE_COLOURS = 6

/** What a picture looks like before it is there: the ThumbHash, base64 of some 25 bytes, and the palette, both from one shrinking. */
export async function impressionOf(raw: Raw): Promise<{ placeholder: string; palette: string[] }> {
  const pipeline = fromRaw(raw).resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true }).ensureAlpha()
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const placeholder = Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64')
  return { placeholder, palette: await paletteOf({ data, width, height, channels: 4 }) }
}

/**
 * At most six colours as `#rrggbb`, most of the picture first. libimagequant, which sharp carries for PNG, chooses sixteen by eye better
 * than a histogram does; the nearest are merged until six are left. Pixels that one can see through do not count. Empty when nothing can
 * be seen.
 */
async function paletteOf(small: Raw): Promise<string[]> {
  const png = await fromRaw(small).png({ palette: true, colours: 16, dither: 0, effort: 1 }).toBuffer()
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
