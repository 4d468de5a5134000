import { Worker } from 'node:worker_threads'
import { type ErrorCode, type ErrorDetails, StudioError } from '#core/errors.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'

/** What the thread is sent, and what it answers: errors travel as their parts, since a class does not survive the passage. */
export type SketchOrder = { id: number; request: ModelRequest }
export type SketchReply =
  | { id: number; answer: ModelAnswer }
  | { id: number; error: { code: ErrorCode | undefined; message: string; details: unknown } }

type Invoke = (request: ModelRequest, signal: AbortSignal) => Promise<ModelAnswer>
export type SketchThread = Invoke & { close: () => Promise<void> }

type Waiting = { request: ModelRequest; signal: AbortSignal; resolve: (answer: ModelAnswer) => void; reject: (error: unknown) => void }

/** Requests that may wait before the next is told to come back: each holds its input pictures in memory. */
const MAX_WAITING = 32

/**
 * The sketch model in a thread of its own, so that painting never holds up the event loop. The thread starts with the first request; one
 * request is painted at a time. An abort drops what waits, or ends the thread if it is the one being painted: the next request starts
 * another. A crash fails the request it happened in with `unavailable`; a full queue answers `throttled`.
 */
export function sketchThread({ workerUrl }: { workerUrl: URL }): SketchThread {
  const waiting: Waiting[] = []
  let worker: Worker | undefined
  let current: Waiting | undefined
  let lastId = 0

  const settle = (finish: (one: Waiting) => void) => {
    const one = current
    current = undefined
    worker?.unref()
    if (one) finish(one)
    next()
  }

  const start = () => {
    const thread = new Worker(workerUrl)
    thread.on('message', (reply: SketchReply) => {
      if (thread !== worker || reply.id !== lastId) return
      settle((one) => ('answer' in reply ? one.resolve(reply.answer) : one.reject(errorOf(reply.error))))
    })
    const lost = (cause: unknown) => {
      if (thread !== worker) return
      worker = undefined
      settle((one) =>
        one.reject(new StudioError('unavailable', 'the sketch thread ended while it painted', { service: 'sketch' }, { cause })),
      )
    }
    thread.on('error', lost)
    thread.on('exit', lost)
    return thread
  }

  const next = () => {
    if (current || waiting.length === 0) return
    current = waiting.shift()!
    worker ??= start()
    // Only work in hand keeps the process alive, not an idle thread.
    worker.ref()
    worker.postMessage({ id: ++lastId, request: current.request } satisfies SketchOrder)
  }

  const abort = (one: Waiting) => {
    const at = waiting.indexOf(one)
    if (at >= 0) waiting.splice(at, 1)
    else if (one === current) {
      const ended = worker
      worker = undefined
      void ended?.terminate()
      current = undefined
    }
    one.reject(one.signal.reason)
    next()
  }

  const invoke: Invoke = (request, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (waiting.length >= MAX_WAITING)
        return reject(new StudioError('throttled', `${MAX_WAITING} sketches are waiting; try again shortly`, { retryAfterSeconds: 5 }))
      const onAbort = () => abort(one)
      const one: Waiting = {
        request,
        signal,
        resolve: (answer) => {
          signal.removeEventListener('abort', onAbort)
          resolve(answer)
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      signal.addEventListener('abort', onAbort)
      waiting.push(one)
      next()
    })

  const close = async () => {
    const ended = worker
    worker = undefined
    for (const one of [...waiting.splice(0), ...(current ? [current] : [])])
      one.reject(new StudioError('unavailable', 'the studio is closing', { service: 'sketch' }))
    current = undefined
    await ended?.terminate()
  }
  return Object.assign(invoke, { close })
}

function errorOf({ code, message, details }: { code: ErrorCode | undefined; message: string; details: unknown }): Error {
  return code ? new StudioError(code, message, details as ErrorDetails[ErrorCode]) : new Error(message)
}
