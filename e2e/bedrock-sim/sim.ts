import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Answer,
  applyGuardrail,
  converse,
  getModel,
  guardrailChecks,
  invoke,
  type Lifecycle,
  listModels,
  type Rules,
  troubleIn,
} from './answers.ts'
import { authenticate, type Caller, type Credentials, type Keys } from './auth.ts'
import { type Answering, type Asked, bodyOf, openDoor } from './door.ts'
import { Fault, invalid, TROUBLES, type Trouble } from './fault.ts'

export const SIM_CREDENTIALS: Credentials = { accessKeyId: 'AKIDSIMULATOR', secretAccessKey: 'simulator-secret' }
export const SIM_KEYS: Keys = { 'sim-key': 'good', 'sim-expired': 'expired', 'sim-elsewhere': 'other region' }

export type SimRequest = {
  method: string
  path: string
  httpVersion: string
  by?: Caller['by']
  region?: string | undefined
  modelId?: string
  body?: unknown
  status?: number
  /** The client went away before the answer. */
  isAborted?: boolean
}
export type SimOptions = {
  port?: number
  host?: string
  keys?: Keys
  credentials?: Credentials
  /** Answers retired models, as an account with extended access would see them. */
  servesRetired?: boolean
  latencyMs?: number
  upscaledSide?: number
  lifecycles?: Readonly<Record<string, Lifecycle>>
  now?: () => number
}
export type Sim = {
  url: string
  requests: SimRequest[]
  /** The next calls of any model meet these, one each. */
  trouble(...next: Trouble[]): void
  set(change: Partial<Pick<SimOptions, 'latencyMs' | 'servesRetired' | 'lifecycles' | 'keys'>>): void
  close(): Promise<void>
}

/** A server that answers as Amazon Bedrock documents it, with pictures made by rules. For tests and demos: it keeps no secret. */
export async function startBedrockSim(options: SimOptions = {}): Promise<Sim> {
  const { port = 0, host = '127.0.0.1', now = Date.now, upscaledSide = 4096, ...rest } = options
  const state = { keys: SIM_KEYS, credentials: SIM_CREDENTIALS, servesRetired: false, latencyMs: 0, lifecycles: {}, ...rest }
  const requests: SimRequest[] = []
  const ordered: Trouble[] = []
  const trouble = (prompt: string) => ordered.shift() ?? troubleIn(prompt)
  const rules = (): Rules & { lifecycles: Readonly<Record<string, Lifecycle>> } => ({ ...state, upscaledSide, trouble })

  const door = await openDoor((asked, answering) => void answer(asked, answering).catch((error) => fail(answering, error)), { port, host })
  return {
    url: door.url,
    requests,
    trouble: (...next) => void ordered.push(...next),
    set: (change) => void Object.assign(state, change),
    close: door.close,
  }

  async function answer(asked: Asked, answering: Answering): Promise<void> {
    const path = asked.url ?? '/'
    const record: SimRequest = { method: asked.method ?? 'GET', path, httpVersion: asked.httpVersion }
    if (path.startsWith('/__sim')) return control(asked, answering)
    requests.push(record)
    answering.on('close', () => {
      if (!answering.writableEnded) record.isAborted = true
    })
    const body = await bodyOf(asked)
    if (!body) return
    try {
      const caller = authenticate({ method: record.method, path, headers: headersOf(asked), body, now: now() }, state)
      Object.assign(record, caller)
      const found = await route(asked, { caller, body, record })
      if (record.isAborted) return
      record.status = 200
      if (found.hangUp) return hangUp(answering, found)
      send(answering, 200, { 'content-type': found.contentType }, found.bytes)
    } catch (error) {
      record.status = error instanceof Fault ? error.status : 500
      fail(answering, error)
    }
  }

  async function route(asked: Asked, { caller, body, record }: { caller: Caller; body: Buffer; record: SimRequest }): Promise<Answer> {
    const { pathname, searchParams } = new URL(record.path, 'http://sim')
    const [kind = '', id = '', ...more] = pathname.slice(1).split('/').map(decodeSegment)
    const { region } = caller
    const headers = headersOf(asked)
    if (record.method === 'GET' && kind === 'foundation-models')
      return id ? getModel(id, region, rules()) : listModels(region, searchParams, rules())
    if (record.method !== 'POST') throw new Fault(404, 'UnknownOperationException', 'no such operation')
    record.body = parsed(body)
    if (kind === 'guardrail-checks') return guardrailChecks(body)
    if (kind === 'guardrail' && more[0] === 'version' && more[2] === 'apply') return applyGuardrail(body)
    if (kind !== 'model') throw new Fault(404, 'UnknownOperationException', 'no such operation')
    // A raw `:` or `/` of an ARN may come unencoded: the operation is the last part, the id all between.
    const operation = more.at(-1)
    const modelId = [id, ...more.slice(0, -1)].join('/')
    record.modelId = modelId
    await pause(headers, body)
    const guardrail = { id: headers['x-amzn-bedrock-guardrailidentifier'], version: headers['x-amzn-bedrock-guardrailversion'] }
    const isTraced = /^ENABLED/.test(headers['x-amzn-bedrock-trace'] ?? '')
    const ask = { modelId, region, body, contentType: headers['content-type'], guardrail: { ...present(guardrail), isTraced } }
    if (operation === 'invoke') return invoke(ask, rules())
    if (operation === 'converse') return converse(ask, rules())
    throw new Fault(404, 'UnknownOperationException', 'no such operation')
  }

  /** By header, by the words `sim:wait=500` in a prompt, or as set for all. */
  async function pause(headers: Record<string, string | undefined>, body: Buffer) {
    const ordered = /\bsim:wait=(\d{1,6})\b/.exec(body.subarray(0, 100_000).toString('latin1'))?.[1]
    const ms = Number(ordered ?? headers['x-sim-latency'] ?? state.latencyMs)
    if (ms > 0) await wait(ms)
  }

  /** POST /__sim {"trouble": ["throttle"], "latencyMs": 500, "servesRetired": true}: what a demo orders without restarting. */
  async function control(asked: Asked, answering: Answering): Promise<void> {
    const body = await bodyOf(asked)
    const order = (parsed(body ?? Buffer.alloc(0)) ?? {}) as { trouble?: string[]; latencyMs?: number; servesRetired?: boolean }
    const known = (order.trouble ?? []).filter((one): one is Trouble => (TROUBLES as readonly string[]).includes(one))
    ordered.push(...known)
    if (typeof order.latencyMs === 'number') state.latencyMs = order.latencyMs
    if (typeof order.servesRetired === 'boolean') state.servesRetired = order.servesRetired
    send(answering, 200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ ordered, troubles: TROUBLES })))
  }
}

