import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type ErrorCode, type ErrorDetails, StudioError } from '#core/errors.ts'
import type { Pixels } from '#core/ports/pixels.ts'

/** What goes to a child: one call of the port, with paths in place of blob keys. Sent as `advanced` serialization, so bytes stay bytes. */
export type PixelCall = { method: keyof Pixels; args: unknown[] }
/** The call as the child gets it, with how many threads it may encode with. */
export type PixelOrder = PixelCall & { threads: number }
/** What comes back, with the child's resident memory in bytes, and whether a codec in it broke down and must not be used again. */
export type PixelAnswer = { rss: number; isSpent: boolean } & (
  | { value: unknown }
  | { refusal: { code: ErrorCode; message: string; details: ErrorDetails[ErrorCode] } }
  | { bug: string }
)

/** `isUrgent`: someone waits at a screen. `isDivisible`: its encoder is quicker with two threads. */
type Kind = { isUrgent?: boolean; isDivisible?: boolean }
type Job = Kind & { call: PixelCall; resolve: (value: never) => void; reject: (error: Error) => void }
type Child = { process: ChildProcess; jobs: number; job?: Job; deadline?: NodeJS.Timeout }

/**
 * One AVIF at a time was 1.57 times quicker with two threads at 2 % more CPU; JPEG and WebP gain nothing. As soon as there is other work,
 * one each gives more pictures a second. Its bytes then differ in a few places, its look does not.
 */
const THREADS_ALONE = 2

export type PixelPool = Pixels & { close(): Promise<void> }
export type PixelPoolOptions = {
  /** The file of a blob key: bytes do not travel to the child. Throws for a malformed key. */
  blobPath: (key: string) => string
  /** Children at most: one per core. They are started when first needed. */
  size: number
  workerUrl: URL
  /** After this long a job's child is killed. */
  deadlineMs?: number
  /** Jobs that may wait; one more is refused with `unavailable`. */
  maxWaiting?: number
  /** Jobs after which a child makes room for a new one, so that codecs cannot leak for ever. */
  recycleAfter?: number
  /** Resident bytes after a job above which it does so at once. */
  recycleAbove?: number
}

/**
 * Pixels in child processes, so that neither an encode nor a crash in a codec touches the process that answers HTTP. A child that dies,
 * or is killed at the deadline, fails its own job with `unavailable` and is replaced; every other job goes on. Children die with the
 * parent, however it ends. `close` ends them all and what they are doing.
 */
