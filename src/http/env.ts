import type { Actor } from '#core/actor.ts'
import type { ErrorCode } from '#core/errors.ts'

/** What a request carries on its way through the app. */
export type AppEnv = {
  Variables: {
    requestId: string
    /** Present after the guard of a route that is not public. */
    actor: Actor
    /** The row of the route table that matched: `GET /api/images/:id`. */
    route: string
    /** The code of the problem that was answered, for the access log. */
    problem: ErrorCode
  }
}