const present = <T extends Record<string, string | undefined>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string }

/** HTTP/2 names the host by a pseudo header; signatures are over `host`. */
function headersOf(asked: Asked): Record<string, string | undefined> {
  const headers = Object.fromEntries(
    Object.entries(asked.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  )
  return { host: headers[':authority'], ...headers } as Record<string, string | undefined>
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid('the path is not percent-encoded')
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function fail(answering: Answering, error: unknown): void {
  const fault =
    error instanceof Fault ? error : new Fault(500, 'InternalServerException', error instanceof Error ? `${error.stack}` : 'unknown')
  const headers = {
    ...fault.headers,
    'content-type': 'application/json',
    'x-amzn-errortype': `${fault.type}:http://internal.amazon.com/coral/`,
  }
  if (!answering.headersSent) send(answering, fault.status, headers, Buffer.from(JSON.stringify({ message: fault.message })))
}

function send(answering: Answering, status: number, headers: Record<string, string>, bytes: Buffer): void {
  const { writeHead, end } = answering as { writeHead(status: number, headers: Record<string, string>): void; end(bytes: Buffer): void }
  writeHead.call(answering, status, { 'x-amzn-requestid': randomUUID(), 'content-length': String(bytes.byteLength), ...headers })
  end.call(answering, bytes)
}

/** Half an answer, or none of it, and the line is cut. */
function hangUp(answering: Answering, { bytes, contentType }: Answer): void {
  const { writeHead, write } = answering as { writeHead(status: number, headers: Record<string, string>): void; write(bytes: Buffer): void }
  if (bytes.length > 0) {
    writeHead.call(answering, 200, { 'content-type': contentType, 'content-length': '1000000' })
    write.call(answering, bytes)
  }
  setImmediate(() => ('stream' in answering ? answering.stream.destroy() : answering.socket?.destroy()))
}
