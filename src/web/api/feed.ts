import type { StudioEvent } from '#core/ports/news.ts'
import { sessionState, subscribeSession } from '../session/session.ts'
import { get } from './client.ts'
import { ApiError } from './problem.ts'

type Listener = (event: StudioEvent) => void
const CURSOR_KEY = 'genzo.feed.cursor'
const LONGEST_PAUSE_MS = 30_000

/**
 * News for all tabs over one connection: the tab that holds the lock asks, the others listen on a channel. When it closes, the browser
 * gives the lock to the next. Returns a function that ends it.
 */
export function startFeed(onEvent: Listener): () => void {
  const channel = new BroadcastChannel('genzo.feed')
  channel.onmessage = ({ data }) => onEvent(data as StudioEvent)
  const stop = new AbortController()
  const tell = (event: StudioEvent) => {
    onEvent(event)
    channel.postMessage(event)
  }
  const lead = () => followFeed(tell, stop.signal)
  // Without Web Locks (an old browser, or plain http on another host) every tab asks for itself.
  const leading = navigator.locks ? navigator.locks.request('genzo.feed', { signal: stop.signal }, lead) : lead()
  leading.catch(() => {}) // an abort, and nothing else, rejects
  return () => {
    stop.abort()
    channel.close()
  }
}

/** Asks again and again until told to stop; pauses longer after each failure, and while nobody is signed in. */
async function followFeed(tell: Listener, signal: AbortSignal) {
  let failures = 0
  while (!signal.aborted) {
    if (sessionState().name !== 'signed-in') {
      await untilSignedIn(signal)
      continue
    }
    try {
      const after = sessionStorage.getItem(CURSOR_KEY) ?? 'now'
      const { items, cursor } = await get<{ items: StudioEvent[]; cursor: string | number }>('/api/events', { after }, signal)
      sessionStorage.setItem(CURSOR_KEY, String(cursor))
      failures = 0
      for (const event of items) tell(event)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiError && error.code === 'invalid_input') sessionStorage.removeItem(CURSOR_KEY)
      await pause(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** failures++), signal)
    }
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    const cut = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', cut, { once: true })
  })

const untilSignedIn = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const unsubscribe = subscribeSession(() => sessionState().name === 'signed-in' && done())
    const done = () => {
      unsubscribe()
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
