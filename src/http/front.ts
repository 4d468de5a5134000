import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { StudioError } from '#core/errors.ts'
import type { Tokens } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { type GuardOptions, guard } from './auth/guard.ts'
import type { AppEnv } from './env.ts'
import { type Handler, handlerOf, inTurn } from './middleware/chain.ts'
import { deadlines } from './middleware/deadline.ts'
import { type FrameOptions, frame, type Host } from './middleware/frame.ts'
import { bodyLimitOf } from './middleware/limits.ts'
import { type LoadOptions, loadShedding } from './middleware/load-shedding.ts'
import { type RouteRow, routeName } from './route-table.ts'

export type FrontOptions = Partial<Omit<GuardOptions, 'tokens'>> & {
  tokens: Tokens
  /** Other sites whose pages may call the API. None by default. */
  corsOrigins?: readonly string[]
  load?: LoadOptions
  /** True where no gateway bounds what comes in: pictures may then be sent inside a request. */
  takesWholeBodies?: boolean
  host?: Host
}
type Parts = { rows: readonly RouteRow[]; routes: Hono['routes']; onError: FrameOptions['onError'] }

/**
 * Routes as they are met from outside, each behind the steps that its row asks for, in one handler. A route without a row is a bug, and a
 * row without a route is not found, after the guard: what is there is nobody's business who may not in.
 */
export function frontOf(
  ports: Pick<Ports, 'telemetry' | 'now' | 'newId' | 'policy'>,
  { rows, routes, onError }: Parts,
  options: FrontOptions,
): Hono<AppEnv> {
  const { tokens, isLoopback = () => false, actorOf, corsOrigins = [], takesWholeBodies, host } = options
  const stray = routes.find((route) => !rows.some((row) => isOf(row, route)))
  if (stray) throw new Error(`${stray.method} ${stray.path} has no row in the route table`)

  const front = new Hono<AppEnv>()
  const framed = frame(ports, { isHttps: ports.policy.publicUrl.startsWith('https:'), onError, host })
  const shed = loadShedding(options.load ?? { maxInFlight: Number.POSITIVE_INFINITY, isOverloaded: () => false })
  const deadline = deadlines()
  const absent: Handler = (c) => {
    throw new StudioError('not_found', `there is no ${c.req.method} ${c.req.path.slice(0, 200)} here; see /docs`)
  }

  if (corsOrigins.length > 0) {
    const sites = cors({ origin: [...corsOrigins], exposeHeaders: ['x-request-id', 'etag', 'retry-after', 'location'] })
    front.options(
      '*',
      framed('none')((c) => sites(c, async () => {}) as Promise<Response>),
    )
    front.use(sites)
  }
  for (const row of rows) {
    const handlers = routes.filter((route) => isOf(row, route)).map(({ handler }) => handler)
    const limited = takesWholeBodies && row.wholeBodyBytes ? { ...row, bodyBytes: row.wholeBodyBytes } : row
    const handler = handlers.length > 0 ? handlerOf(handlers) : absent
    const steps = [framed(routeName(row)), shed(row), guard(row, { tokens, isLoopback, actorOf }), deadline(row), bodyLimitOf(limited)]
    const needed = steps.filter((step) => step !== undefined)
    front.on(row.method, row.path, inTurn(needed, handler))
  }
  // What stands outside the frames, too, answers in our words.
  front.onError(onError)
  front.notFound(framed('none')(absent))
  return front
}

const isOf = (row: RouteRow, { method, path }: Hono['routes'][number]) => method === row.method && path === row.path
