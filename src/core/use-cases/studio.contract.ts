import sharp from 'sharp'
import { aslWorkflows } from '#local/asl-workflows.ts'
import { type LocalConfig, type LocalStudio, localPorts } from '#local/studio.ts'
import { type Invoker, studioModels } from '#models/studio-models.ts'
import type { Actor } from '../actor.ts'
import type { Image } from '../image.ts'
import type { Model } from '../model.ts'
import type { Ports } from '../ports/index.ts'
import type { ModelRequest } from '../ports/models.ts'
import { generationTasks } from './generation-tasks.ts'
import { processMessage } from './process-message.ts'
import { processingTasks } from './processing-tasks.ts'
import { requestUpload } from './request-upload.ts'
import { sweep } from './sweep.ts'

export const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:read', 'images:write', 'generate'], via: 'jwt' }
export const bob: Actor = { ...ada, id: 'bob' }
export const operator: Actor = { ...ada, id: 'op', role: 'admin' }

/** A model that costs 40,000 µ$ a picture and paints one colour by its seed. */
export const DOTS: Model = {
  ...{ id: 'dots', name: 'Dots', provider: 'local', family: 'dots', isProcedural: true, imagesPerCall: 1 },
  ...{ requestsPerMinute: 6000, concurrency: 2, typicalSeconds: 1, lifecycle: { state: 'active' } },
  price: { microUsdPerImage: 40_000, asOf: '2026-11-21', source: 'this test' },
  tasks: [
    {
      ...{ task: 'text-to-image', prompt: 'required', maxPromptLength: 1000, negativePrompt: true, inputs: [], parameters: [] },
      size: { kind: 'range', min: 32, max: 256, multipleOf: 1, maxPixels: 65_536, maxAspect: 4, default: [64, 64] },
      seed: { min: 0, max: 4_294_967_295, zeroIsRandom: true },
    },
    {
      ...{ task: 'image-to-image', prompt: 'optional', maxPromptLength: 1000, negativePrompt: false, parameters: [] },
      ...{ inputs: [{ role: 'source', required: true }], inputLimits: { formats: ['png'], maxSide: 64 }, size: { kind: 'input' } },
      seed: { min: 0, max: 4_294_967_295, zeroIsRandom: false },
    },
  ],
}

/** A small opaque PNG whose colour tells its number. */
export const pngOf = async (number: number, side = 64): Promise<Uint8Array<ArrayBuffer>> => {
  const background = { r: number & 255, g: (number >> 8) & 255, b: (number >> 16) & 255 }
  return new Uint8Array(
    await sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer(),
  )
}

export const paint: Invoker['invoke'] = async ({ count, seed = 7 }: ModelRequest) => ({
  outcome: 'made',
  pictures: await Promise.all(
    Array.from({ length: count }, async (_, at) => ({ bytes: await pngOf(seed + at), contentType: 'image/png', seed: seed + at })),
  ),
  adjustments: [],
})

export type TestStudio = LocalStudio & {
  /** Everything the provider was asked, in order. */
  asked: ModelRequest[]
  clock: { at: number }
  /** Works both queues until nothing is ready. Returns how many messages that were. */
  drain(): Promise<number>
  /** Sweeps and drains, moving the clock on, until nothing is owed. */
  settle(): Promise<void>
  with(changes: Partial<LocalStudio>): TestStudio
}

type Options = {
  policy?: LocalConfig['policy']
  models?: Model[]
  invoke?: Invoker['invoke']
  dir?: string
  bootId?: string
  startAt?: number
  ports?: Partial<Ports>
}

/** The adapters that ship, on a database in memory, with a clock of its own and a model that answers as told. */
export function testStudio({
  policy,
  models = [DOTS],
  invoke = paint,
  dir,
  bootId = 'boot-1',
  startAt = Date.UTC(2026, 10, 21, 12),
  ports = {},
}: Options = {}): TestStudio {
  const clock = { at: startAt }
  const asked: ModelRequest[] = []
  const invoker: Invoker = {
    invoke: (request, signal) => {
      asked.push(request)
      return invoke(request, signal)
    },
  }
  const derivatives = { purge: async () => {} } as unknown as Ports['derivatives']
  const base = localPorts({
    ...{ bootId, now: () => clock.at, ...(policy && { policy }), ...(dir && { dir }) },
    ports: { derivatives, models: studioModels({ catalogue: models, invokers: { local: invoker } }), ...ports },
  })
  return wired(base, { asked, clock, bootId })
}

type About = { asked: ModelRequest[]; clock: { at: number }; bootId: string; workflows?: Ports['workflows'] }

function wired(base: LocalStudio, { workflows, ...about }: About): TestStudio {
  const studio: TestStudio = {
    ...base,
    ...about,
    drain: () => drain(studio, about.bootId),
    settle: () => settle(studio),
    with: (changes) => wired({ ...base, ...changes }, { ...about, ...(changes.workflows && { workflows: changes.workflows }) }),
  }
  const handlers = { generation: generationTasks(studio), processing: processingTasks(studio) }
  studio.workflows = workflows ?? aslWorkflows({ handlers, retryPauseMs: 0 })
  return studio
}

async function drain(studio: TestStudio, bootId: string): Promise<number> {
  let handled = 0
  for (let quiet = false; !quiet; ) {
    quiet = true
    for (const queue of Object.values(studio.queues)) {
      for (const message of await queue.receive({ max: 10, visibilitySeconds: 60, waitSeconds: 0 })) {
        quiet = false
        handled += 1
        await processMessage(studio, message, { bootId })
      }
    }
  }
  return handled
}

async function settle(studio: TestStudio): Promise<void> {
  for (let round = 0; round < 30; round++) {
    const messages = await studio.drain()
    const { failures: _, ...swept } = await sweep(studio, { now: studio.now() })
    const delayed = (await Promise.all(Object.values(studio.queues).map((queue) => queue.depth()))).reduce(
      (sum, { delayed, inFlight }) => sum + delayed + inFlight,
      0,
    )
    if (messages === 0 && delayed === 0 && Object.values(swept).every((count) => count === 0)) {
      if (round > 0) return
    }
    studio.clock.at += 20 * 60_000
  }
}

/** Uploads bytes as a client does: promise, PUT, the store's event. */
export async function upload(
  studio: TestStudio,
  actor: Actor,
  { bytes, fileName = 'a.png', contentType = 'image/png' }: { bytes: Uint8Array; fileName?: string; contentType?: string },
): Promise<string> {
  const offer = await requestUpload(studio, actor, { fileName, contentType, byteLength: bytes.byteLength })
  if (offer.outcome !== 'put') throw new Error(`offered ${offer.outcome}`)
  await put(studio, offer.put, bytes)
  return offer.id
}

/** The client's side of a signed PUT. */
export async function put(studio: LocalStudio, request: { url: string; headers: Record<string, string> }, bytes: Uint8Array) {
  const body = new Response(bytes as Uint8Array<ArrayBuffer>).body
  return studio.storePut({ query: new URL(request.url).searchParams, headers: new Headers(request.headers), body })
}

export const stateOf = async (studio: TestStudio, id: string): Promise<Image['state'] | undefined> => (await studio.images.find(id))?.state
