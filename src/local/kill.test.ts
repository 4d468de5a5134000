import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { bytesOf } from '#core/ports/samples.contract.ts'
import { dropDrafts, fsBlobs } from './fs-blobs.ts'
import { openDatabase } from './sqlite.ts'
import { localPorts } from './studio.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'genzo-kill-'))

/** Runs a module in a process of its own; paths in it are relative to this folder. */
function runChild(code: string): ChildProcess & { lines: AsyncIterable<string> } {
  const here = new URL('./', import.meta.url).href
  const module = code.replaceAll("'./", `'${here}`).replaceAll("'#core/", `'${new URL('../core/', import.meta.url).href}`)
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', module], { stdio: ['ignore', 'pipe', 'inherit'] })
  return Object.assign(child, { lines: createInterface({ input: child.stdout }) })
}

/** Kills with -9 at the first line that `isTime` accepts. Returns all lines up to it. */
async function killAt(child: ReturnType<typeof runChild>, isTime: (line: string) => boolean): Promise<string[]> {
  const seen: string[] = []
  for await (const line of child.lines) {
    seen.push(line)
    if (isTime(line)) break
  }
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return seen
}

it('has every blob whole or not at all after a kill in the middle of a put, and takes the put again', async () => {
  const dir = folder()
  const size = 8 * 1024 * 1024
  // The body's second half never comes before the kill: the put is in the middle for certain.
  const child = runChild(`
    import { fsBlobs } from './fs-blobs.ts'
    const blobs = fsBlobs({ dir: ${JSON.stringify(dir)} })
    const about = { contentType: 'image/png' }
    for (const n of [1, 2]) {
      await blobs.put('a/' + n + '/upload', new Uint8Array(${size}).fill(n), about)
      console.log('stored ' + n)
    }
    let chunks = 0
    const body = new ReadableStream({
      async pull(controller) {
        if (chunks === 3) console.log('in the middle')
        if (chunks++ < 4) return controller.enqueue(new Uint8Array(1024 * 1024).fill(3))
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      },
    }, { highWaterMark: 0 })
    await blobs.put('a/3/upload', body, about)`)
  const lines = await killAt(child, (line) => line === 'in the middle')
  expect(lines).toEqual(['stored 1', 'stored 2', 'in the middle'])

  const blobs = fsBlobs({ dir })
  const { items } = await blobs.list('a/', { limit: 10 })
  expect(items).toMatchObject([1, 2].map((n) => ({ key: `a/${n}/upload`, byteLength: size, contentType: 'image/png' })))
  for (const n of [1, 2]) expect((await blobs.read(`a/${n}/upload`))?.every((byte) => byte === n)).toBe(true)
  expect(readdirSync(join(dir, 'drafts'))).toHaveLength(1)
  dropDrafts(dir)
  expect(readdirSync(dir)).toEqual(['blobs'])
  await blobs.put('a/3/upload', bytesOf('whole'), { contentType: 'image/png' })
  expect((await blobs.stat('a/3/upload'))?.byteLength).toBe(5)
})

it('has all of an acceptance or nothing after a kill among many, and counts exactly what is there', async () => {
  const dir = folder()
  const child = runChild(`
    import { localPorts } from './studio.ts'
    import { generationOf, imageOf, newId } from '#core/ports/samples.contract.ts'
    const { generations } = localPorts({ dir: ${JSON.stringify(dir)} })
    const periods = [{ period: '2026-11', resetsAt: 1 }]
    for (;;) {
      const generation = generationOf({ ownerId: 'ada' })
      const images = generation.outputs.map(({ imageId }) => imageOf({ id: imageId, ownerId: 'ada', state: 'pending' }))
      await generations.accept({ generation, images, reservation: { microUsd: 40_000, images: 1, periods } })
      console.log(generation.id)
    }`)
  const announced: string[] = []
  const lines = await killAt(child, (line) => announced.push(line) === 40)

  const studio = localPorts({ dir })
  for (const id of lines) expect(await studio.generations.find(id)).toMatchObject({ id, state: 'queued' })
  const count = Number(studio.db.prepare('select count(*) as n from generation').get()!['n'])
  expect(count).toBeGreaterThanOrEqual(lines.length)
  expect(await studio.ledger.usage('ada', ['2026-11'])).toEqual([{ period: '2026-11', microUsd: count * 40_000, images: count }])
  expect((await studio.images.totals('ada')).images).toBe(count)
  expect(studio.db.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  await studio.close()
})

it('has nothing of a transaction that was killed before its end', async () => {
  const file = join(folder(), 'genzo.sqlite')
  const child = runChild(`
    import { writeSync } from 'node:fs'
    import { openDatabase } from './sqlite.ts'
    const db = openDatabase(${JSON.stringify(file)})
    const set = db.prepare('insert or replace into setting values (?, ?)')
    set.run('mode', '"before"')
    db.transaction(() => {
      set.run('mode', '"after"')
      for (let n = 0; n < 5000; n++) set.run('name ' + n, '"x"')
      writeSync(1, 'inside\\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`)
  await killAt(child, (line) => line === 'inside')
  const db = openDatabase(file)
  expect(db.prepare('select * from setting').all()).toEqual([{ name: 'mode', value: '"before"' }])
  db.transaction(() => db.prepare('insert into setting values (?, ?)').run('written', '1'))
  expect(db.prepare('select count(*) as n from setting').get()).toEqual({ n: 2 })
  db.close()
})

it('frees at once what a killed server had in hand, for the next boot only', async () => {
  const dir = folder()
  const child = runChild(`
    import { localPorts } from './studio.ts'
    const { queues } = localPorts({ dir: ${JSON.stringify(dir)}, bootId: 'boot1' })
    await queues.generation.send({ kind: 'generate', generationId: 'g1' }, { ownerId: 'ada' })
    const [message] = await queues.generation.receive({ max: 1, visibilitySeconds: 3600, waitSeconds: 0 })
    console.log(message.job.generationId)
    setInterval(() => {}, 1000)`)
  await killAt(child, (line) => line === 'g1')
  const receive = { max: 1, visibilitySeconds: 3600, waitSeconds: 0 }

  const operator = localPorts({ dir })
  expect(await operator.queues.generation.receive(receive)).toEqual([])
  expect(await operator.queues.generation.depth()).toMatchObject({ inFlight: 1 })
  const server = localPorts({ dir, bootId: 'boot2' })
  expect(await server.queues.generation.receive(receive)).toMatchObject([{ job: { generationId: 'g1' }, receiveCount: 2 }])
  await operator.close()
  await server.close()
})
