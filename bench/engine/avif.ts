import sharp from 'sharp'
import { transformPicture } from '#imaging/transform.ts'
import { ratios, rounds, tell } from '../harness.ts'
import { pixelsOf, ssim } from './quality.ts'

const WIDTH = 640
const OTHER_WIDTHS = [320, 1280]

/** Row 4: AVIF as we make it, in both efforts, beside sharp's defaults at the same quality; then what the better effort is worth. */
export async function benchAvif(photos: readonly string[], count: number): Promise<void> {
  const { high, low, defaults } = await measure(photos, { width: WIDTH, count, efforts: ['high', 'low', 'defaults'] })
  const of = (cells: Cell[], what: keyof Cell) => cells.map((one) => one[what])
  tell('4 AVIF q50, sharp defaults CPU / ours', ratios(of(defaults, 'ms'), of(high, 'ms')), '×', '≥ 8')
  tell('4   bytes, ours / defaults', ratios(of(high, 'bytes'), of(defaults, 'bytes')), '×', '≤ 1.05')
  tell('4   lost likeness (1 − SSIM), ours / defaults', ratios(of(high, 'loss'), of(defaults, 'loss')), '×')
  tell('4 the same for a cold miss (effort 0): CPU', ratios(of(defaults, 'ms'), of(low, 'ms')))
  tell('4   bytes', ratios(of(low, 'bytes'), of(defaults, 'bytes')))
  tell('4   lost likeness', ratios(of(low, 'loss'), of(defaults, 'loss')))
  tellEfforts(WIDTH, { high, low })
  for (const width of OTHER_WIDTHS) tellEfforts(width, await measure(photos, { width, count, efforts: ['high', 'low'] }))
}

/** What making a cold miss again in the background would gain, and cost (ADR 10). */
function tellEfforts(width: number, { high, low }: { high: Cell[]; low: Cell[] }): void {
  const per = (what: keyof Cell) =>
    ratios(
      low.map((one) => one[what]),
      high.map((one) => one[what]),
    )
  tell(`4 effort 0 / effort 2 at ${width}: bytes`, per('bytes'))
  tell('4   lost likeness', per('loss'))
  tell(
    '4   CPU, effort 2 an image',
    high.map(({ ms }) => ms),
    ' ms',
  )
  tell(
    '4   CPU, effort 0 an image',
    low.map(({ ms }) => ms),
    ' ms',
  )
}

type Effort = 'high' | 'low' | 'defaults'
type Cell = { ms: number; bytes: number; loss: number }

async function measure<E extends Effort>(
  photos: readonly string[],
  { width, count, efforts }: { width: number; count: number; efforts: readonly E[] },
): Promise<Record<E, Cell[]>> {
  const sources = await Promise.all(
    photos.map(async (photo) => {
      const png = await sharp(photo).autoOrient().resize(width).toColourspace('srgb').png({ compressionLevel: 0 }).toBuffer()
      return { png, ideal: await pixelsOf(png) }
    }),
  )
  const make = (png: Buffer, height: number, effort: Effort) =>
    effort === 'defaults'
      ? sharp(png).avif({ quality: 50 }).toBuffer()
      : transformPicture(png, { width, height, fit: 'inside', format: 'avif', quality: 50 }, { effort }).then(({ bytes }) =>
          Buffer.from(bytes),
        )

  const run = async (effort: Effort): Promise<Cell> => {
    const began = process.cpuUsage()
    const made: Buffer[] = []
    for (const { png, ideal } of sources) made.push(await make(png, ideal.height, effort))
    const { user, system } = process.cpuUsage(began)
    const near = await Promise.all(made.map(async (bytes, at) => ssim(await pixelsOf(bytes), sources[at]!.ideal)))
    return {
      ms: (user + system) / 1000 / sources.length,
      bytes: made.reduce((sum, { length }) => sum + length, 0),
      loss: near.reduce((sum, one) => sum + 1 - one, 0),
    }
  }
  await run('high')
  return (await rounds(count, Object.fromEntries(efforts.map((effort) => [effort, () => run(effort)])))) as Record<E, Cell[]>
}
