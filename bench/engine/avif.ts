import sharp from 'sharp'
import { transformPicture } from '#imaging/transform.ts'
import { ratios, rounds, tell } from '../harness.ts'
import { pixelsOf, ssim } from './quality.ts'

const WIDTH = 640

/** Row 4: AVIF as we make it, in both efforts, beside sharp's defaults at the same quality. */
export async function benchAvif(photos: readonly string[], count: number): Promise<void> {
  const sources = await Promise.all(
    photos.map(async (photo) => {
      const png = await sharp(photo).autoOrient().resize(WIDTH).toColourspace('srgb').png({ compressionLevel: 0 }).toBuffer()
      return { png, ideal: await pixelsOf(png) }
    }),
  )
  const ours = (effort: 'low' | 'high') => async (png: Buffer, height: number) => {
    const made = await transformPicture(png, { width: WIDTH, height, fit: 'inside', format: 'avif', quality: 50 }, { effort })
    return Buffer.from(made.bytes)
  }
  const make = { high: ours('high'), low: ours('low'), defaults: (png: Buffer) => sharp(png).avif({ quality: 50 }).toBuffer() }

  const run = async (who: keyof typeof make) => {
    const began = process.cpuUsage()
    const made: Buffer[] = []
    for (const { png, ideal } of sources) made.push(await make[who](png, ideal.height))
    const { user, system } = process.cpuUsage(began)
    const near = await Promise.all(made.map(async (bytes, at) => ssim(await pixelsOf(bytes), sources[at]!.ideal)))
    return {
      ms: (user + system) / 1000,
      bytes: made.reduce((sum, { length }) => sum + length, 0),
      loss: near.reduce((sum, one) => sum + 1 - one, 0),
    }
  }
  await run('high')
  const measured = await rounds(count, { high: () => run('high'), low: () => run('low'), defaults: () => run('defaults') })
  const of = (who: keyof typeof make, what: 'ms' | 'bytes' | 'loss') => measured[who]!.map((one) => one[what])
  tell('4 AVIF q50, sharp defaults CPU / ours', ratios(of('defaults', 'ms'), of('high', 'ms')), '×', '≥ 8')
  tell('4   bytes, ours / defaults', ratios(of('high', 'bytes'), of('defaults', 'bytes')), '×', '≤ 1.05')
  tell('4   lost likeness (1 − SSIM), ours / defaults', ratios(of('high', 'loss'), of('defaults', 'loss')), '×')
  tell('4 the same for a cold miss (effort 0): CPU', ratios(of('defaults', 'ms'), of('low', 'ms')))
  tell('4   bytes', ratios(of('low', 'bytes'), of('defaults', 'bytes')))
  tell('4   lost likeness', ratios(of('low', 'loss'), of('defaults', 'loss')))
}
