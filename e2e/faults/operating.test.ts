import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { canMount, smallDisk } from '#local/small-disk.contract.ts'
import { PASSWORD, run, type Served, sendFile, serve } from './served.ts'

const SOON = { timeout: 30_000, interval: 100 }
const MIB = 1024 ** 2

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-operating-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
async function served(...given: Parameters<typeof serve>): Promise<Served> {
  const server = await serve(...given)
  onTestFinished(() => server.stop())
  return server
}
/** A picture that does not compress, of about 3 × side² bytes. */
const noise = async (side: number) => {
  const raw = { width: side, height: side, channels: 3 } as const
  const bytes = sharp(randomBytes(side * side * 3), { raw }).png({ compressionLevel: 0 })
  return new Uint8Array(await bytes.toBuffer())
}
/** Uploads a picture and waits for its sizes. */
async function readyImage(server: Served, key: string, side: number) {
  const { id } = await sendFile(server, key, { bytes: await noise(side), fileName: `${side}.png` })
  const look = async () => (await server.ask(`/api/images/${id}`, { as: key })).body
  await expect.poll(async () => (await look()).state, SOON).toBe('ready')
  return look()
}
const signIn = async ({ url }: Served) => {
  const headers = { 'content-type': 'application/json', origin: url }
  const body = JSON.stringify({ email: 'ada@example.com', password: PASSWORD })
  const response = await fetch(`${url}/auth/sign-in/email`, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}

it('serves from a backup made while it ran what it served before, at the same URL', async () => {
  const dir = folder()
  const first = await served(join(dir, 'data'))
  const key = await first.keyOf('ada@example.com')
  const image = await readyImage(first, key, 400)
  const before = new Uint8Array(await (await fetch(image.urls.thumbnail)).arrayBuffer())
  expect((await first.genzo('backup', join(dir, 'backup'))).code).toBe(0)
  await first.stop()

  const restore = ['restore', join(dir, 'backup')]
  expect(await first.genzo(...restore)).toMatchObject({ code: 1, talk: expect.stringContaining('there is a studio in') })
  expect(await run(first.begin(restore, { GENZO_DATA: join(dir, 'restored') }))).toMatchObject({ code: 0 })
  const second = await served(join(dir, 'restored'), { port: first.port })
  const again = await fetch(image.urls.thumbnail)
  expect(again.status).toBe(200)
  expect(new Uint8Array(await again.arrayBuffer())).toEqual(before)
  expect((await second.ask('/api/images?q=40', { as: key })).body.items).toMatchObject([{ id: image.id }])
  expect((await signIn(second)).status).toBe(200)
})

it('leaves by a backup that was killed nothing that passes for one, and goes on serving', async () => {
  const dir = folder()
  const server = await served(join(dir, 'data'))
  const key = await server.keyOf('ada@example.com')
  const image = await readyImage(server, key, 300)
  // Many files, so that there is a while in which to be killed.
  for (let at = 0; at < 20_000; at += 1) writeFileSync(join(dir, 'data/blobs', `filler-${at}`), '')
  // One that was done before it could be killed is made again.
  let half = ''
  for (let attempt = 0; attempt < 5 && (half === '' || existsSync(join(half, 'backup.json'))); attempt += 1) {
    half = join(dir, `half-${attempt}`)
    const backup = server.begin(['backup', half])
    const begun = () => existsSync(join(half, 'blobs')) && readdirSync(join(half, 'blobs')).length > 100
    await expect.poll(begun, { ...SOON, interval: 10 }).toBe(true)
    backup.kill('SIGKILL')
    await once(backup, 'exit')
  }
  expect(existsSync(join(half, 'backup.json'))).toBe(false)

  const restored = await run(server.begin(['restore', half], { GENZO_DATA: join(dir, 'never') }))
  expect(restored).toMatchObject({ code: 1, talk: expect.stringContaining('is not a whole backup') })
  expect(existsSync(join(dir, 'never/genzo.sqlite'))).toBe(false)
  expect((await server.ask(image.urls.thumbnail)).status).toBe(200)
  expect(await server.genzo('backup', half)).toMatchObject({ code: 1, talk: expect.stringContaining('is not empty') })
  expect((await server.genzo('backup', join(dir, 'whole'))).code).toBe(0)
})

it.runIf(canMount)('says on a full disk why it writes nothing, goes on reading, and writes again once there is room', async () => {
  const dir = smallDisk(192)
  const server = await served(dir)
  const key = await server.keyOf('ada@example.com')
  const image = await readyImage(server, key, 300)
  expect((await server.ask('/ready')).status).toBe(200)
  const filler = join(dir, 'filler')
  const fill = () => {
    for (let block = MIB; block >= 512; ) {
      const { bavail, bsize } = statfsSync(dir)
      try {
        appendFileSync(filler, new Uint8Array(Math.max(block, bavail * bsize > 8 * MIB ? 8 * MIB : block)))
      } catch {
        block /= 2
      }
    }
  }
  fill()

  const why = expect.stringContaining('the disk under GENZO_DATA is full: free some space')
  const upload = async () => {
    const { asked, sent, refusal } = await sendFile(server, key, { bytes: await noise(310), fileName: 'late.png' })
    return { status: sent ?? asked, detail: refusal?.detail }
  }
  expect(await upload()).toEqual({ status: 503, detail: why })
  const generate = () =>
    server.ask('/api/generations', { as: key, body: { task: 'text-to-image', prompt: 'a fox', width: 256, height: 256 } })
  expect(await generate()).toMatchObject({ status: 503, body: { code: 'unavailable', detail: why } })
  await expect.poll(async () => (await server.ask('/ready')).body.checks.disk, SOON).toBe('failed')
  expect(await signIn(server)).toMatchObject({ status: 503, text: expect.stringContaining('free some space') })
  expect((await server.ask(image.urls.thumbnail)).status).toBe(200)
  expect((await server.ask(image.urls.original)).status).toBe(200)
  expect((await server.ask('/api/images', { as: key })).body.items).toMatchObject([{ id: image.id, state: 'ready' }])
  expect((await server.ask('/health')).status).toBe(200)

  rmSync(filler)
  await expect.poll(async () => (await server.ask('/ready')).status, SOON).toBe(200)
  expect((await upload()).status).toBe(200)
  expect((await generate()).status).toBe(202)
  expect((await signIn(server)).status).toBe(200)
  await expect
    .poll(async () => (await server.ask('/api/images', { as: key })).body.items.map(({ state }: { state: string }) => state), SOON)
    .toEqual(['ready', 'ready', 'ready'])
})

// Root writes wherever it likes: for it, src/local/disk.test.ts mounts a folder read-only.
it.skipIf(process.getuid?.() === 0)('goes on reading in a folder that was made read-only, and says why it does not write', async () => {
  const dir = folder()
  const server = await served(dir)
  const key = await server.keyOf('ada@example.com')
  const image = await readyImage(server, key, 300)
  const closed = ['blobs', 'drafts', '.'].map((name) => join(dir, name)).filter((path) => existsSync(path) && statSync(path).isDirectory())
  for (const path of closed) chmodSync(path, 0o500)
  onTestFinished(() => {
    for (const path of closed.toReversed()) chmodSync(path, 0o700)
  })
  const { sent, refusal } = await sendFile(server, key, { bytes: await noise(310), fileName: 'late.png' })
  expect({ sent, detail: refusal?.detail }).toEqual({
    sent: 503,
    detail: expect.stringContaining('make GENZO_DATA and all in it writable'),
  })
  expect((await server.ask(image.urls.thumbnail)).status).toBe(200)
  await expect.poll(async () => (await server.ask('/ready')).body.checks.disk, SOON).toBe('failed')

  // A server that comes now cannot begin, and says what to do; so does a command.
  await server.stop()
  const names = readdirSync(dir).filter((name) => statSync(join(dir, name)).isFile())
  for (const name of names) chmodSync(join(dir, name), 0o400)
  await expect(serve(dir)).rejects.toThrow(/make GENZO_DATA and (all|the files) in it writable/)
  expect(await server.genzo('queues')).toMatchObject({ code: 1, talk: expect.stringMatching(/^genzo: .*writable for this user/) })
})
