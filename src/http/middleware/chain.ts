import type { Context } from 'hono'
import type { AppEnv } from '../env.ts'

/** An answer, at once where nothing had to be waited for. */
export type Answer = Response | Promise<Response>
export type Handler = (c: Context<AppEnv>) => Answer
/** One thing on a request's way to its handler: what answers, given what comes after it. Made once, when the app is. */
export type Step = (next: Handler) => Handler

/**
 * Steps one after another around `handler`, as the one handler of a route. Hono's own composition makes a promise for each, so that nothing
 * is ever answered at once: around a handler that only says hello, nine steps of it took three times what these do.
 */
export const inTurn = (steps: readonly Step[], handler: Handler): Handler => steps.reduceRight((next, step) => step(next), handler)

type HonoHandler = (c: Context<AppEnv>, next: () => Promise<void>) => unknown
/**
 * A route's validators and its handler as one. Validators are Hono's: they may wait for what comes after them and hand back nothing, so the
 * answer is kept as it passes.
 */
export function handlerOf(handlers: readonly HonoHandler[]): Handler {
  const [only] = handlers
  if (handlers.length === 1) return only as unknown as Handler
  return async (c) => {
    let answer: Response | undefined
    const from = async (at: number): Promise<void> => {
      const found = await handlers[at]!(c, () => from(at + 1))
      if (found) answer = found as Response
    }
    await from(0)
    return answer!
  }
}

/** Does `work` when the answer is there, however it ends. */
export function afterwards(answer: Answer, work: () => void): Answer {
  if (!(answer instanceof Promise)) {
    work()
    return answer
  }
  return answer.then(
    (response) => {
      work()
      return response
    },
    (error: unknown) => {
      work()
      throw error
    },
  )
}