export function pixelPool(options: PixelPoolOptions): PixelPool {
  const { blobPath, size, workerUrl, deadlineMs = 60_000, maxWaiting = size * 16, recycleAfter = 500, recycleAbove = 800e6 } = options
  const serving = new Set<Child>()
  const alive = new Set<ChildProcess>()
  const waiting: Job[] = []
  let isClosed = false

  function start(): Child {
    // No environment: a codec that is taken over finds no secrets there. Few arenas keep glibc from hoarding freed pixels.
    const env = { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' }
    const process = fork(workerUrl, [], { serialization: 'advanced', execArgv: [], env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const child: Child = { process, jobs: 0 }
    serving.add(child)
    alive.add(process)
    process.on('message', (answer: PixelAnswer) => settle(child, answer))
    process.on('exit', (code, signal) => lose(child, `ended with ${signal ?? code}`))
    process.on('error', (error) => lose(child, `failed: ${error.message}`))
    return child
  }

  function dispatch() {
    while (waiting.length > 0) {
      const child = [...serving].find(({ job }) => !job) ?? (serving.size < size ? start() : undefined)
      if (!child) return
      give(child, waiting.shift()!)
    }
  }

  function give(child: Child, job: Job) {
    child.job = job
    child.jobs += 1
    child.deadline = setTimeout(() => {
      lose(child, `was stopped after ${deadlineMs} ms`)
      child.process.kill('SIGKILL')
    }, deadlineMs)
    hold(child, true)
    const order: PixelOrder = { ...job.call, threads: job.isDivisible && isAlone(child) ? THREADS_ALONE : 1 }
    child.process.send(order, (error) => error && lose(child, `could not be reached: ${error.message}`))
  }

  /** True when nothing else is in hand or waiting, so that another core has nothing to do. */
  const isAlone = (child: Child) => size > 1 && waiting.length === 0 && [...serving].every((other) => other === child || !other.job)

  function settle(child: Child, answer: PixelAnswer) {
    const { job } = child
    if (!job) return
    release(child)
    if (answer.isSpent || child.jobs >= recycleAfter || answer.rss > recycleAbove) retire(child)
    if ('value' in answer) job.resolve(answer.value as never)
    else if ('refusal' in answer) job.reject(refusalOf(answer.refusal))
    else job.reject(new Error(`pixels failed: ${answer.bug}`))
    dispatch()
  }

  function lose(child: Child, how: string) {
    const { job } = child
    if (child.process.exitCode !== null || child.process.signalCode !== null || child.process.pid === undefined) alive.delete(child.process)
    if (!serving.delete(child)) return
    release(child)
    job?.reject(new StudioError('unavailable', `the process working on this picture ${how}`, { retryAfterSeconds: 5, service: 'pixels' }))
    dispatch()
  }

  /** A child that hears that nobody listens any more ends itself. */
  function retire(child: Child) {
    serving.delete(child)
    if (child.process.connected) child.process.disconnect()
  }

  function release(child: Child) {
    clearTimeout(child.deadline)
    delete child.job
    hold(child, false)
  }

  function run<T>(call: PixelCall, kind: Kind = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (isClosed)
        return reject(new StudioError('unavailable', 'the studio is shutting down', { retryAfterSeconds: 5, service: 'pixels' }))
      if (waiting.length >= maxWaiting) return reject(tooBusy(waiting.length, size))
      const job: Job = { ...kind, call, resolve: resolve as Job['resolve'], reject }
      // Whoever waits at a screen goes before work that nobody watches.
      const at = kind.isUrgent ? waiting.findIndex((other) => !other.isUrgent) : -1
      waiting.splice(at === -1 ? waiting.length : at, 0, job)
      dispatch()
    })
  }

  const pathOf = (source: { key: string; version?: string }) => ({ ...source, key: blobPath(source.key) })

  return {
    inspect: async (source, limits) => run({ method: 'inspect', args: [pathOf(source), limits] }),
    makeSet: async (source, about) => run({ method: 'makeSet', args: [pathOf(source), about] }),
    transform: async (source, to, how) =>
      run({ method: 'transform', args: [pathOf(source), to, how] }, { isUrgent: how.effort === 'low', isDivisible: to.format === 'avif' }),
    prepare: async (source, to) => run({ method: 'prepare', args: ['key' in source ? pathOf(source) : source, to] }),
    finish: async (bytes, how) => run({ method: 'finish', args: [bytes, how] }),
    async close() {
      isClosed = true
      for (const job of waiting.splice(0)) job.reject(new StudioError('unavailable', 'the studio is shutting down', { service: 'pixels' }))
      const ended = [...alive].map((process) => once(process, 'exit'))
      for (const process of alive) {
        process.ref() // or an otherwise idle parent would end before they have
        process.kill('SIGKILL')
      }
      await Promise.all(ended)
    },
  }
}

/** An idle child must not keep the parent from ending; a busy one must. */
function hold({ process }: Child, isBusy: boolean) {
  if (isBusy) {
    process.ref()
    process.channel?.ref()
    return
  }
  process.unref()
  process.channel?.unref()
}

const refusalOf = ({ code, message, details }: { code: ErrorCode; message: string; details: ErrorDetails[ErrorCode] }) =>
  new StudioError(code as 'internal', message, details as ErrorDetails['internal'])

/** A job takes about a second: whoever comes back after the queue has run down finds a place. */
const tooBusy = (jobs: number, size: number) =>
  new StudioError('unavailable', `${jobs} pictures are waiting already; try again shortly`, {
    retryAfterSeconds: Math.max(1, Math.ceil(jobs / size)),
    service: 'pixels',
  })
