/** Wakes those who wait for news under a name, in this process. */
export type Wakes = {
  wake(name: string): void
  /** Resolves at the next wake, after `ms`, or on abort. Never rejects. */
  next(name: string, ms: number, signal?: AbortSignal): Promise<void>
}

export function inProcessWakes(): Wakes {
  const waiting = new Map<string, Set<() => void>>()
  return {
    wake(name) {
      for (const resume of [...(waiting.get(name) ?? [])]) resume()
    },
    next: (name, ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || ms <= 0) return resolve()
        const set = waiting.get(name) ?? new Set()
        waiting.set(name, set)
        const resume = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', resume)
          set.delete(resume)
          if (set.size === 0 && waiting.get(name) === set) waiting.delete(name)
          resolve()
        }
        const timer = setTimeout(resume, ms)
        signal?.addEventListener('abort', resume)
        set.add(resume)
      }),
  }
}
