import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Order } from './child.ts'
import { FLOWS } from './flows.ts'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
/** Kills at once: more than the cores, since a child waits for its disk about half of the time. */
const SIDE_BY_SIDE = 4
/** Of the writes that are killed in their middle, every so many; all of them are killed right after. */
const MIDDLE_EVERY = 4

let root: string
let largeFile: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'genzo-faults-'))
  largeFile = join(root, 'large.png')
  // Uncompressed at 16 bits, so that few pixels pass the 16 MiB from which a file goes up in parts.
  const picture = sharp({ create: { width: 1460, height: 1460, channels: 4, background: '#336699ee' } })
  await picture.toColourspace('rgb16').png({ compressionLevel: 0 }).toFile(largeFile)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Ended = { signal: NodeJS.Signals | null; code: number | null; lines: unknown[]; stderr: string }

function start(order: Order): Promise<Ended> {
  // The compiled modules are kept between the children: half of a child's life is its start.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') }
  const child: ChildProcess = spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (chunk) => (stdout += chunk))
  child.stderr!.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const lines = stdout.split('\n').filter(Boolean)
      resolve({ signal, code, stderr, lines: lines.map((line) => JSON.parse(line) as unknown) })
    })
  })
}

/** Runs all, some at a time, in order of their start. */
async function sideBySide<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async () => {
    for (let at = next++; at < works.length; at = next++) results[at] = await works[at]!()
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane))
  return results
}

let folders = 0
function freshDir(): string {
  const dir = join(root, String(folders++))
  mkdirSync(dir)
  return dir
}

it.each(Object.keys(FLOWS))(
  'keeps every promise when the process is killed at any write of: %s',
  async (flow) => {
    const dry = await start({ mode: 'run', flow, dir: freshDir(), largeFile })
    expect(dry.code, dry.stderr).toBe(0)
    const { writes, names } = dry.lines[0] as { writes: number; names: string[] }
    const kills = names.flatMap((write, at) => [
      { killAt: at + 1, how: 'after' as const, write },
      ...(at % MIDDLE_EVERY === 0 ? [{ killAt: at + 1, how: 'during' as const, write }] : []),
    ])
    const died = await sideBySide(
      kills.map(({ killAt, how, write }) => async () => {
        const dir = freshDir()
        const { signal, stderr } = await start({ mode: 'run', flow, dir, largeFile, killAt, how })
        return { dir, signal, stderr, what: `${how} write ${killAt} (${write})` }
      }),
    )
    for (const { what, signal, stderr } of died) expect(signal, `${what}: ${stderr}`).toBe('SIGKILL')
    console.log(`${flow}: N = ${writes} writes, ${kills.length} kills (${kills.length - writes} of them in the middle of a write)`)

    // One new process takes up several data folders, one after the other.
    const share = Math.ceil(died.length / SIDE_BY_SIDE)
    const shares = Array.from({ length: SIDE_BY_SIDE }, (_, at) => died.slice(at * share, (at + 1) * share).map(({ dir }) => dir))
    const recovered = await sideBySide(shares.map((dirs) => () => start({ mode: 'recover', dirs })))
    for (const { code, stderr } of recovered) expect(code, stderr).toBe(0)
    const verdicts = recovered.flatMap(({ lines }) => lines as { dir: string; broken: string[] }[])
    expect(verdicts).toHaveLength(died.length)
    const broken = verdicts.filter((verdict) => verdict.broken.length > 0)
    expect(broken.map(({ dir, broken }) => ({ killed: died.find((one) => one.dir === dir)!.what, broken }))).toEqual([])
  },
  240_000,
)
