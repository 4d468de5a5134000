import { decodeRaw, fromRaw, openPicture } from '#imaging/picture.ts'
import { clamp, mix, smooth } from '../exact.ts'
import { noise2 } from '../noise.ts'
import type { Pixels } from '../png.ts'
import { inputOf, type Job, numberOf } from './job.ts'

const FACTOR = 4

/** Four times each side, by Lanczos alone. */
export const upscaleFast = (job: Job): Promise<Pixels> => enlarged(job)

/** Four times each side, edges sharpened and flat areas left alone. */
export const upscaleConservative = (job: Job): Promise<Pixels> => enlarged(job, 0.5 + numberOf(job, 'creativity', 0.35))

/** As the conservative one, with fine texture laid in where the picture has some: invented, not recovered. */
export async function upscaleCreative(job: Job): Promise<Pixels> {
  const creativity = numberOf(job, 'creativity', 0.3)
  const pixels = await enlarged(job, 0.9)
  const { data, width, height, channels } = pixels
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * channels
      const near =
        Math.abs(data[at + 1]! - data[at + 1 - channels * Math.min(x, 3)]!) +
        Math.abs(data[at + 1]! - data[at + 1 - width * channels * Math.min(y, 3)]!)
      // Neither in plain areas, where it would be dirt, nor on hard edges, where it would be fringes.
      const room = smooth(2, 14, near) * smooth(90, 40, near)
      if (room <= 0) continue
      const detail =
        (noise2(x * 0.37, y * 0.37, job.seed) * 0.6 + noise2(x * 0.81, y * 0.81, job.seed + 1) * 0.4) * room * mix(6, 34, creativity)
      for (let c = 0; c < 3; c++) data[at + c] = clamp(data[at + c]! + detail, 0, 255)
    }
  return pixels
}

async function enlarged(job: Job, sharpness?: number): Promise<Pixels> {
  const raw = await decodeRaw(await openPicture(inputOf(job, 'source').bytes))
  const resized = fromRaw(raw).resize(raw.width * FACTOR, raw.height * FACTOR, { kernel: 'lanczos3', fit: 'fill' })
  // m1 is what flat areas get (none), m2 what edges get; y2 and y3 hold overshoot down, so that no halo appears.
  const pipeline = sharpness === undefined ? resized : resized.sharpen({ sigma: 2, m1: 0, m2: 2.2 * sharpness, x1: 3, y2: 8, y3: 10 })
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true })
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
    channels: info.channels as 3 | 4,
  }
}
