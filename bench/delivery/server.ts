// The studio's delivery as `npm start` serves it: router, warm answers in front, pixels in child processes. Images stand in it from the start,
// since uploading is another bench. Prints one JSON line: signed URLs to fetch.

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from '#core/actor.ts'
import { originalKey, renditionKey } from '#core/ports/blobs.ts'
import { imageOf } from '#core/ports/samples.contract.ts'
import { imageUrls } from '#core/use-cases/image-urls.ts'
import { makeLink } from '#core/use-cases/make-link.ts'
import { nodeServer } from '#entries/node-server.ts'
import { warmDelivery } from '#entries/warm-delivery.ts'
import type { AppEnv } from '#http/env.ts'
import { errorHandler } from '#http/errors.ts'
import { deliverRoutes } from '#http/routes/deliver.ts'
import { localPorts } from '#local/studio.ts'

const [port = '0', widths = '640', ...photos] = process.argv.slice(2)
const ports = localPorts({
  policy: { publicUrl: `http://127.0.0.1:${port}` },
  pixelWorker: { url: new URL('../../src/entries/pixels.worker.ts', import.meta.url), size: availableParallelism() },
})
const ada: Actor = { id: 'ada', role: 'user', scopes: ['images:write'], via: 'jwt' }

const urls: Record<string, string[]> = { avif: [], webp: [], jpeg: [], ladder: [] }
for (const photo of photos) {
  const image = imageOf({ ownerId: 'ada' })
  const key = originalKey('ada', image.id)
  await ports.blobs.put(key, readFileSync(photo), { contentType: 'image/jpeg' })
  const found = await ports.pixels.inspect({ key }, { maxBytes: 1e9, maxPixels: 1e9, maxSide: 65_535, maxFrames: 1 })
  const { renditions } = await ports.pixels.makeSet({ key }, { format: 'jpeg' })
  for (const { canonical, contentType, bytes } of renditions)
    await ports.blobs.put(renditionKey(image.id, canonical), bytes, { contentType })
  const { width, height } = found
  await ports.images.insert({
    ...{ ...image, width, height },
    renditions: renditions.map(({ bytes, ...of }) => ({ ...of, byteLength: bytes.byteLength })),
  })
  urls.ladder!.push(imageUrls(ports, { id: image.id, width }).srcset.split(', ')[2]!.split(' ')[0]!)
  for (const w of widths.split(','))
    for (const fm of ['avif', 'webp', 'jpeg'] as const)
      urls[fm]!.push((await makeLink(ports, ada, { imageId: image.id, transform: { w: Number(w), fm }, public: true })).url)
}

const warm = warmDelivery({ maxBytes: 64e6, revocations: ports.revocations })
const app = new OpenAPIHono<AppEnv>()
deliverRoutes(app, ports, { warm: warm.store })
app.onError(errorHandler(ports))
nodeServer({
  ...{ api: app.fetch, warm },
  others: () => Response.json(urls),
  onError: () => new Response(null, { status: 500 }),
}).listen(Number(port), '127.0.0.1')
