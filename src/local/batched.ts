/** Small work put off, to be done together. */
export type Batched = {
  add(work: () => void): void
  /** Does what waits. */
  flush(): void
}

/** How long a piece of work may wait, ms: what an end without warning can take. */
const MOST_MS = 50
/** How many may wait. */
const MOST_WAITING = 1024

/**
 * Puts off what nobody waits for, to do many of it in a row: between two answers its code and data are out of the processor's caches, and
 * each then costs three times what it costs after its like. What waits is done after `MOST_MS` at the latest, and when the process ends,
 * by an error too; then `done` is called. Work that throws is dropped. Only for what may be lost: facts belong into the database.
 */
export function batched(done: () => void): Batched {
  let waiting: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const works = waiting
    waiting = []
    for (const work of works) quietly(work)
    quietly(done)
  }
  process.once('exit', flush)
  return {
    add(work) {
      waiting.push(work)
      if (waiting.length >= MOST_WAITING) flush()
      // Not unref'd: a short command's last lines must not wait for the end of the process.
      else timer ??= setTimeout(flush, MOST_MS)
    },
    flush,
  }
}

function quietly(work: () => void) {
  try {
    work()
  } catch {
    // A slip in our own code, as a number under other labels than before; it must not fail what it measures.
  }
}
