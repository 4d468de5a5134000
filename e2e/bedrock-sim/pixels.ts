import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { invalid } from './fault.ts'

sharp.cache(false)
sharp.concurrency(1)

export type Rgb = readonly [number, number, number]
/** 8-bit RGBA. */
export type Canvas = { data: Buffer; width: number; height: number }
export type Rules = {
  formats: readonly string[]
  minSide?: number
  maxSide?: number
  minPixels?: number
  maxPixels?: number
  maxAspect?: number
  isOpaque?: boolean
}

/** An input picture, decoded and held to what its model documents. */
export async function readPicture(base64: string, name: string, rules: Rules): Promise<Canvas> {
  const bytes = Buffer.from(base64, 'base64')
  const { data, info, format } = await decode(bytes, name)
  const { width, height } = info
  const { formats, minSide = 1, maxSide = Infinity, minPixels = 1, maxPixels = Infinity, maxAspect = Infinity } = rules
  if (!formats.includes(format)) throw invalid(`#/${name}: ${format} is not one of ${formats.join(', ')}`)
  if (Math.min(width, height) < minSide || Math.max(width, height) > maxSide)
    throw invalid(`#/${name}: sides must be ${minSide} to ${maxSide} pixels`)
  if (width * height < minPixels || width * height > maxPixels) throw invalid(`#/${name}: must have ${minPixels} to ${maxPixels} pixels`)
  if (Math.max(width / height, height / width) > maxAspect) throw invalid(`#/${name}: aspect must be at most ${maxAspect}`)
  if (rules.isOpaque && !isOpaque(data)) throw invalid(`#/${name}: transparent pixels are not supported`)
  return { data, width, height }
}

function isOpaque(data: Buffer): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false
  return true
}

async function decode(bytes: Buffer, name: string) {
  try {
    const { format } = await sharp(bytes).metadata()
    const { data, info } = await sharp(bytes).toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    return { data, info, format: String(format) }
  } catch {
    throw invalid(`#/${name}: the image could not be decoded`)
  }
}

/** How much each pixel changes, 0–255, from a mask of white = change; resized to the picture. */
export async function readMask(base64: string, to: Canvas): Promise<Buffer> {
  await decode(Buffer.from(base64, 'base64'), 'mask')
  const grey = sharp(Buffer.from(base64, 'base64')).flatten({ background: '#000' }).resize(to.width, to.height, { fit: 'fill' })
  return grey.toColourspace('b-w').raw().toBuffer()
}

/** A mask that may hold nothing but black and white, of the picture's own size, without alpha. */
export async function readStrictMask(base64: string, to: Canvas): Promise<Buffer> {
  const mask = await decode(Buffer.from(base64, 'base64'), 'maskImage')
  if (mask.info.width !== to.width || mask.info.height !== to.height)
    throw invalid('The mask image and the input image must have the same size.')
  const light = Buffer.alloc(to.width * to.height)
  for (let at = 0; at < light.length; at++) {
    const [r, g, b, a] = mask.data.subarray(at * 4, at * 4 + 4) as unknown as [number, number, number, number]
    if (r !== g || g !== b || (r !== 0 && r !== 255) || a !== 255)
      throw invalid('The mask image must only contain pure black and pure white pixels.')
    light[at] = r
  }
  return light
}

/** A colour that a text stands for: its own name when it names one, else any. The same text, the same colour. */
export function colorOf(text: string): Rgb {
  const named = Object.entries(NAMED).find(([name]) => new RegExp(`\\b${name}\\b`, 'i').test(text))
  if (named) return named[1]
  const [r = 0, g = 0, b = 0] = createHash('sha256').update(text).digest()
  return [64 + (r % 160), 64 + (g % 160), 64 + (b % 160)]
}
export const NAMED: Readonly<Record<string, Rgb>> = {
  ...{ red: [220, 30, 30], green: [30, 180, 60], blue: [40, 70, 220], yellow: [235, 215, 40], purple: [140, 50, 180] },
  ...{ orange: [240, 140, 30], white: [245, 245, 245], black: [15, 15, 15], grey: [128, 128, 128] },
}

export function filled(width: number, height: number, [r, g, b]: Rgb): Canvas {
  const data = Buffer.alloc(width * height * 4)
  // A light slope, so that crops and turns of the picture can be seen.
  for (let y = 0; y < height; y++) {
    const fade = 1 - 0.25 * (y / height)
    data.fill(Uint8Array.of(r * fade, g * fade, b * fade, 255), y * width * 4, (y + 1) * width * 4)
  }
  return { data, width, height }
}

/** Paints where `change` says, as strongly as it says, and nowhere else. */
export function painted({ data, width, height }: Canvas, change: Buffer, [r, g, b]: Rgb): Canvas {
  const out = Buffer.from(data)
  for (let pixel = 0; pixel < change.length; pixel++) {
    const share = change[pixel]! / 255
    if (share === 0) continue
    const at = pixel * 4
    out[at] = out[at]! * (1 - share) + r * share
    out[at + 1] = out[at + 1]! * (1 - share) + g * share
    out[at + 2] = out[at + 2]! * (1 - share) + b * share
    out[at + 3] = Math.max(out[at + 3]!, change[pixel]!)
  }
  return { data: out, width, height }
}

export const inverted = (mask: Buffer): Buffer => Buffer.from(mask.map((value) => 255 - value))
/** 255 where a picture is transparent. */
export const holesOf = ({ data }: Canvas): Buffer =>
  Buffer.from(Uint8Array.from({ length: data.length / 4 }, (_, pixel) => 255 - data[pixel * 4 + 3]!))
/** 255 in the middle third of both sides: what a search finds here. */
export function middleOf({ width, height }: Canvas): Buffer {
  const found = Buffer.alloc(width * height)
  for (let y = Math.floor(height / 3); y < (height * 2) / 3; y++)
    found.fill(255, y * width + Math.floor(width / 3), y * width + Math.ceil((width * 2) / 3))
  return found
}

export function grown(from: Canvas, margins: { left: number; right: number; up: number; down: number }, color: Rgb): Canvas {
  const out = filled(from.width + margins.left + margins.right, from.height + margins.up + margins.down, color)
  for (let y = 0; y < from.height; y++)
    from.data.copy(out.data, ((y + margins.up) * out.width + margins.left) * 4, y * from.width * 4, (y + 1) * from.width * 4)
  return out
}

/** Pixels where `keep` is 0 become transparent. */
export function cut({ data, width, height }: Canvas, keep: Buffer): Canvas {
  const out = Buffer.from(data)
  keep.forEach((value, pixel) => {
    out[pixel * 4 + 3] = Math.min(out[pixel * 4 + 3]!, value)
  })
  return { data: out, width, height }
}

export async function resized({ data, width, height }: Canvas, to: { width: number; height: number }): Promise<Canvas> {
  const pipeline = sharp(data, { raw: { width, height, channels: 4 } }).resize(to.width, to.height, { fit: 'fill', kernel: 'cubic' })
  return { data: await pipeline.raw().toBuffer(), width: to.width, height: to.height }
}

export async function encode({ data, width, height }: Canvas, format: string): Promise<string> {
  const pipeline = sharp(data, { raw: { width, height, channels: 4 } })
  const flat = isOpaque(data) ? pipeline.removeAlpha() : pipeline
  const encoded =
    format === 'jpeg' ? flat.jpeg({ quality: 95 }) : format === 'webp' ? flat.webp({ quality: 95 }) : flat.png({ compressionLevel: 1 })
  return (await encoded.toBuffer()).toString('base64')
}
