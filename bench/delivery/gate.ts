import { basename } from 'node:path'
import sharp from 'sharp'
import { freePort } from '../../e2e/free-port.ts'
import { type Contender, FORMATS, WIDTHS } from './contenders.ts'

const rawOf = async (bytes: Buffer | string, width?: number) => {
  const { data, info } = await sharp(bytes)
    .rotate()
    .resize(width === undefined ? {} : { width })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, size: `${info.width}×${info.height}` }
}
/** Mean difference of two pictures, of 255. */
const difference = (a: Buffer, b: Buffer) => a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length

/**
 * Before any timing: everybody's picture has the same size and the format asked for, and ours is as near to the photograph, resized and
 * never encoded, as what the floor makes of it.
 */
export async function gate(all: Record<'studio' | 'floor', Contender>, photos: readonly string[]): Promise<void> {
  const running = await Promise.all(
    Object.entries(all).map(async ([who, one]) => ({ who, one, server: await one.start(await freePort()) })),
  )
  try {
    for (const format of FORMATS) {
      const here = running.filter(({ one }) => one.formats.includes(format))
      const urls = await Promise.all(here.map(({ one, server }) => one.urls(new URL(server.url).origin, format)))
      for (const [index, photo] of photos.entries()) {
        const ideal = await rawOf(photo, WIDTHS[0])
        const looks = new Map<string, { error: number; bytes: number }>()
        for (const [at, { who }] of here.entries()) {
          const response = await fetch(urls[at]![index * WIDTHS.length]!, { headers: { accept: `image/${format}` } })
          const bytes = Buffer.from(await response.arrayBuffer())
          const made = await rawOf(bytes)
          const type = response.headers.get('content-type')
          if (type !== `image/${format}` || made.size !== ideal.size)
            throw new Error(`${who} made ${type} of ${made.size}, not image/${format} of ${ideal.size}`)
          looks.set(who, { error: difference(made.data, ideal.data), bytes: bytes.length })
        }
        const said = [...looks].map(([who, { error, bytes }]) => `${who} off by ${error.toFixed(2)} in ${bytes} bytes`)
        console.log(`gate ${format} ${ideal.size} ${basename(photo)}: ${said.join(', ')}`)
        const [ours, allowed] = [looks.get('studio')!.error, looks.get('floor')!.error * 1.15 + 0.1]
        if (ours > allowed) throw new Error(`${format} is off by ${ours.toFixed(2)} of 255; allowed ${allowed.toFixed(2)}`)
      }
    }
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
}
