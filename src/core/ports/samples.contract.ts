import type { Generation } from '../generation.ts'
import { uuidV7Source } from '../ids.ts'
import type { Image } from '../image.ts'
import type { Page } from '../page.ts'

/** Ids that no other test uses, so that suites may share a store. */
export const newId = uuidV7Source(Date.now, (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>))

/** Eventually consistent answers are polled this patiently; what holds at once costs one look. */
export const SOON = { timeout: 15_000, interval: 50 }

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes)
export const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytesOf(chunk))
      controller.close()
    },
  })
export const textIn = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream as unknown as BodyInit).text()

/** A ready upload of 2026-11-21, 12 o'clock; tests say what differs. */
export function imageOf(more: Partial<Image> & { ownerId: string }): Image {
  return {
    id: newId(),
    origin: 'upload',
    state: 'ready',
    title: 'a picture',
    tags: [],
    isFavourite: false,
    width: 1600,
    height: 1200,
    byteLength: 1000,
    format: 'jpeg',
    renditions: [],
    attempts: 0,
    revision: 0,
    createdAt: Date.UTC(2026, 10, 21, 12),
    updatedAt: Date.UTC(2026, 10, 21, 12),
    ...more,
  }
}

/** An image with everything that can be said of one: a field that is new has to be added here, and then no store may lose it. */
export function fullImageOf(more: Partial<Image> & { ownerId: string }): Required<Image> {
  const noon = Date.UTC(2026, 10, 21, 12)
  const full: Omit<Required<Image>, 'ownerId'> = {
    ...{ id: newId(), origin: 'edited', state: 'trashed', stateBeforeTrash: 'ready', trashedAt: noon + 9, dueAt: noon + 99 },
    ...{ reason: 'slow', reasonDetail: 'It took long.', duplicateOf: newId(), parentId: newId(), generationId: newId(), outputIndex: 0 },
    ...{ title: '夕焼け "quoted" \u{1f680}', tags: ['sea', '海'], isFavourite: true, fileName: 'a/b\\c "d".jpg', albumIds: [newId()] },
    ...{ width: 400, height: 300, byteLength: 9, format: 'jpeg', sha256: 'f'.repeat(64), frames: 2, hasAlpha: false },
    ...{ placeholder: '3OcR', palette: ['#aabbcc'], camera: { latitude: 35.68, exposureSeconds: 0.005 }, blobVersion: 'v"1' },
    renditions: [{ canonical: 'v1/w160.webp', format: 'webp', width: 160, height: 120, byteLength: 9 }],
    madeWith: { modelId: 'sketch', task: 'text-to-image', prompt: 'a boat', seed: 0, parameters: { strength: 0.5 } },
    ...{ attempts: 3, revision: 7, createdAt: noon, updatedAt: noon + 5 },
  }
  return { ...full, ...more }
}

/** A queued generation of one picture. */
export function generationOf(more: Partial<Generation> & { ownerId: string }): Generation {
  return {
    id: newId(),
    state: 'queued',
    modelId: 'sketch',
    task: 'text-to-image',
    request: { model: 'sketch', task: 'text-to-image', prompt: 'a lighthouse', count: 1 },
    outputs: [{ index: 0, imageId: newId(), state: 'waiting' }],
    estimateMicroUsd: 40_000,
    providerCalls: 0,
    adjustments: [],
    attempts: 0,
    fence: 0,
    createdAt: Date.UTC(2026, 10, 21, 12),
    updatedAt: Date.UTC(2026, 10, 21, 12),
    dueAt: Date.UTC(2026, 10, 21, 12, 1),
    ...more,
  }
}

/** Every item of a list, page by page; fails on a cursor that comes back. */
export async function everyItem<T>(list: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  const seen = new Set<string>()
  for (let cursor: string | undefined; ; ) {
    const page = await list(cursor)
    items.push(...page.items)
    if (page.nextCursor === undefined) return items
    if (seen.has(page.nextCursor)) throw new Error(`the cursor ${page.nextCursor} came twice`)
    seen.add(page.nextCursor)
    cursor = page.nextCursor
  }
}
