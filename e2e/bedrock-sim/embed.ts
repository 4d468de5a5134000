import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { invalid } from './fault.ts'
import { NAMED } from './pixels.ts'

/** A unit vector of the words: texts that share words lie near each other. */
export function embedText(text: string, length: number): number[] {
  const sum = new Array<number>(length).fill(0)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let block = createHash('sha256').update(word).digest()
    for (let at = 0; at < length; at++) {
      if (at % 32 === 0 && at > 0) block = createHash('sha256').update(block).digest()
      sum[at]! += block[at % 32]! / 127.5 - 1
    }
  }
  const norm = Math.hypot(...sum) || 1
  return sum.map((value) => value / norm)
}

/** A picture lies where the name of its mean colour lies, so that `red` finds what is red. */
export async function embedPicture(base64: string, length: number): Promise<number[]> {
  try {
    const { channels } = await sharp(Buffer.from(base64, 'base64')).stats()
    const mean = [0, 1, 2].map((at) => (channels[at] ?? channels[0]!).mean)
    const off = (rgb: readonly number[]) => Math.hypot(...rgb.map((value, at) => value - mean[at]!))
    const [name] = Object.entries(NAMED).reduce((best, one) => (off(one[1]) < off(best[1]) ? one : best))
    return embedText(name, length)
  } catch {
    throw invalid('the image could not be decoded')
  }
}
