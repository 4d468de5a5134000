import { get } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import type { ImageView } from '../api/types.ts'
import { onStudioEvent } from '../api/use-feed.ts'
import { shelve, shelved, unshelve } from './file-shelf.ts'
import { EMPTY_QUEUE, reduceUploads, startable, type UploadEvent, type UploadItem, type UploadQueue } from './queue.ts'
import { onceGone, showAlive, THIS_TAB } from './tabs.ts'
import { transfer } from './transfer.ts'

const AT_ONCE = 3
const AFTER_CUT_MS = 3000
const MOST_PATIENCE_S = 60

/** The uploads of this tab: they go on while the person walks through the studio, and after a reload. One a page. */
let queue: UploadQueue = EMPTY_QUEUE
const files = new Map<string, File>()
const aborts = new Map<string, AbortController>()
const listeners = new Set<() => void>()
let isStarted = false

export const uploads = (): UploadQueue => queue
export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Takes files in; what is not a picture by its name or type is left for the studio to refuse with its reason. */
export function addFiles(added: Iterable<File>): void {
  const items = [...added].map((file): UploadItem => {
    const id = crypto.randomUUID()
    files.set(id, file)
    return { id, name: file.name || 'pasted.png', size: file.size, contentType: file.type, state: 'waiting', sent: 0 }
  })
  for (const item of items) void shelve({ item, file: files.get(item.id)!, tab: THIS_TAB })
  tell({ type: 'add', items })
}

export function tell(event: UploadEvent): void {
  queue = reduceUploads(queue, event)
  if (event.type === 'pause' || event.type === 'remove') stopTransfers()
  if (event.type === 'remove' || event.type === 'clear') void forgetGone()
  for (const listener of listeners) listener()
  pump()
}

/** Brings back what an earlier page left, and listens for what becomes of the pictures. Called by the shell once. */
export function startUploads(): void {
  if (isStarted) return
  isStarted = true
  onStudioEvent(({ type, subjectId }) => {
    if (['image.ready', 'image.failed', 'image.rejected'].includes(type) && queue.items.some(({ imageId }) => imageId === subjectId))
      void look(subjectId)
  })
  addEventListener('online', () => pump())
  showAlive()
  void shelved().then((kept) => {
    for (const tab of new Set(kept.map(({ tab }) => tab))) void onceGone(tab, () => inherit(tab))
  })
}

/** Goes on with what a tab had not sent when it closed. While it lives it sends itself: two would disturb each other. */
async function inherit(tab: string) {
  const left = (await shelved()).filter((one) => one.tab === tab)
  for (const { item, file } of left) {
    files.set(item.id, file)
    await shelve({ item, file, tab: THIS_TAB })
  }
  tell({ type: 'add', items: left.map(({ item }) => ({ ...item, state: item.state === 'paused' ? 'paused' : 'waiting' })) })
}

function pump() {
  // Asked anew each time: starting one tells the queue, which pumps again before this goes on.
  for (let item = startable(queue, AT_ONCE)[0]; item; item = startable(queue, AT_ONCE)[0]) {
    const file = files.get(item.id)
    if (file) void send(item, file)
    else queue = reduceUploads(queue, { type: 'remove', id: item.id })
  }
}

async function send(item: UploadItem, file: File) {
  const { id } = item
  const abort = new AbortController()
  aborts.set(id, abort)
  tell({ type: 'started', id })
  try {
    const { outcome, imageId } = await transfer(
      file,
      item.session,
      {
        onOffered: (offer) => {
          tell({ type: 'offered', id, ...offer })
          const known = queue.items.find((one) => one.id === id)
          if (known) void shelve({ item: known, file, tab: THIS_TAB })
        },
        onProgress: (sent) => tell({ type: 'progress', id, sent }),
      },
      abort.signal,
    )
    tell(outcome === 'existing' ? { type: 'existing', id, imageId } : { type: 'arrived', id })
    void look(imageId)
    void unshelve(id)
  } catch (error) {
    if (abort.signal.aborted) return
    const pause = pauseAfter(error)
    if (pause) {
      await new Promise((resolve) => setTimeout(resolve, pause))
      return tell({ type: 'cut', id })
    }
    tell({ type: 'failed', id, reason: error instanceof ApiError ? error.code : 'unexpected' })
    void unshelve(id)
  } finally {
    if (aborts.get(id) === abort) aborts.delete(id)
  }
}

/** Milliseconds after which a file is sent again by itself: a line that was cut, or a studio that asked for patience. */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof ApiError)) return undefined
  if (error.code === 'throttled' || error.code === 'unavailable')
    return Math.min(MOST_PATIENCE_S, Number(error.details.retryAfterSeconds) || 5) * 1000
  return error.code === 'offline' ? AFTER_CUT_MS : undefined
}

/** The record says more than the news: why it failed, whose duplicate it is. */
async function look(imageId: string) {
  const image = await get<ImageView>(`/api/images/${imageId}`).catch(() => undefined)
  if (image?.state === 'ready' || image?.state === 'failed' || image?.state === 'rejected')
    tell({ type: 'image', imageId, state: image.state, ...(image.reason && { reason: image.reason }) })
}

function stopTransfers() {
  for (const [id, abort] of aborts) if (queue.items.find((item) => item.id === id)?.state !== 'sending') abort.abort()
}

async function forgetGone() {
  const here = new Set(queue.items.map(({ id }) => id))
  for (const id of files.keys()) {
    if (here.has(id)) continue
    files.delete(id)
    await unshelve(id)
  }
}
