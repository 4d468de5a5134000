import { StudioError } from '#core/errors.ts'
import type { Picture } from '#core/ports/pixels.ts'
import { decodeRaw, openPicture } from '#imaging/picture.ts'
import type { Canvas } from '../canvas.ts'
import { clamp } from '../exact.ts'
import { blurred } from '../filters.ts'
import type { Pixels } from '../png.ts'

/** A decoded input: 8-bit colours (what is kept stays bit for bit), and its transparency if it has any. */
export type Layer = { width: number; height: number; rgb: Uint8Array; alpha: Uint8Array | undefined }
/** How much of each pixel changes, 0 to 1. */
export type Soft = Float32Array

export async function decodeLayer({ bytes }: Pick<Picture, 'bytes'>, size?: { width: number; height: number }): Promise<Layer> {
  const raw = await decodeRaw(await openPicture(bytes), size && { ...size, fit: 'fill', kernel: 'lanczos3' })
  const { width, height, channels, data } = raw
  const rgb = new Uint8Array(width * height * 3)
  const alpha = channels === 4 || channels === 2 ? new Uint8Array(width * height) : undefined
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = data[i * channels + (channels >= 3 ? c : 0)]!
    if (alpha) alpha[i] = data[i * channels + channels - 1]!
  }
  return { width, height, rgb, alpha }
}

/** A mask over its source: white = change, grey = in part, transparent = keep; grown by `grow` pixels with a soft rim. */
export async function decodeMask(picture: Picture, source: Layer, grow = 0): Promise<Soft> {
  if (picture.width !== source.width || picture.height !== source.height) {
    const [is, wants] = [picture, source].map(({ width, height }) => `${width} × ${height}`)
    throw new StudioError('invalid_input', `the mask is ${is}; its source is ${wants}, and they must agree`)
  }
  const { rgb, alpha } = await decodeLayer(picture)
  const soft = new Float32Array(source.width * source.height)
  for (let i = 0; i < soft.length; i++)
    soft[i] = ((rgb[i * 3]! * 0.299 + rgb[i * 3 + 1]! * 0.587 + rgb[i * 3 + 2]! * 0.114) / 255) * (alpha ? alpha[i]! / 255 : 1)
  return grow > 0 ? grown(soft, source, grow) : soft
}

/** Reaches `pixels` farther, fading: a blur whose far tail is lifted, so that nothing beyond the reach changes. */
export function grown(soft: Soft, { width, height }: { width: number; height: number }, pixels: number): Soft {
  const spread = blurred({ data: soft, width, height, channels: 1 }, Math.max(1, pixels / 3))
  return soft.map((value, i) => Math.max(value, clamp(spread[i]! * 2.4 - 0.2)))
}

export const toCanvas = ({ width, height, rgb }: Layer): Canvas => ({
  width,
  height,
  unit: Math.min(width, height),
  data: Float32Array.from(rgb, (value) => value / 255),
  marks: new Uint8Array(width * height),
})

/** New colours laid over the source through a mask; where the mask is black the source's own bytes come through untouched. */
export function composed(source: Layer, made: Canvas, soft?: Soft): Pixels {
  const { width, height, rgb } = source
  const channels = source.alpha ? 4 : 3
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const t = soft ? soft[i]! : 1
    for (let c = 0; c < 3; c++) {
      const old = rgb[i * 3 + c]!
      data[i * channels + c] = t <= 0 ? old : Math.round(clamp(old + (made.data[i * 3 + c]! * 255 - old) * t, 0, 255))
    }
    if (source.alpha) data[i * channels + 3] = Math.max(source.alpha[i]!, Math.round(t * 255) * (soft ? 1 : 0))
  }
  return { data, width, height, channels }
}

/** The box of what a mask changes, right and lower bounds excluded; undefined when it changes nothing. */
export function boundsOf(soft: Soft, width: number): { left: number; top: number; right: number; bottom: number } | undefined {
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0]
  for (let i = 0; i < soft.length; i++) {
    if (soft[i]! < 0.3) continue
    const [x, y] = [i % width, Math.floor(i / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = y + 1
  }
  return right > left ? { left, top, right, bottom } : undefined
}

/** Nearest of a smaller or larger grid, bilinear: floats of any number of channels. */
export function resized(
  plane: { data: Float32Array; width: number; height: number; channels: number },
  width: number,
  height: number,
): Float32Array {
  const { data, channels: n } = plane
  const out = new Float32Array(width * height * n)
  for (let y = 0; y < height; y++) {
    const sy = clamp(((y + 0.5) * plane.height) / height - 0.5, 0, plane.height - 1)
    const y0 = Math.floor(sy)
    const y1 = Math.min(plane.height - 1, y0 + 1)
    for (let x = 0; x < width; x++) {
      const sx = clamp(((x + 0.5) * plane.width) / width - 0.5, 0, plane.width - 1)
      const x0 = Math.floor(sx)
      const x1 = Math.min(plane.width - 1, x0 + 1)
      for (let c = 0; c < n; c++) {
        const at = (px: number, py: number) => data[(py * plane.width + px) * n + c]!
        const top = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * (sx - x0)
        const low = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * (sx - x0)
        out[(y * width + x) * n + c] = top + (low - top) * (sy - y0)
      }
    }
  }
  return out
}

/** Means of blocks: how pictures shrink without shimmer before something slow looks at them. */
export function shrunk(plane: { data: Float32Array; width: number; height: number; channels: number }, longest: number) {
  const factor = Math.max(1, Math.ceil(Math.max(plane.width, plane.height) / longest))
  if (factor === 1) return plane
  const n = plane.channels
  const [width, height] = [Math.ceil(plane.width / factor), Math.ceil(plane.height / factor)]
  const data = new Float32Array(width * height * n)
  const counts = new Float32Array(width * height)
  for (let y = 0; y < plane.height; y++)
    for (let x = 0; x < plane.width; x++) {
      const to = Math.floor(y / factor) * width + Math.floor(x / factor)
      counts[to] = counts[to]! + 1
      for (let c = 0; c < n; c++) data[to * n + c] = data[to * n + c]! + plane.data[(y * plane.width + x) * n + c]!
    }
  for (let i = 0; i < data.length; i++) data[i] = data[i]! / counts[Math.floor(i / n)]!
  return { data, width, height, channels: n }
}
