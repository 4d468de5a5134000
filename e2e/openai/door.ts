import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import OpenAI from 'openai'
import sharp from 'sharp'
import type { Model } from '#core/model.ts'
import type { Ports } from '#core/ports/index.ts'
import { workQueue } from '#core/use-cases/work-queue.ts'
import { createApp } from '#http/app.ts'
import { testApp } from '#http/studio.contract.ts'
import type { LocalConfig } from '#local/studio.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { sketchInvoker } from '#models/sketch/invoke.ts'
import { type Invoker, studioModels } from '#models/studio-models.ts'

/** A model of the wire beside sketch, which does as the test says; its pictures cost four cents. */
export const DEAR: Model = {
  ...SKETCH,
  ...{ id: 'dear', name: 'Dear', family: 'dear', nativeId: 'vendor.dear-v1:0', imagesPerCall: 1, requestsPerMinute: 6000, concurrency: 4 },
  promptLanguages: ['en'],
  price: { microUsdPerImage: 40_000, asOf: '2026-11-21', source: 'this test' },
}

type Options = Pick<LocalConfig, 'policy' | 'moderation'> & {
  dear?: Invoker['invoke']
  aliases?: Record<string, string>
  /** What a configured text model makes of a prompt. */
  translate?: Ports['wording']['translate']
  /** Tells the app that its server is being stopped. */
  stopping?: AbortSignal
}

/** The app on a real HTTP server with its workers, and what a client needs to call it. */
export async function openDoor({ policy, moderation, dear = sketchInvoker(), aliases, stopping, translate }: Options = {}) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const sketch = sketchInvoker()
  const asked: string[] = []
  const invoke: Invoker['invoke'] = (request, signal) => {
    asked.push(request.model.id)
    return (request.model.id === 'dear' ? dear : sketch)(request, signal)
  }
  const models = studioModels({ catalogue: [SKETCH, DEAR, ...BEDROCK_CATALOGUE], invokers: { local: { invoke } } })
  const { studio, tokens, person, keyOf } = testApp({
    config: {
      ...{
        bootId: 'e2e',
        retryPauseMs: 0,
        ports: { models, ...(translate && { wording: { isConfigured: true, translate, expand: translate as never } }) },
        ...(moderation && { moderation }),
      },
      policy: { publicUrl: url, answerRetiredBySuccessor: false, ...policy },
    },
  })
  const stop = new AbortController()
  const site = { ...SITE, issuer: url }
  const app = createApp(studio as Ports, {
    ...{
      tokens,
      site,
      storePut: studio.storePut,
      takesWholeBodies: true,
      ...(stopping && { stopping }),
      ...(aliases && { openAiAliases: aliases }),
    },
  })
  server.on('request', getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  const working = (['processing', 'generation'] as const).map((queue) =>
    workQueue(studio, { queue, concurrency: 4, bootId: 'e2e', signal: stop.signal }),
  )
  const ada = await person('ada@example.com')
  const key = await keyOf(ada)

  return {
    ...{ url, key, ada, keyOf, asked, ports: studio },
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }),
    /** Everything of Ada's gallery, newest first. */
    gallery: async () => (await studio.images.listByOwner(ada.id, { limit: 50 })).items,
    async close() {
      stop.abort()
      await Promise.all(working)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await studio.close()
    },
  }
}
export type Door = Awaited<ReturnType<typeof openDoor>>

const SITE = {
  ...{ name: 'Genzo', clientId: 'c', scope: 'openid', isEmbeddedIssuer: false, signup: 'closed' as const, social: [] },
  ...{ isMailed: false, version: '0' },
}

/** A photograph stand-in: a horizontal blue gradient, so that a change of any part shows. */
export async function photo(width = 256, height = 192): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const x = at % width
    data.set([20, Math.round((x / width) * 120), 200], at * 3)
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

/** OpenAI's kind of mask: opaque, with a transparent right half that is to change. */
export async function rightHalf(width = 256, height = 192): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let at = 0; at < width * height; at++) if (at % width >= width / 2) data[at * 4 + 3] = 0
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}

/** Mean difference per channel of a column range, 0–255. */
export async function difference(a: Buffer, b: Buffer, { left, width }: { left: number; width: number }): Promise<number> {
  const part = (picture: Buffer) => sharp(picture).removeAlpha().extract({ left, top: 0, width, height: 192 }).raw().toBuffer()
  const [one, other] = [await part(a), await part(b)]
  return one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length
}
