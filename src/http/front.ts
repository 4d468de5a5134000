import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { StudioError } from '#core/errors.ts'
import type { Tokens } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { type GuardOptions, guard } from './auth/guard.ts'
import type { AppEnv } from './env.ts'
import { type Answer, asStep, inTurn, type Step } from './middleware/chain.ts'
import { deadlines } from './middleware/deadline.ts'
import { type FrameOptions, frame } from './middleware/frame.ts'
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
  /** Where the host writes the headers of every answer itself, which costs it less than an answer's own `Headers`. */
  carry?: FrameOptions['carry']
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
  const { tokens, isLoopback = () => false, actorOf, corsOrigins = [], takesWholeBodies, carry } = options
  const stray = routes.find((route) => !rows.some((row) => isOf(row, route)))
  if (stray) throw new Error(`${stray.method} ${stray.path} has no row in the route table`)

  const front = new Hono<AppEnv>()
  const framed = frame(ports, { isHttps: ports.policy.publicUrl.startsWith('https:'), onError, carry })
  const shed = loadShedding(options.load ?? { maxInFlight: Number.POSITIVE_INFINITY, isOverloaded: () => false })
  const deadline = deadlines()
  const absent: Step = (c) => {
    throw new StudioError('not_found', `there is no ${c.req.method} ${c.req.path.slice(0, 200)} here; see /docs`)
  }
  const way = (...steps: (Step | undefined)[]) => inTurn(steps.filter((step) => step !== undefined))

  if (corsOrigins.length > 0) {
    const sites = cors({ origin: [...corsOrigins], exposeHeaders: ['x-request-id', 'etag', 'retry-after', 'location'] })
    front.options(
      '*',
      way(framed('none'), (c) => sites(c, async () => {}) as Promise<Response>),
    )
    front.use(sites)
  }
  for (const row of rows) {
    const handlers = routes.filter((route) => isOf(row, route)).map(({ handler }) => handler)
    const limited = takesWholeBodies && row.wholeBodyBytes ? { ...row, bodyBytes: row.wholeBodyBytes } : row
    const handled = handlers.length > 0 ? asStep(handlers) : absent
    const steps = [shed(row), guard(row, { tokens, isLoopback, actorOf }), bodyLimitOf(limited), deadline(row), handled]
    front.on(row.method, row.path, way(framed(routeName(row)), ...steps))
  }
  // What stands outside the frames, too, answers in our words.
  front.onError(onError)
  front.notFound(way(framed('none'), absent) as (c: Parameters<Step>[0]) => Answer)
  return front
}

const isOf = (row: RouteRow, { method, path }: Hono['routes'][number]) => method === row.method && path === row.path
