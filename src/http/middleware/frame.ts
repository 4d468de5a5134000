import type { Context } from 'hono'
import type { Ports } from '#core/ports/index.ts'
import type { AppEnv } from '../env.ts'
import { accessLog } from './access-log.ts'
import type { Answer, Step } from './chain.ts'
import { requestIdOf } from './request-id.ts'
import { type Carried, carryOn } from './security-headers.ts'

export type FrameOptions = {
  isHttps: boolean
  /** Answers an error that was thrown on the way. */
  onError: (error: unknown, c: Context<AppEnv>) => Answer
  /** Takes the headers of every answer, where the host writes them itself. Absent: they are set on the answer. */
  carry?: ((c: Context<AppEnv>, carried: Carried) => void) | undefined
}

/**
 * What stands around every route, and around what is no route: names the request, answers whatever goes wrong inside, gives the answer its
 * safe headers, and writes one line and one number of it. `name` is the route's, as logs and numbers have it.
 */
export function frame(
  ports: Pick<Ports, 'telemetry' | 'now' | 'newId'>,
  { isHttps, onError, carry }: FrameOptions,
): (name: string) => Step {
  const { now, newId } = ports
  const log = accessLog(ports)
  return (name) => {
    const tell = log(name)
    return (c, next) => {
      const began = now()
      const requestId = requestIdOf(c.req.raw.headers.get('x-request-id'), newId)
      c.set('requestId', requestId)
      const carried = { requestId, isHttps }
      carry?.(c, carried)
      const end = (response: Response): Response => {
        if (!carry) carryOn(response.headers, carried)
        tell(c, response.status, began)
        return response
      }
      const failed = (error: unknown): Answer => {
        c.set('route', name)
        const answer = onError(error, c)
        return answer instanceof Promise ? answer.then(end) : end(answer)
      }
      try {
        const answer = next()
        return answer instanceof Promise ? answer.then(end, failed) : end(answer)
      } catch (error) {
        return failed(error)
      }
    }
  }
}
