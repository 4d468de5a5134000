import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from './free-port.ts'

const root = join(import.meta.dirname, '..')
const node = join(root, 'node_modules/node/bin/node')
const folder = mkdtempSync(join(tmpdir(), 'genzo-e2e-'))
let env: NodeJS.ProcessEnv
let server: ChildProcess
let log = ''
let [url, talk] = ['', '']

/** Runs a program of the project to its end. */
function run(script: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<{ code: number; out: string; talk: string }> {
  const child = spawn(node, [join(root, script), ...args], { env: { ...env, ...more }, cwd: root })
  let [out, said] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  return once(child, 'close').then(([code]) => ({ code: code as number, out: out.trim(), talk: said }))
}
const genzo = (args: string[], more?: NodeJS.ProcessEnv) => run('src/entries/cli.ts', args, more)

async function start(): Promise<void> {
  server = spawn(node, [join(root, 'src/entries/serve.ts')], { env, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  server.stdout!.on('data', (chunk) => (log += chunk))
  await new Promise<void>((resolve, reject) => {
    server.stderr!.on('data', (chunk) => {
      talk += chunk
      if (talk.includes('ready at')) resolve()
    })
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${talk}`)))
  })
}

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const { PATH, HOME } = process.env
  // Nothing of the developer's own settings: the test is the same on every machine.
  env = { PATH, HOME, PORT: String(port), GENZO_DATA: join(folder, 'data'), GENZO_CWD: folder, XDG_STATE_HOME: join(folder, 'state') }
  env['GENZO_WORKERS'] = '1'
  await start()
})
afterAll(() => {
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

it('takes a person from nothing to pictures of their own, uploaded and generated, in the sizes they ask for', async () => {
  await expect.poll(() => talk).toContain('nobody is here yet')
  const added = await genzo(['users', 'add', '--email', 'ada@example.com', '--password', 'correct horse battery'])
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  const made = await genzo(['keys', 'create', '--email', 'ada@example.com'])
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^gz_[\w-]{43}$/) })
  const key = { GENZO_API_KEY: made.out }

  const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#3a7' } })
    .png()
    .toBuffer()
  writeFileSync(join(folder, 'meadow.png'), photo)
  const sent = await genzo(['upload', 'meadow.png', '--json'], key)
  expect([sent.code, sent.talk]).toEqual([0, ''])
  const [{ imageId, state }] = JSON.parse(sent.out)
  expect(state).toBe('ready')

  const drawn = await genzo(['generate', 'a red fox at dusk', '--size', '256x256', '--seed', '7', '--out', 'fox.png', '--json'], key)
  expect(drawn.code).toBe(0)
  expect(await sharp(join(folder, 'fox.png')).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 })

  const headers = { authorization: `Bearer ${made.out}` }
  const { items } = await fetch(`${url}/api/images`, { headers }).then((response) => response.json())
  expect(items.map((image: { origin: string }) => image.origin)).toEqual(['generated', 'upload'])
  const image = items.find(({ id }: { id: string }) => id === imageId)
  for (const [name, width] of [
    ['thumbnail', 320],
    ['preview', 900],
  ] as const) {
    const picture = await fetch(image.urls[name])
    expect(picture.status).toBe(200)
    expect(await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).toMatchObject({ format: 'webp', width })
  }
  const again = await fetch(image.urls.thumbnail, {
    headers: { 'if-none-match': (await fetch(image.urls.thumbnail)).headers.get('etag')! },
  })
  expect(again.status).toBe(304)
  expect((await fetch(image.urls.thumbnail.replace(/sig=.{4}/, 'sig=AAAA'))).status).toBe(404)

  const kept = await genzo(['download', '--out', 'kept', 'meadow', '--json'], key)
  expect(JSON.parse(kept.out)).toMatchObject({ found: 1, saved: 1, bytes: photo.byteLength })

  // A request without a body and one that does not say its length arrive like any other.
  const emptied = await fetch(`${url}/api/images/${imageId}`, { method: 'DELETE', headers })
  expect([emptied.status, (await emptied.json()).state]).toEqual([200, 'trashed'])
  const chunked = await fetch(`${url}/api/estimates`, {
    ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, duplex: 'half' },
    body: new Blob([JSON.stringify({ task: 'text-to-image', prompt: 'a red fox' })]).stream(),
  } as RequestInit)
  expect([chunked.status, (await chunked.json()).images]).toEqual([200, 1])
  expect(log).not.toContain('red fox')
  expect(log).not.toContain(made.out)
})

/** What the server says to a request written by hand. */
async function said(head: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8')
  socket.write(`${head}\r\nConnection: close\r\n\r\n`)
  return (await socket.toArray()).join('')
}

it('shows its numbers to this machine, and to nobody who comes through a proxy on it', async () => {
  const ask = (...headers: string[]) => said(['GET /metrics HTTP/1.1', ...headers].join('\r\n'))
  expect(await ask('Host: 127.0.0.1')).toMatch(/^HTTP\/1\.1 200 /)
  expect(await ask('Host: localhost:9090')).toMatch(/^HTTP\/1\.1 200 /)
  expect(await ask('Host: studio.example')).toMatch(/^HTTP\/1\.1 401 /)
  expect(await ask('Host: 127.0.0.1', 'X-Forwarded-For: 192.0.2.1')).toMatch(/^HTTP\/1\.1 401 /)
})

it('counts attempts by the address that its proxy saw, whatever the client writes in front of it', async () => {
  const ask = async (forwardedFor: string) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor, 'x-genzo-peer': forwardedFor }
    const body = JSON.stringify({ email: 'nobody@example.com' })
    return (await fetch(`${url}/auth/request-password-reset`, { method: 'POST', headers, body })).status
  }
  const answers: number[] = []
  for (let forged = 1; forged <= 11; forged += 1) answers.push(await ask(`198.51.100.${forged}, 203.0.113.5`))
  expect(answers).toEqual([...Array<number>(10).fill(200), 429])
  expect(await ask('203.0.113.5, 203.0.113.6')).toBe(200)
})

it('answers what is no HTTP as the fault of who sent it, and records none of its own', async () => {
  const before = log.length
  for (const head of ['GET /api/site HTTP/1.1\r\nHost: a b<>', 'GET /api/site HTTP/1.0', 'OPTIONS * HTTP/1.1\r\nHost: x']) {
    expect(await said(head)).toMatch(/^HTTP\/1\.1 400 /)
  }
  expect(log.slice(before)).not.toContain('"level":50')
  expect(log.slice(before)).not.toContain('failed')
})

it('keeps what it stores from the other people of this machine, also in a folder that was there before', () => {
  const kept = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('server.'))
  expect(kept).toEqual(expect.arrayContaining(['accounts.sqlite', 'genzo.sqlite', 'secrets.json', 'blobs']))
  expect(kept.filter((name) => (statSync(join(folder, 'data', name)).mode & 0o077) !== 0)).toEqual([])
})

it('is the only server of its data, while operators go on beside it', async () => {
  const second = await run('src/entries/serve.ts', [], { PORT: String(await freePort()) })
  expect(second).toMatchObject({ code: 1, talk: expect.stringContaining('is in use by the server of process') })
  const doctor = await genzo(['doctor', '--json'])
  expect(JSON.parse(doctor.out)).toContainEqual(expect.objectContaining({ name: 'server', state: 'ok' }))
  expect(await genzo(['backup', 'kept-whole'])).toMatchObject({ code: 0, out: join(folder, 'kept-whole') })
})

it('ends a long-poll and itself in good order when told to stop', async () => {
  const { out } = await genzo(['keys', 'create', '--email', 'ada@example.com', '--scopes', 'images:read'])
  const held = fetch(`${url}/api/events?after=999999999`, { headers: { authorization: `Bearer ${out}` } }).catch(() => 'cut')
  await expect.poll(() => fetch(`${url}/health`).then(({ status }) => status)).toBe(200)
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  await held
  expect(talk).toContain('stopped')
})
