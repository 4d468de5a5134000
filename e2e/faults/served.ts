import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'

const root = join(import.meta.dirname, '../..')
const node = join(root, 'node_modules/node/bin/node')

export type Served = Awaited<ReturnType<typeof serve>>

/** The real server on a data folder, as a process of its own. `port` keeps the address of an earlier one, and so its URLs. */
export async function serve(dir: string, { port: given, env: more = {} }: { port?: number; env?: NodeJS.ProcessEnv } = {}) {
  const port = given ?? (await freePort())
  const { PATH, HOME } = process.env
  const env: NodeJS.ProcessEnv = {
    PATH,
    HOME,
    PORT: String(port),
    GENZO_DATA: dir,
    GENZO_WORKERS: '1',
    GENZO_ENV_FILE: '/dev/null',
    ...more,
  }
  const url = `http://127.0.0.1:${port}`
  const child = spawn(node, [join(root, 'src/entries/serve.ts')], { env, cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let talk = ''
  child.stdout!.resume()
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      talk += chunk
      if (talk.includes('ready at')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${talk}`)))
  })
  /** A command on this server's folder, or another; not waited for. */
  const begin = (args: string[], more: NodeJS.ProcessEnv = {}) =>
    spawn(node, [join(root, 'src/entries/cli.ts'), ...args], { env: { ...env, ...more }, cwd: root })
  const genzo = (...args: string[]) => run(begin(args))

  return {
    ...{ url, port, begin, genzo },
    /** A new person's API key. */
    async keyOf(email: string): Promise<string> {
      const added = await genzo('users', 'add', '--email', email, '--password', PASSWORD)
      const made = await genzo('keys', 'create', '--email', email)
      if (added.code + made.code > 0) throw new Error(added.talk + made.talk)
      return made.out
    },
    async ask(path: string, { as, body, method = body === undefined ? 'GET' : 'POST' }: Ask = {}) {
      const headers = { ...(as && { authorization: `Bearer ${as}` }), ...(body !== undefined && { 'content-type': 'application/json' }) }
      const response = await fetch(new URL(path, url), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
      const text = await response.text()
      return { status: response.status, body: (text.startsWith('{') ? JSON.parse(text) : text) as any }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

export const PASSWORD = 'correct horse battery'
type Ask = { as?: string; body?: unknown; method?: string }

export async function run(child: ChildProcess): Promise<{ code: number; out: string; talk: string }> {
  let [out, talk] = ['', '']
  child.stdout!.on('data', (chunk) => (out += chunk))
  child.stderr!.on('data', (chunk) => (talk += chunk))
  const [code] = await once(child, 'close')
  return { code: code as number, out: out.trim(), talk }
}

/** Sends a file as a client does: asks, PUTs to where it is told. Answers each status and the refusal, if any. */
export async function sendFile(served: Served, as: string, file: { bytes: Uint8Array<ArrayBuffer>; fileName: string }) {
  const body = { fileName: file.fileName, contentType: 'image/png', byteLength: file.bytes.byteLength }
  const offer = await served.ask('/api/uploads', { as, body })
  if (offer.status >= 300) return { asked: offer.status, refusal: offer.body }
  const { imageId, uploadUrl, method, headers } = offer.body
  const sent = await fetch(uploadUrl, { method, headers, body: file.bytes })
  return { asked: offer.status, id: imageId as string, sent: sent.status, refusal: sent.ok ? undefined : JSON.parse(await sent.text()) }
}
