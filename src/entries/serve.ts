import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { RequestError } from '@hono/node-server'
import { errorName } from '#core/best-effort.ts'
import { isStudioError } from '#core/errors.ts'
import { workQueue } from '#core/use-cases/work-queue.ts'
import { createApp } from '#http/app.ts'
import { diskProbe } from '#local/disk-probe.ts'
import { PEER_HEADER } from '#local/issuer/options.ts'
import { type Config, ConfigError, isLoopbackHost, ROOT, readConfig } from './config.ts'
import { lockData } from './data-lock.ts'
import { docsFile } from './docs-files.ts'
import { nodeHost, nodeServer } from './node-server.ts'
import { startTrouble } from './start-trouble.ts'
import { openStudio, type Studio, workersOf } from './studio.ts'
import { runTicks } from './tick.ts'
import { trustedProxies } from './trusted-proxy.ts'
import { warmDelivery } from './warm-delivery.ts'
import { webFiles } from './web-files.ts'

/** How long a stop waits for work and answers under way. What is cut off is taken up again at the next start. */
const DRAIN_MS = 20_000
/** A process whose event loop is this late on average takes no more requests. Milliseconds. */
const LATE_MS = 400
const MAX_IN_FLIGHT = 512
/** Pictures ready to be answered again. Bytes. */
const WARM_BYTES = 64 * 1024 ** 2
/** Generations at once: most of their time is waiting for a model. */
const GENERATIONS = 4
const say = (text: string) => process.stderr.write(`genzo: ${text}\n`)

async function main(): Promise<void> {
  const config = readConfig(process.env)
  if (config.world !== 'local') throw new ConfigError([`GENZO_WORLD is ${config.world}, whose servers are its functions: see docs/guide`])
  const bootId = randomUUID()
  const lock = lockData(config.dataDir, { pid: process.pid, url: config.publicUrl, startedAt: new Date().toISOString() })
  const studio = await openStudio(config, { bootId })
  const stop = new AbortController()
  const server = serverOf(config, studio, stop.signal)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  const working = work(config, { studio, bootId, signal: stop.signal })
  await greet(config, studio)
  await stopSignal()

  say('stopping: no new requests; waiting for what is under way …')
  stop.abort()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept connection goes idle when its last answer ends, and would then be held for the next request.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS / 2)
  await within(DRAIN_MS, Promise.all([closed, working]))
  clearTimeout(late)
  clearInterval(idle)
  await studio.close()
  lock.release()
  say('stopped')
}

function work(config: Config, { studio, bootId, signal }: { studio: Studio; bootId: string; signal: AbortSignal }): Promise<unknown> {
  const { ports } = studio
  const pictures = workersOf(config)
  return Promise.all([
    workQueue(ports, { queue: 'processing', concurrency: pictures, bootId, signal }),
    workQueue(ports, { queue: 'generation', concurrency: GENERATIONS, bootId, signal }),
    runTicks(ports, signal),
  ])
}

function serverOf(config: Config, { ports, tokens, telemetry, issuer, outbox, site }: Studio, stopping: AbortSignal) {
  const isOverloaded = watchLoad()
  const warm = warmDelivery({
    ...{ maxBytes: WARM_BYTES, revocations: ports.revocations, variesByOrigin: config.values.GENZO_CORS_ORIGINS !== undefined },
    onHit: (status) => telemetry.count('warm_deliveries', 1, { status: String(status) }),
  })
  const web = webFiles(join(ROOT, 'dist/web'), { connectTo: signInOrigins(config) })
  const disk = diskProbe({ dir: config.dataDir })
  const app = createApp(ports, {
    warm: warm.store,
    page: web.page,
    ...{ stopping, host: nodeHost },
    ...{ tokens, site, docsFile, storePut: ports.storePut, metrics: telemetry.metrics },
    checks: { disk },
    ...(outbox && { outbox: outbox.list }),
    ...(issuer && { invite: issuer.invite }),
    ...(config.values.GENZO_OPENAI_ALIASES && { openAiAliases: config.values.GENZO_OPENAI_ALIASES }),
    takesWholeBodies: true,
    ...(config.values.GENZO_CORS_ORIGINS && { corsOrigins: config.values.GENZO_CORS_ORIGINS }),
    load: { maxInFlight: MAX_IN_FLIGHT, isOverloaded },
    isLoopback: (c) => isLoopback((c.env as { incoming?: IncomingMessage }).incoming),
  })

  const clientOf = trustedProxies(config.values.GENZO_TRUSTED_PROXY)
  const peerOf = ({ socket, headers }: IncomingMessage) => clientOf(socket.remoteAddress, String(headers['x-forwarded-for'] ?? ''))
  const server = nodeServer({
    ...{ api: app.fetch, warm },
    async others(request, incoming) {
      const { pathname } = new URL(request.url)
      if (issuer?.owns(pathname)) {
        const answer = await issuer.handle(withPeer(request, peerOf(incoming)))
        return answer.status === 500 ? ((await troubleOf(disk)) ?? answer) : answer
      }
      return toHomeHost(request, config) ?? web.answer(request)
    },
    onError(error) {
      const plain = { 'content-type': 'text/plain' }
      // A Host that is no host, a path that is none: anybody may send it, and an alarm must not ring for it.
      if (error instanceof RequestError) return new Response('the request is malformed\n', { status: 400, headers: plain })
      telemetry.log('error', 'a page or sign-in request failed', { error: errorName(error) })
      return new Response('the studio failed, and recorded it\n', { status: 500, headers: plain })
    },
  })
  // Proxies keep connections for 60 s; closing first would meet their next request half way.
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 20_000
  // The largest upload on a slow line; each route has its own, shorter bound.
  server.requestTimeout = 15 * 60_000
  return server
}

