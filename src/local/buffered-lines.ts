import type { DestinationStream } from 'pino'

/** Takes chunks without blocking; where it can, `flushSync` writes what it holds. */
type Sink = DestinationStream & { flushSync?: () => void }
type BufferedLines = DestinationStream & {
  /** Hands over what waits. */
  flush(): void
}

/** How long a line may wait, ms: what a kill -9 can take of the log. */
const MOST_MS = 50
/** How much may wait, characters. */
const MOST_WAITING = 32 * 1024

/**
 * Lines handed on many at once, since a write for each cost as much as the rest of a small request. What waits is handed on after `MOST_MS`
 * at the latest, and when the process ends, by an error too. Only for what may be lost: facts belong into the database.
 */
export function bufferedLines(sink: Sink): BufferedLines {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const chunk = waiting
    waiting = ''
    if (chunk !== '') sink.write(chunk)
  }
  process.once('exit', () => {
    flush()
    sink.flushSync?.()
  })
  return {
    write(line) {
      waiting += line
      if (waiting.length >= MOST_WAITING) flush()
      // Not unref'd: a short command's last lines must not wait for the end of the process.
      else timer ??= setTimeout(flush, MOST_MS)
    },
    flush,
  }
}
