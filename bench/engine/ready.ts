import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aslWorkflows } from '#local/asl-workflows.ts'
import { freePort } from '../../e2e/free-port.ts'
import { cpuSeconds, ratios, serve, tell } from '../harness.ts'

const ROOT = join(import.meta.dirname, '../..')

/** From a PUT's last byte until the image is `ready`, one photograph at a time on the real server, beside the CPU that all of it took. */
export async function benchReady(photos: readonly string[], count: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-ready-'))
  const port = await freePort()
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: `${port}`, GENZO_DATA: dir, GENZO_LOG_LEVEL: 'silent' }
  const base = `http://127.0.0.1:${port}`
  const server = await serve([process.execPath, join(ROOT, 'src/entries/serve.ts')], { url: `${base}/health`, env, stdio: 'ignore' })
  const genzo = (...args: string[]) =>
    execFileSync(process.execPath, [join(ROOT, 'src/entries/cli.ts'), ...args], { env, encoding: 'utf8' }).trim()
  try {
    genzo('users', 'add', '--email', 'ada@example.com', '--password', 'correct horse battery')
    const headers = { authorization: `Bearer ${genzo('keys', 'create', '--email', 'ada@example.com')}`, 'content-type': 'application/json' }
    const call = async <T>(path: string, body?: object) => {
      const response = await fetch(base + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
      return (await response.json()) as T
    }

    const once = async (photo: string, salt: string) => {
      const bytes = withComment(readFileSync(photo), salt)
      const about = { fileName: 'photo.jpg', contentType: 'image/jpeg', byteLength: bytes.length }
      type Offer = { imageId: string; uploadUrl: string; headers: Record<string, string> }
      const { imageId, uploadUrl, headers: signed } = await call<Offer>('/api/uploads', about)
      let { cursor } = await call<{ cursor: number }>('/api/events')
      const cpuBefore = cpuSeconds(server.pid)
      const sent = await fetch(uploadUrl, { method: 'PUT', headers: signed, body: bytes })
      if (!sent.ok) throw new Error(`${sent.status}`)
      const began = performance.now()
      for (;;) {
        type Feed = { cursor: number; items: { type: string; subjectId: string }[] }
        const feed = await call<Feed>(`/api/events?after=${cursor}&wait=20`)
        if (feed.items.some(({ type, subjectId }) => type === 'image.ready' && subjectId === imageId)) break
        cursor = feed.cursor
      }
      return { seconds: (performance.now() - began) / 1000, cpu: cpuSeconds(server.pid) - cpuBefore }
    }

    // A child is started, and libraries load, once.
    for (const photo of photos) await once(photo, 'warm')
    const measured: Awaited<ReturnType<typeof once>>[] = []
    for (let round = 0; round < Math.max(3, count); round++)
      for (const [at, photo] of photos.entries()) measured.push(await once(photo, `${round}.${at}`))
    const of = (what: 'seconds' | 'cpu') => measured.map((one) => one[what])
    tell('  last byte to ready', of('seconds'), ' s')
    tell('  CPU of it', of('cpu'), ' s')
    tell("- last byte to ready / the pipeline's own CPU", ratios(of('seconds'), of('cpu')), '×', '≤ 1.15')
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A COM segment after SOI makes the same photograph a new one. */
export function withComment(bytes: Buffer, text: string): Buffer<ArrayBuffer> {
  const comment = Buffer.from(`\xff\xfe\x00\x00${text}`, 'latin1')
  comment.writeUInt16BE(text.length + 2, 2)
  return Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)])
}

/** CPU of one run of the processing document over handlers that do nothing: the interpreter's own. */
export async function benchInterpreter(count: number): Promise<void> {
  const nothing = Object.fromEntries(
    ['Inspect', 'Render', 'Moderate', 'Publish', 'Tell', 'Fail'].map((name) => [name, async () => ({ imageId: 'i', go: true })]),
  )
  const workflows = aslWorkflows({ handlers: { processing: nothing, generation: {} } })
  const values: number[] = []
  for (let round = -1; round < Math.max(3, count); round++) {
    const began = process.cpuUsage()
    for (let at = 0; at < 200; at++) {
      const { outcome } = await workflows.run('processing', `${round}.${at}`, { imageId: 'i' })
      if (outcome !== 'succeeded') throw new Error(outcome)
    }
    const { user, system } = process.cpuUsage(began)
    if (round >= 0) values.push((user + system) / 1000 / 200)
  }
  tell('- the interpreter, a picture', values, ' ms', '≤ 5')
}
