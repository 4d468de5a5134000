// One cell of the ingest table: a fresh process that makes the whole set of each file by one method, two at once, and prints one JSON line.
// `node bench/engine/set-worker.ts METHOD OUT|- FILE…`
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { rungsOf } from '#core/canonical.ts'
import { LADDER, MEZZANINE_WIDTH, rungName } from '#core/transform.ts'
import { giveBack } from '#imaging/give-back.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { decodeRaw, fromRaw, openPicture, shrinkRaw } from '#imaging/picture.ts'
import type { Raw } from '#imaging/tiff-with-profile.ts'

const [method = '', out = '-', ...files] = process.argv.slice(2)
const AT_ONCE = 2
sharp.cache(false)
sharp.concurrency(1)
const LIMITS = { maxBytes: 1e9, maxPixels: 1e9, maxSide: 65_535, maxFrames: 2000 }
const widths = [...LADDER].reverse()
const pixels = inProcessPixels({ read: async (path) => path })

const keep = (name: string, bytes: Uint8Array, path: string) => {
  if (out !== '-' && path === files[0]) writeFileSync(join(out, name), bytes)
  return bytes.length
}
const isJpeg = (path: string) => /\.jpe?g$/i.test(path)
const nameOf = (canonical: string) => {
  if (canonical.includes('mezzanine')) return 'mezzanine'
  const width = widths.find((one) => canonical === rungName(one, 'webp'))
  return width === undefined ? '320.jpeg' : `${width}.webp`
}

/** What everybody writes: the file decoded anew for each output, with JPEG's shrink on load. No output twice where the file is small. */
async function usual(path: string, isConverted: boolean): Promise<number> {
  const bytes = readFileSync(path)
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata()
  const sized = (width: number) => {
    const pipeline = sharp(bytes, { limitInputPixels: false }).autoOrient()
    return (isConverted ? pipeline : pipeline.keepIccProfile()).resize(width, undefined, { withoutEnlargement: true })
  }
  let made = 0
  for (const width of rungsOf(autoOrient.width))
    made += keep(`${width}.webp`, await sized(width).webp({ quality: 80, effort: 4 }).toBuffer(), path)
  made += keep('320.jpeg', await sized(320).flatten({ background: '#fff' }).jpeg({ quality: 80 }).toBuffer(), path)
  const mezzanine = sized(MEZZANINE_WIDTH).flatten({ background: '#fff' })
  made += keep('mezzanine', await mezzanine.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(), path)
  const small = sized(100).resize(100, 100, { fit: 'inside' }).toColourspace('srgb').ensureAlpha()
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true })
  rgbaToThumbHash(info.width, info.height, data)
  return made
}

/** Ours, as the pool's children run it: looked at and made, each from the file. */
async function ours(path: string): Promise<number> {
  await pixels.inspect({ key: path }, LIMITS)
  const { renditions } = await pixels.makeSet({ key: path }, { format: '' })
  return renditions.reduce((sum, { canonical, bytes: made }) => sum + keep(nameOf(canonical), made, path), 0)
}

/** The whole processing of an upload: workflow, SQLite and files beside the pixels. Loaded here: a child has none of it in its heap. */
async function studio() {
  const { originalKey } = await import('#core/ports/blobs.ts')
  const { imageOf } = await import('#core/ports/samples.contract.ts')
  const { localPorts } = await import('#local/studio.ts')
  const { withComment } = await import('./ready.ts')
  const ports = localPorts({ policy: { maxPixels: 1e9, maxUploadBytes: 1e9 }, dir: out })
  return {
    async prepare(path: string, index: number) {
      const image = imageOf({ ownerId: 'ada', state: 'processing' })
      const bytes = isJpeg(path) ? withComment(readFileSync(path), `${index}`) : readFileSync(path)
      await ports.blobs.put(originalKey('ada', image.id), bytes, { contentType: 'image/jpeg' })
      // An upload streams to its file: what it left here would be collected while the processing is measured.
      giveBack(bytes)
      await ports.images.insert(image)
      return image.id
    },
    async run(imageId: string) {
      await ports.workflows.run('processing', imageId, { imageId })
      const image = await ports.images.find(imageId)
      if (image?.state !== 'ready') throw new Error(`${image?.state}: ${image?.reasonDetail}`)
      return image.renditions.reduce((sum, { byteLength }) => sum + byteLength, 0)
    },
  }
}

async function atOnce<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const left = [...items.entries()]
  const one = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1], next[0])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return results
}

const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
async function measured(work: () => Promise<readonly number[]>) {
  const [cpuBefore, began] = [cpu(), performance.now()]
  const made = await work()
  return { cpu: cpu() - cpuBefore, seconds: (performance.now() - began) / 1000, bytes: made.reduce((a, b) => a + b, 0) }
}

/** What no way of making the set can do without: one decode to the widest rung, and the encodes, each alone. */
async function floor() {
  const decode = async (path: string) => {
    const opened = await openPicture(readFileSync(path))
    return decodeRaw(opened, { width: Math.min(opened.width, widths[0]!) })
  }
  const raws = await atOnce(files, async (path) => {
    const all: Raw[] = [await decode(path)]
    for (const width of [MEZZANINE_WIDTH, ...widths.slice(1)])
      all.push(await shrinkRaw(all[0]!, width, Math.round((all[0]!.height * width) / all[0]!.width)))
    return all
  })
  const decoding = await measured(() => atOnce(files, async (path) => (await decode(path)).data.length))
  const encoding = await measured(() =>
    atOnce(raws, async ([widest, mezzanine, ...rest]) => {
      let made = (await fromRaw(mezzanine!).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer()).length
      for (const raw of [widest!, ...rest]) made += (await fromRaw(raw).webp({ quality: 80, effort: 4 }).toBuffer()).length
      return made + (await fromRaw(rest.at(-2)!).jpeg({ quality: 80 }).toBuffer()).length
    }),
  )
  return { cpu: decoding.cpu + encoding.cpu, seconds: decoding.seconds + encoding.seconds, bytes: encoding.bytes }
}

const METHODS = { ours, usual: (path: string) => usual(path, true), unconverted: (path: string) => usual(path, false) }

async function run() {
  if (method === 'floor') return floor()
  if (method === 'studio') {
    const { prepare, run: process } = await studio()
    await process(await prepare(files[0]!, -1))
    const ids = await atOnce(files, prepare)
    return measured(() => atOnce(ids, process))
  }
  const work = METHODS[method as keyof typeof METHODS]
  if (!work) throw new Error(`no method ${method}`)
  // Libraries load, tables fill and functions are compiled once a process: not a picture's own cost.
  await work(files[0]!)
  return measured(() => atOnce(files, work))
}

/** The peak of this program alone. What getrusage says begins with the memory of the parent that forked it. */
const peakKb = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])

const result = await run()
console.log(JSON.stringify({ ...result, rssKb: peakKb() }))
process.exit(0)
