import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Generation } from '../generation.ts'
import type { Image } from '../image.ts'
import { ownGeneration, ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { isSettled } from './settle-generation.ts'

export type AwaitPorts = Pick<Ports, 'generations' | 'images' | 'events' | 'now'>
export type Patience = { timeoutMs: number; signal?: AbortSignal }

/**
 * `settled`: it ended, and every picture of it is ready or refused. `given back`: the service did not take it (`reason` says why), so the
 * queue tries again later. `waiting`: patience ended first; the generation goes on.
 */
export type AwaitedGeneration = { outcome: 'settled' | 'given back' | 'waiting'; generation: Generation; images: Image[] }

/** The feed is the bell and facts are read after each ring; looked at anyway this often, since news may be lost and facts are not. */
const LOOK_MS = 2_000

/**
 * Waits for a generation of the actor's and for the processing of its pictures, on the feed. `onReady` gets each picture once, as soon as
 * it may be shown. Never cancels: who stops waiting loses nothing.
 */
export async function awaitGeneration(
  ports: AwaitPorts,
  actor: Actor,
  { id, onReady, ...patience }: { id: string; onReady?: (image: Image) => Promise<void> } & Patience,
): Promise<AwaitedGeneration> {
  const shown = new Set<string>()
  return whenNews(ports, actor, patience, async (isLast) => {
    const generation = await ownGeneration(ports, actor, id)
    const images = await ports.images.findMany(generation.outputs.flatMap(({ state, imageId }) => (state === 'made' ? [imageId] : [])))
    for (const image of images.filter((one) => one.state === 'ready' && !shown.has(one.id))) {
      shown.add(image.id)
      await onReady?.(image)
    }
    if (isSettled(generation) && images.every(isDone)) return { outcome: 'settled', generation, images }
    if (isGivenBack(generation)) return { outcome: 'given back', generation, images }
    return isLast ? { outcome: 'waiting', generation, images } : undefined
  })
}

/** Waits until an image of the actor's is processed: ready, failed or rejected. `unavailable` when patience ends first. */
export async function awaitImage(ports: AwaitPorts, actor: Actor, { id, ...patience }: { id: string } & Patience): Promise<Image> {
  return whenNews(ports, actor, patience, async (isLast) => {
    const image = await ownImage(ports, actor, id)
    if (isDone(image)) return image
    if (isLast)
      throw new StudioError('unavailable', 'the picture is still being processed; ask again in a moment', { retryAfterSeconds: 5 })
    return undefined
  })
}

const isDone = ({ state }: Image): boolean => state !== 'pending' && state !== 'processing'
/** It ran, and waits for another turn. */
const isGivenBack = ({ state, startedAt, reason }: Generation): boolean =>
  state === 'queued' && startedAt !== undefined && reason !== undefined

/** Looks at once and after every ring of the actor's feed, until `look` answers; it must when told that this look is the last. */
async function whenNews<T>(
  ports: Pick<Ports, 'events' | 'now'>,
  actor: Actor,
  { timeoutMs, signal }: Patience,
  look: (isLast: boolean) => Promise<T | undefined>,
): Promise<T> {
  const end = ports.now() + timeoutMs
  let cursor = await newest(ports, actor.id, 0)
  for (;;) {
    const left = end - ports.now()
    const found = await look(left <= 0 || signal?.aborted === true)
    if (found !== undefined) return found
    await ports.events.wait(actor.id, cursor, Math.min(left, LOOK_MS), signal)
    cursor = await newest(ports, actor.id, cursor)
  }
}

const PAGE = 1000
/** The cursor past everything that is kept now. */
async function newest(ports: Pick<Ports, 'events'>, ownerId: string, from: number): Promise<number> {
  for (let cursor = from; ; ) {
    const page = await ports.events.after(ownerId, cursor, PAGE)
    if (page.items.length < PAGE) return page.cursor
    cursor = page.cursor
  }
}
