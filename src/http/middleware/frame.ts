import type { Context } from 'hono'
import type { Ports } from '#core/ports/index.ts'
import type { AppEnv } from '../env.ts'
import { accessLog } from './access-log.ts'
import type { Answer, Step } from './chain.ts'
import { requestIds } from './request-id.ts'
import { type Carried, carryOn } from './security-headers.ts'

/** What a host that reads and writes HTTP itself does in the app's place, for less. */
export type Host = {
  /** The request's id, if one came in. */
  requestId(c: Context<AppEnv>): string | undefined
  /** Takes the headers that every answer has. */
  carry(c: Context<AppEnv>, carried: Carried): void
}
export type FrameOptions = {
  isHttps: boolean
  /** Answers an error that was thrown on the way. */
  onError: (error: unknown, c: Context<AppEnv>) => Answer
  host?: Host | undefined
}

/**
 * What stands around every route, and around what is no route: names the request, answers whatever goes wrong inside, gives the answer its
 * safe headers, and writes one line and one number of it. `name` is the route's, as logs and numbers have it.
 */
export function frame(ports: Pick<Ports, 'telemetry' | 'now' | 'newId'>, { isHttps, onError, host }: FrameOptions): (name: string) => Step {
  const { now, newId } = ports
  const log = accessLog(ports)
  const idOf = requestIds(newId)
  return (name) => {
    const tell = log(name)
    const end = (c: Context<AppEnv>, response: Response, began: number): Response => {
      if (!host) carryOn(response.headers, { requestId: c.get('requestId'), isHttps })
      tell(c, response.status, began)
      return response
    }
    const failed = (c: Context<AppEnv>, error: unknown, began: number): Answer => {
      c.set('route', name)
      const answer = onError(error, c)
      return answer instanceof Promise ? answer.then((response) => end(c, response, began)) : end(c, answer, began)
    }
    return (next) => (c) => {
      const began = now()
      const requestId = idOf(host ? host.requestId(c) : c.req.header('x-request-id'))
      c.set('requestId', requestId)
      host?.carry(c, { requestId, isHttps })
      try {
        const answer = next(c)
        if (!(answer instanceof Promise)) return end(c, answer, began)
        return answer.then(
          (response) => end(c, response, began),
          (error) => failed(c, error, began),
        )
      } catch (error) {
        return failed(c, error, began)
      }
    }
  }
}
