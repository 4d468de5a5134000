/** One file on its way. Bytes; `id` is this page's own, `imageId` the studio's once it has given one. */
export type UploadItem = {
  id: string
  name: string
  size: number
  contentType: string
  state: 'waiting' | 'sending' | 'paused' | 'processing' | 'ready' | 'duplicate' | 'failed'
  sent: number
  imageId?: string
  /** What is still known of a multi-part session, so that a reload goes on where it was. */
  session?: { id: string; partSize: number; partCount: number }
  reason?: string
}
export type UploadQueue = { items: readonly UploadItem[] }

export const EMPTY_QUEUE: UploadQueue = { items: [] }

export type UploadEvent =
  | { type: 'add'; items: readonly UploadItem[] }
  | { type: 'started'; id: string }
  | { type: 'offered'; id: string; imageId: string; session?: UploadItem['session'] }
  | { type: 'progress'; id: string; sent: number }
  | { type: 'arrived'; id: string }
  | { type: 'existing'; id: string; imageId: string }
  | { type: 'failed'; id: string; reason: string }
  /** The network went away: what was under way waits, and is not a failure. */
  | { type: 'cut'; id: string }
  | { type: 'pause'; id?: string }
  | { type: 'resume'; id?: string }
  | { type: 'retry'; id?: string }
  | { type: 'remove'; id: string }
  | { type: 'clear' }
  /** News of the studio about an image. */
  | { type: 'image'; imageId: string; state: 'ready' | 'failed' | 'rejected'; reason?: string }

const DONE = ['ready', 'duplicate'] as const
const isDone = ({ state }: UploadItem) => (DONE as readonly string[]).includes(state)

/** The queue after an event. An event about a file that is gone, or that came too late for its state, changes nothing. */
export function reduceUploads(queue: UploadQueue, event: UploadEvent): UploadQueue {
  switch (event.type) {
    case 'add': {
      const known = new Set(queue.items.map(({ id }) => id))
      return { items: [...queue.items, ...event.items.filter(({ id }) => !known.has(id))] }
    }
    case 'started':
      return change(queue, event.id, ['waiting'], { state: 'sending' })
    case 'offered':
      return change(queue, event.id, ['sending'], { imageId: event.imageId, ...(event.session && { session: event.session }) })
    case 'progress':
      return change(queue, event.id, ['sending'], (item) => ({ sent: Math.min(item.size, Math.max(0, event.sent)) }))
    case 'arrived':
      return change(queue, event.id, ['sending'], (item) => ({ state: 'processing', sent: item.size }))
    case 'existing':
      return change(queue, event.id, ['sending'], (item) => ({
        // What the studio already has may be this very upload: its bytes came, and the network took the answer.
        state: item.imageId === event.imageId ? 'processing' : 'duplicate',
        imageId: event.imageId,
        sent: item.size,
      }))
    case 'failed':
      return change(queue, event.id, ['sending', 'waiting'], { state: 'failed', reason: event.reason })
    case 'cut':
      return change(queue, event.id, ['sending'], { state: 'waiting' })
    case 'pause':
      return change(queue, event.id, ['waiting', 'sending'], { state: 'paused' })
    case 'resume':
      return change(queue, event.id, ['paused'], { state: 'waiting' })
    case 'retry':
      return { items: queue.items.map((item) => (item.state === 'failed' && (event.id ?? item.id) === item.id ? fresh(item) : item)) }
    case 'remove':
      return { items: queue.items.filter(({ id }) => id !== event.id) }
    case 'clear':
      return { items: queue.items.filter((item) => !isDone(item)) }
    case 'image':
      return {
        items: queue.items.map((item) =>
          item.imageId === event.imageId && item.state === 'processing'
            ? event.state === 'ready'
              ? { ...item, state: 'ready' }
              : { ...item, state: event.reason === 'duplicate' ? 'duplicate' : 'failed', ...(event.reason && { reason: event.reason }) }
            : item,
        ),
      }
  }
}

/** To be sent anew from the first byte: what a failed attempt left at the studio ends by itself. */
function fresh({ imageId: _image, session: _session, reason: _reason, ...item }: UploadItem): UploadItem {
  return { ...item, state: 'waiting', sent: 0 }
}

type Change = Partial<UploadItem> | ((item: UploadItem) => Partial<UploadItem>)
function change(queue: UploadQueue, id: string | undefined, from: readonly UploadItem['state'][], to: Change): UploadQueue {
  return {
    items: queue.items.map((item) => {
      if ((id !== undefined && item.id !== id) || !from.includes(item.state)) return item
      return { ...item, ...(typeof to === 'function' ? to(item) : to) }
    }),
  }
}

/** What may start now, oldest first, so many at once. */
export const startable = ({ items }: UploadQueue, atOnce: number): UploadItem[] =>
  items.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, atOnce - items.filter(({ state }) => state === 'sending').length))

export function totalsOf({ items }: UploadQueue): {
  files: number
  done: number
  failed: number
  bytes: number
  sent: number
  isBusy: boolean
} {
  const sum = (of: (item: UploadItem) => number) => items.reduce((total, item) => total + of(item), 0)
  return {
    files: items.length,
    done: items.filter(isDone).length,
    failed: items.filter(({ state }) => state === 'failed').length,
    bytes: sum(({ size }) => size),
    sent: sum(({ sent }) => sent),
    isBusy: items.some(({ state }) => state === 'waiting' || state === 'sending'),
  }
}

/** Bytes a second over the last moments, from samples of (ms, bytes sent). */
export function speedOf(samples: readonly { at: number; sent: number }[]): number {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at <= first.at) return 0
  return Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at))
}
