import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { makeSet } from '#imaging/make-set.ts'
import { ratios, rounds, tell } from '../harness.ts'
import { deltaE, pixelsOf, ssim } from './quality.ts'

const PEERS = join(import.meta.dirname, '../peers/engine')
const WORKER = join(import.meta.dirname, 'set-worker.ts')
/** As `src/local/pixel-pool.ts` starts its children; for every contender alike. */
const CHILD_ENV = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' }
const FILES = ['2048.webp', '1280.webp', '640.webp', '320.webp', '160.webp', '320.jpeg', 'mezzanine']

type Cell = { cpu: number; rssKb: number; bytes: number }
type Method = 'ours' | 'studio' | 'usual' | 'unconverted' | 'floor' | 'naive' | 'draft'

/** Pillow of the pinned version in an environment of its own, outside the tree; made at the first run. */
function pillow(): string {
  const pinned = readFileSync(join(PEERS, 'pillow.txt'), 'utf8').trim()
  const home = join(tmpdir(), `genzo-bench-${pinned}`)
  const python = join(home, 'bin/python')
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', home])
  const { status } = spawnSync(python, ['-c', 'import PIL'])
  if (status !== 0) execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(PEERS, 'pillow.txt')], { stdio: 'inherit' })
  return python
}

/** One method over the files, in a process of its own. */
function cell(method: Method, files: readonly string[], out = '-'): Cell {
  const isPillow = method === 'naive' || method === 'draft'
  const dir = method === 'studio' ? mkdtempSync(join(tmpdir(), 'genzo-bench-')) : out
  const [program, script] = isPillow ? [pillow(), join(PEERS, 'pillow_set.py')] : [process.execPath, WORKER]
  const answer = execFileSync(program, [script, method, dir, ...files], {
    ...{ encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, ...CHILD_ENV },
  })
  if (method === 'studio') rmSync(dir, { recursive: true, force: true })
  const { cpu, ...rest } = JSON.parse(answer) as Cell
  return { ...rest, cpu: cpu / files.length }
}

/** Before any timing: what each peer makes of the first photograph has the same sizes and looks as near to it; nothing private is in ours. */
async function gateSets(photo: string): Promise<void> {
  const made = new Map<Method, string>()
  for (const method of ['ours', 'usual', 'naive', 'draft'] as const) {
    const dir = mkdtempSync(join(tmpdir(), `genzo-gate-${method}-`))
    cell(method, [photo], dir)
    made.set(method, dir)
  }
  for (const name of FILES) {
    const bytes = readFileSync(join(made.get('ours')!, name))
    const mine = await pixelsOf(bytes)
    const ideal = await pixelsOf(photo, mine)
    const near = ssim(mine, ideal)
    for (const method of ['usual', 'naive', 'draft'] as const) {
      const theirs = await pixelsOf(readFileSync(join(made.get(method)!, name)))
      if (theirs.width !== mine.width || theirs.height !== mine.height)
        throw new Error(`${name}: ${mine.width}×${mine.height} here, ${theirs.width}×${theirs.height} by ${method}`)
      const other = ssim(theirs, ideal)
      if (near < other - 0.005) throw new Error(`${name}: SSIM ${near.toFixed(4)} here, ${other.toFixed(4)} by ${method}`)
    }
    const { exif, icc } = await sharp(bytes).metadata()
    if (exif || icc) throw new Error(`${name} carries ${exif ? 'EXIF' : 'a profile'}`)
    const colour = deltaE(mine, ideal)
    if (colour > 3) throw new Error(`${name}: ΔE ${colour.toFixed(2)} from the photograph`)
    console.log(`gate ${name.padEnd(10)} ${mine.width}×${mine.height} SSIM ${near.toFixed(4)}, ΔE ${colour.toFixed(2)}, no EXIF, sRGB`)
  }
}

/** Display P3 and CMYK come out in the colours that converting the whole picture first gives. */
async function gateColour(photo: string): Promise<void> {
  const small = sharp(photo).autoOrient().resize(2600)
  const files = {
    'display p3': await small.clone().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
    cmyk: await small.clone().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer(),
    grey: await small.clone().greyscale().jpeg({ quality: 95 }).toBuffer(),
  }
  for (const [name, bytes] of Object.entries(files)) {
    const mezzanine = (await makeSet(bytes)).renditions.find(({ canonical }) => canonical.includes('mezzanine'))!
    const first = await sharp(bytes).toColourspace('srgb').png().toBuffer()
    // Small, so that JPEG's own noise averages out and what is left is colour.
    const [mine, ideal] = await Promise.all([Buffer.from(mezzanine.bytes), first].map((one) => pixelsOf(one, { width: 320, height: 240 })))
    const colour = deltaE(mine!, ideal!)
    console.log(`gate ${name.padEnd(10)} ΔE ${colour.toFixed(2)} from converting first (at most 1)`)
    if (colour > 1) throw new Error(`${name} is off by ΔE ${colour.toFixed(2)}`)
  }
}

/** Rows 1–3 and 14. */
export async function benchIngest(photos: readonly string[], all: readonly string[], count: number): Promise<void> {
  await gateSets(photos[0]!)
  await gateColour(photos[0]!)
  // Short cells would measure the start of a process.
  const twelve = Array.from({ length: Math.max(6, photos.length) }, (_, at) => photos[at % photos.length]!)
  const of = (methods: readonly Method[], files: readonly string[]) =>
    rounds(count, Object.fromEntries(methods.map((method) => [method, async () => cell(method, files)])))

  const one = await of(['ours', 'usual', 'unconverted', 'floor', 'studio', 'naive', 'draft'], twelve)
  const cpu = (cells: Record<string, Cell[]>, method: Method) => cells[method]!.map((value) => value.cpu)
  for (const method of Object.keys(one) as Method[]) tell(`  12 MP, ${method}: CPU a set`, cpu(one, method), ' s')
  const mine = cpu(one, 'ours')
  tell('1 per-output sharp CPU / ours, 12 MP', ratios(cpu(one, 'usual'), mine), '×', '≥ 1.28')
  tell('1   the same, and it leaves the colours unconverted', ratios(cpu(one, 'unconverted'), mine))
  tell('2 ours / (one decode + encodes alone)', ratios(mine, cpu(one, 'floor')), '×', '≤ 1.06')
  tell('2   with workflow, SQLite and files', ratios(cpu(one, 'studio'), cpu(one, 'floor')), '×', '≤ 1.06')
  tell('3 Pillow, naive / ours', ratios(cpu(one, 'naive'), mine), '×', '≥ 2.7')
  tell('3 Pillow, draft / ours', ratios(cpu(one, 'draft'), mine), '×', '≥ 1.6')
  const rss = (cells: Record<string, Cell[]>) => cells['ours']!.map(({ rssKb }) => rssKb / 1024)
  tell('14 peak memory, 2 × 12 MP at once', rss(one), ' MB', '≤ 350')

  const mixed = await of(['ours', 'usual'], all)
  tell('1 per-output sharp CPU / ours, mixed corpus', ratios(cpu(mixed, 'usual'), cpu(mixed, 'ours')), '×', '≥ 1.85')
  tell('14 peak memory, mixed corpus, 2 at once', rss(mixed), ' MB', '≤ 700')
}
