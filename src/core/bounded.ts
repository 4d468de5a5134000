import { StudioError } from './errors.ts'

/**
 * Runs at most `atOnce` works at a time, in the order they came; past `waiting` more, `unavailable`: a short honest answer beats a queue
 * that only grows.
 */
export function bounded({ atOnce, waiting }: { atOnce: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy >= atOnce) {
      if (queue.length >= waiting)
        throw new StudioError('unavailable', 'too many pictures are being made; ask again in a moment', { retryAfterSeconds: 1 })
      // The one that ends hands its place over, so `busy` does not change in between.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else busy += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else busy -= 1
    }
  }
}
