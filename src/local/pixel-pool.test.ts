import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type PixelPool, type PixelPoolOptions, pixelPool } from './pixel-pool.ts'

const WORKER = new URL('../entries/pixels.worker.ts', import.meta.url)
const LIMITS = { maxBytes: 1e7, maxPixels: 1e8, maxSide: 20_000, maxFrames: 100 }
/** A child that does as it is told by the key: what codecs do to one on a bad day. */
const UNRULY = `
let jobs = 0
process.on('message', ({ args: [{ key }], threads }) => {
  jobs += 1
  if (key.endsWith('crash')) process.kill(process.pid, 'SIGSEGV')
  if (key.endsWith('leave')) process.exit(3)
  if (key.endsWith('hang')) return
  if (key.endsWith('spin')) for (;;);
  process.send({ value: { pid: process.pid, jobs, key, threads }, rss: key.endsWith('fat') ? 2e9 : 1, isSpent: key.endsWith('spent') })
})
process.on('disconnect', () => process.exit())
`

let dir: string
let unruly: URL
const pools: PixelPool[] = []
const open = (options: Partial<PixelPoolOptions> = {}) => {
  const pool = pixelPool({ blobPath: (key) => join(dir, key), size: 1, workerUrl: WORKER, ...options })
  pools.push(pool)
  return pool
}
/** Asks an unruly pool; what it answers is which process did it. */
const ask = (pool: PixelPool, key: string) =>
  pool.inspect({ key }, LIMITS) as unknown as Promise<{ pid: number; jobs: number; key: string }>
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'genzo-pixels-'))
  await writeFile(join(dir, 'unruly.mjs'), UNRULY)
  unruly = pathToFileURL(join(dir, 'unruly.mjs'))
  await sharp({ create: { width: 700, height: 500, channels: 3, background: '#336699' } })
    .jpeg()
    .toFile(join(dir, 'photo'))
  await writeFile(join(dir, 'page'), '<!doctype html><p>hello')
})
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('pixels in child processes', () => {
  it('does the work of the port and brings bytes and mistakes back whole', async () => {
    const pool = open()
    expect(await pool.inspect({ key: 'photo' }, LIMITS)).toMatchObject({ format: 'jpeg', width: 700, height: 500 })
    const set = await pool.makeSet({ key: 'photo' }, { format: 'jpeg' })
    const small = set.renditions.find(({ canonical }) => canonical === 'v1/w160.webp')!
    expect(await sharp(small.bytes).metadata()).toMatchObject({ format: 'webp', width: 160 })
    const mark = { digitalSourceType: 'algorithmicMedia', creatorTool: 'genzo' } as const
    const finished = await pool.finish(small.bytes, { mark })
    expect((await sharp(finished.bytes).metadata()).xmpAsString).toContain('algorithmicMedia')

    await expect(pool.inspect({ key: 'page' }, LIMITS)).rejects.toMatchObject({ code: 'unsupported_type', details: { found: 'html' } })
    await expect(pool.inspect({ key: 'absent' }, LIMITS)).rejects.toMatchObject({ code: 'not_found' })
    await expect(pool.inspect({ key: 'photo' }, { ...LIMITS, maxSide: 100 })).rejects.toMatchObject({
      code: 'too_large',
      details: { limit: 100, unit: 'pixels' },
    })
  })

  it.each(['crash', 'leave'])('loses only its own job to a child that does "%s"', async (key) => {
    const pool = open({ workerUrl: unruly })
    const lost = ask(pool, key)
    const after = ask(pool, 'fine')
    await expect(lost).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 5 } })
    expect(await after).toMatchObject({ jobs: 1 })
  })

  it.each(['hang', 'spin'])('kills a child that does "%s" at the deadline and goes on with another', async (key) => {
    const pool = open({ workerUrl: unruly, deadlineMs: 300 })
    await expect(ask(pool, key)).rejects.toMatchObject({ code: 'unavailable' })
    // The deadline is per job and the machine may be slow to start a child, so the survivor gets its own pool's patience.
    expect(await ask(open({ workerUrl: unruly }), 'fine')).toMatchObject({ jobs: 1 })
    await pool.close()
  })

  it('uses one child for one job after another, and a new one after its share', async () => {
    const pool = open({ workerUrl: unruly, recycleAfter: 2 })
    const pids = [await ask(pool, 'a'), await ask(pool, 'b'), await ask(pool, 'c')].map(({ pid }) => pid)
    expect(pids[0]).toBe(pids[1])
    expect(pids[2]).not.toBe(pids[0])
  })

  it.each(['fat', 'spent'])('replaces a child that has grown %s', async (key) => {
    const pool = open({ workerUrl: unruly })
    const { pid } = await ask(pool, key)
    expect((await ask(pool, 'fine')).pid).not.toBe(pid)
  })

  it('starts no more children than its size, and as many when there is work', async () => {
    const pool = open({ workerUrl: unruly, size: 2 })
    const pids = await Promise.all(Array.from({ length: 8 }, async (_, n) => (await ask(pool, `job${n}`)).pid))
    expect(new Set(pids).size).toBe(2)
  })

  it('refuses what would wait too long, and says when to come back', async () => {
    const pool = open({ workerUrl: unruly, maxWaiting: 2 })
    const accepted = [ask(pool, 'a'), ask(pool, 'b'), ask(pool, 'c')]
    await expect(ask(pool, 'd')).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
    expect(await Promise.all(accepted)).toHaveLength(3)
  })

  it('serves whoever waits at a screen first', async () => {
    const pool = open({ workerUrl: unruly })
    const order: string[] = []
    const note = async (work: Promise<unknown>) => order.push(((await work) as { key: string }).key.split('/').at(-1)!)
    const to = { width: 1, height: 1, fit: 'inside', format: 'webp', quality: 80 } as const
    await Promise.all([
      note(ask(pool, 'first')),
      note(ask(pool, 'unwatched')),
      note(pool.transform({ key: 'background' }, to, { effort: 'high' })),
      note(pool.transform({ key: 'watched' }, to, { effort: 'low' })),
    ])
    expect(order).toEqual(['first', 'watched', 'unwatched', 'background'])
  })

  describe('threads', () => {
    const threadsOf = async (pool: PixelPool, format: 'avif' | 'webp', key = 'fine') => {
      const to = { width: 1, height: 1, fit: 'inside', format, quality: 50 } as const
      return ((await pool.transform({ key }, to, { effort: 'low' })) as unknown as { threads: number }).threads
    }

    it('are two for an avif that is wanted alone, and one for what gains nothing from a second', async () => {
      const pool = open({ workerUrl: unruly, size: 2 })
      expect(await threadsOf(pool, 'avif')).toBe(2)
      expect(await threadsOf(pool, 'webp')).toBe(1)
      expect(await threadsOf(open({ workerUrl: unruly, size: 1 }), 'avif')).toBe(1)
    })

    it('are one each as soon as there is other work, and two again after it', async () => {
      const pool = open({ workerUrl: unruly, size: 2, deadlineMs: 60_000 })
      expect(await Promise.all([threadsOf(pool, 'avif'), threadsOf(pool, 'avif'), threadsOf(pool, 'avif')])).toEqual([2, 1, 1])
      expect(await threadsOf(pool, 'avif')).toBe(2)
    })

    it('reach the encoder, which cuts the picture up otherwise', async () => {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      await sharp({ create: { width: 800, height: 600, channels: 3, background: '#000', noise } })
        .jpeg()
        .toFile(join(dir, 'grain'))
      const to = { width: 800, height: 600, fit: 'inside', format: 'avif', quality: 50 } as const
      const [one, two, again] = await Promise.all(
        [1, 2, 2].map(async (size) => (await open({ size }).transform({ key: 'grain' }, to, { effort: 'low' })).bytes),
      )
      expect(two).toEqual(again)
      expect(two).not.toEqual(one)
    })
  })

  it('fails what it was doing when it is closed, and takes nothing more', async () => {
    const pool = open({ workerUrl: unruly })
    const { pid } = await ask(pool, 'fine')
    const settled = Promise.allSettled([ask(pool, 'hang'), ask(pool, 'next')])
    await pool.close()
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(isAlive(pid)).toBe(false)
    await expect(ask(pool, 'late')).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('refuses a key that is no key before anything starts', async () => {
    const pool = open({
      blobPath: () => {
        throw new Error('malformed key')
      },
    })
    await expect(pool.inspect({ key: '../../etc/passwd' }, LIMITS)).rejects.toThrow('malformed key')
  })

  it.each(['idle', 'in the middle of an encode'])(
    'leaves no child behind when its parent is killed with -9 while it is %s',
    async (when) => {
      const script = join(dir, 'parent.ts')
      const pool = new URL('./pixel-pool.ts', import.meta.url)
      await sharp({
        create: { width: 4000, height: 4000, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 60 } },
      })
        .jpeg()
        .toFile(join(dir, 'noise'))
      // A watcher that is no relative of the child sees it end: the child's stderr is ours, and closes when nobody holds it.
      await writeFile(
        script,
        `import { pixelPool } from ${JSON.stringify(pool.href)}
const pool = pixelPool({ blobPath: (key) => key, size: 1, workerUrl: new URL(${JSON.stringify(WORKER.href)}) })
await pool.inspect({ key: ${JSON.stringify(join(dir, 'photo'))} }, ${JSON.stringify(LIMITS)})
if (${when !== 'idle'}) pool.transform({ key: ${JSON.stringify(join(dir, 'noise'))} }, { width: 4000, height: 4000, fit: 'cover', format: 'avif', quality: 90 }, { effort: 'high' })
process.stdout.write('busy')
setInterval(() => {}, 1000)`,
      )
      const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      parent.stderr.on('data', (chunk) => (said += chunk))
      await Promise.race([once(parent.stdout, 'data'), once(parent, 'exit').then(() => Promise.reject(new Error(said)))])
      const closed = once(parent.stderr, 'close')
      parent.kill('SIGKILL')
      await closed
      expect(parent.signalCode).toBe('SIGKILL')
    },
  )
})
