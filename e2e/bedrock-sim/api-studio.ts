import type { Model } from '#core/model.ts'
import { originalKey } from '#core/ports/blobs.ts'
import { processMessage } from '#core/use-cases/process-message.ts'
import { testApp } from '#http/studio.contract.ts'
import type { LocalConfig } from '#local/studio.ts'
import { type BedrockInvokerOptions, bedrockInvoker } from '#models/bedrock/invoker.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { SKETCH } from '#models/sketch/catalogue.data.ts'
import { flatPicture } from './asking.ts'
import type { Sim } from './sim.ts'

/** Every model as if it were alive, and asked as often as one likes. */
export const LIVELY: readonly Model[] = BEDROCK_CATALOGUE.map((model) => ({
  ...model,
  lifecycle: { state: 'active' },
  requestsPerMinute: 60_000,
}))

type Options = { sim: Sim; catalogue?: readonly Model[]; access?: Partial<BedrockInvokerOptions>; config?: LocalConfig }

/** The API over the adapters we ship, with the simulator behind it, and a person with a key: what a client meets, without a socket. */
export async function openApi({ sim, catalogue = LIVELY, access = {}, config = {} }: Options) {
  const invoker = bedrockInvoker({ token: () => 'sim-key', endpoint: sim.url, ...access })
  const given = { bootId: 'boot-1', retryPauseMs: 0, catalogue: [SKETCH, ...catalogue], invokers: { bedrock: invoker }, ...config }
  const { app, ask, person, keyOf, studio } = testApp({ config: given })
  const ada = await person('ada@example.com')
  const as = await keyOf(ada)

  /** Works what is ready in the queues, the pictures' processing only when it is asked for. */
  async function drain(names: readonly ('generation' | 'processing')[] = ['generation']) {
    for (let quiet = false; !quiet; ) {
      quiet = true
      for (const name of names) {
        const messages = await studio.queues[name].receive({ max: 10, visibilitySeconds: 60, waitSeconds: 0 })
        if (messages.length > 0) quiet = false
        await Promise.all(messages.map((message) => processMessage(studio, message, { bootId: 'boot-1' })))
      }
    }
  }

  /** Uploads as a client does: promise, PUT. The id to name it by in `inputs`. */
  async function upload(bytes: Uint8Array, { purpose, contentType = 'image/png' }: { purpose?: 'mask'; contentType?: string } = {}) {
    const file = { fileName: 'a.png', contentType, byteLength: bytes.byteLength, ...(purpose && { purpose }) }
    const { body } = await ask('POST', '/api/uploads', { as, body: file })
    const url = new URL(body.uploadUrl)
    const headers = { ...body.headers, 'content-length': String(bytes.byteLength) }
    const put = await app.request(url.pathname + url.search, { method: 'PUT', headers, body: bytes as Uint8Array<ArrayBuffer> })
    if (put.status !== 200) throw new Error(`the PUT was answered ${put.status}: ${await put.text()}`)
    return (purpose ? { uploadId: body.uploadId } : { imageId: body.imageId }) as { uploadId?: string; imageId?: string }
  }

  return {
    ...{ ask, as, studio, drain, upload, ada },
    /** POST, work, GET: the answer to the request, and what became of it when it was accepted. */
    async generate(request: Record<string, unknown>) {
      const { status, body } = await ask('POST', '/api/generations', { as, body: request })
      if (status !== 202) return { status, body, ended: undefined }
      await drain()
      return { status, body, ended: (await ask('GET', `/api/generations/${body.id}`, { as })).body }
    },
    bytesOf: (imageId: string) => studio.blobs.read(originalKey(ada.id, imageId)),
    /** What was charged so far today, micro-dollars and images. */
    async spent() {
      const { body } = await ask('GET', '/api/usage', { as })
      return { microUsd: body.periods[0].microUsd, images: body.periods[0].images }
    },
    async picture(color: string, size?: { width: number; height: number }) {
      const input = await upload((await flatPicture(color, size)).bytes)
      await drain(['processing'])
      return input
    },
    async close() {
      invoker.close()
      await studio.close()
    },
  }
}
export type ApiStudio = Awaited<ReturnType<typeof openApi>>
