import { setTimeout as pause } from 'node:timers/promises'
import type { Problem } from '#http/errors.ts'
import { CliError, type World } from './world.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
type Ask = { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal }

/** A refusal of the studio, in its own words. */
export class Refusal extends CliError {
  readonly status: number
  readonly code: string
  constructor({ status, code, detail }: Pick<Problem, 'status' | 'code' | 'detail'>, requestId: string | null) {
    super(`${detail} (${code}${status >= 500 && requestId ? `, request ${requestId}` : ''})`)
    this.status = status
    this.code = code
  }
}

const TRIES = 5
const LONGEST_PAUSE_MS = 20_000

export type Client = {
  /** The JSON that the API answers. What may pass is tried again; any other refusal is thrown. */
  json<T>(method: Method, path: string, ask?: Ask): Promise<{ status: number; body: T }>
  /** The same for bytes. */
  bytes(path: string): Promise<Response>
}

/** Calls the studio's API with the caller's key. */
export function apiClient({ url, apiKey }: Pick<World, 'url' | 'apiKey'>): Client {
  if (!apiKey) throw new CliError('set GENZO_API_KEY to an API key; `genzo keys create --email …` makes one')
  const send = (method: Method, path: string, { body, headers, signal }: Ask = {}) =>
    persistently(url, () =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    )
  return {
    async json<T>(method: Method, path: string, ask?: Ask) {
      const response = await send(method, path, ask)
      return { status: response.status, body: (response.status === 204 ? undefined : await response.json()) as T }
    },
    bytes: (path) => send('GET', path),
  }
}

/** Tries again what may pass: no answer, too fast, not available. Throws the refusal when it stays or cannot pass. */
export async function persistently(url: string, ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await ask().catch((error: Error) => {
      if (error.name === 'AbortError') throw error
      return error
    })
    const isLast = attempt === TRIES
    if (response instanceof Error) {
      if (isLast) throw new CliError(`no answer from ${url}: is the studio running? Start it with \`npm start\`, or set GENZO_URL`)
    } else {
      if (response.ok) return response
      if (isLast || !isPassing(response)) throw await refusalOf(response)
      await response.body?.cancel()
    }
    const asked = response instanceof Error ? 0 : Number(response.headers.get('retry-after')) * 1000
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(asked || 0, 250 * 2 ** attempt)))
  }
}

const isPassing = ({ status, headers }: Response) =>
  headers.get('x-should-retry') !== 'false' && (status === 429 || status === 502 || status === 503 || status === 504)

async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  const { status } = response
  const told = problem?.detail ? problem : { status, code: 'internal' as const, detail: `the server answered ${status}` }
  return new Refusal(told, response.headers.get('x-request-id'))
}