/** Signing in returns to one origin, so a page opened under another name of this machine (`localhost`) is sent there first. */
function toHomeHost(request: Request, { publicUrl, isLoopback: isLocal }: Config): Response | undefined {
  const url = new URL(request.url)
  const isPage = request.headers.get('sec-fetch-dest') === 'document'
  if (!isLocal || !isPage || url.host === new URL(publicUrl).host || url.hostname !== 'localhost') return undefined
  return Response.redirect(`${publicUrl}${url.pathname}${url.search}`, 307)
}

const isLoopbackAddress = (address: string | undefined) => address !== undefined && /^(::1|(::ffff:)?127\.)/.test(address)
/**
 * From this machine itself. A proxy on it speaks for somebody else: it says so, or hands on the name that they asked for. The name also
 * gives away a page elsewhere whose own name was pointed at this machine.
 */
function isLoopback(incoming: IncomingMessage | undefined): boolean {
  const { host = '', 'x-forwarded-for': via, forwarded } = incoming?.headers ?? {}
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return isLoopbackAddress(incoming?.socket.remoteAddress) && isLoopbackHost(name) && via === undefined && forwarded === undefined
}

/** What to answer in place of a fault that the disk is to blame for: signing in writes, and its library only knows that it failed. */
async function troubleOf(disk: () => Promise<void>): Promise<Response | undefined> {
  try {
    await disk()
    return undefined
  } catch (error) {
    const message = isStudioError(error) ? error.message : 'the disk under GENZO_DATA does not answer'
    return Response.json({ code: 'unavailable', message }, { status: 503, headers: { 'retry-after': '30' } })
  }
}

/** Where the pages ask for tokens: at Cognito the issuer's address and its sign-in pages are two hosts. */
function signInOrigins({ oidc, values }: Config): string[] {
  const urls = oidc ? [oidc.issuer, values.OIDC_LOGOUT_URL ?? oidc.issuer] : []
  return [...new Set(urls.map((url) => new URL(url).origin))]
}

/** The client's address for the issuer's rate limits, in place of whatever the client says of it. */
function withPeer(request: Request, address: string): Request {
  const headers = new Headers(request.headers)
  headers.set(PEER_HEADER, address)
  const { url, method, body, signal } = request
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) } as RequestInit)
}

/** True while the event loop has been late through the whole last second. */
function watchLoad(): () => boolean {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let isLate = false
  setInterval(() => {
    isLate = delay.mean / 1e6 > LATE_MS
    delay.reset()
  }, 1000).unref()
  return () => isLate
}

/**
 * Says where it is and what to do next. While nobody is here, that is a link which makes its opener the first administrator: it works once
 * and ends with the day, since what is printed lands in journals.
 */
async function greet({ publicUrl, dataDir }: Config, { ports, issuer }: Studio) {
  say(`ready at ${publicUrl} (API: ${publicUrl}/docs, data: ${dataDir})`)
  const { items } = await ports.directory.list({ limit: 1 })
  if (items.length > 0 || !issuer) return
  const link = await issuer.invite({ role: 'admin', days: 1 })
  say(`nobody is here yet. Open this to register as its administrator (works once, for a day):\n    ${link}&first`)
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const on = () => {
      // The second asks for an end at once; nothing is lost by it, only repeated.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, on).on(signal, () => process.exit(130))
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, on)
  })
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const trouble = startTrouble(error)
    if (trouble) say(trouble)
    else console.error(error)
    process.exit(1)
  },
)
