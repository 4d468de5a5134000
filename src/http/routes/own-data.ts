import { z } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import { contentDisposition } from '#core/delivery-headers.ts'
import { StudioError } from '#core/errors.ts'
import type { Image } from '#core/image.ts'
import { originalKey } from '#core/ports/blobs.ts'
import type { Ports } from '#core/ports/index.ts'
import { eraseOwner } from '#core/use-cases/erase-owner.ts'
import { getImage } from '#core/use-cases/get-image.ts'
import { IdPath } from '../schemas/common.ts'
import { wireGeneration } from '../schemas/generation.ts'
import { WireReceipt } from '../schemas/receipt.ts'
import { type Api, bytes, describe, json } from './route.ts'
import { told } from './told.ts'

const PAGE = 200

/** What a person may take along, and take away: originals, everything recorded of them, and its removal. */
export function ownDataRoutes(app: Api, ports: Ports, { forget }: { forget: () => void }): void {
  app.openAPIRegistry.registerPath(
    describe({
      method: 'get',
      path: '/api/images/{id}/original',
      tags: ['Images'],
      summary: 'Get the bytes as they came',
      request: { params: IdPath },
      responses: { 200: bytes('application/octet-stream', 'Always a download: it may be anything that only claims to be a picture') },
    }),
  )
  app.get('/api/images/:id/original', async (c) => {
    const image = await getImage(ports, c.get('actor'), c.req.param('id'))
    const version = image.blobVersion === undefined ? {} : { version: image.blobVersion }
    const blob = await ports.blobs.open(originalKey(image.ownerId, image.id), version)
    if (!blob) throw new StudioError('conflict', `the bytes of image ${image.id} have not come`, { state: image.state })
    return c.body(blob.body, 200, {
      // Never shown in place: the bytes are as they came, and may be anything that only claims to be a picture.
      'content-type': 'application/octet-stream',
      'content-length': String(blob.stat.byteLength),
      'content-disposition': contentDisposition('attachment', nameOf(image)),
    })
  })

  app.openAPIRegistry.registerPath(
    describe({
      method: 'get',
      path: '/api/me/export',
      tags: ['Account'],
      summary: 'Get all records of yours as JSON lines, at once',
      responses: { 200: bytes('application/x-ndjson', 'One record a line; the last says `{"kind":"end"}` when it is whole') },
    }),
  )
  app.get('/api/me/export', (c) => {
    const actor = c.get('actor')
    c.header('content-type', 'application/x-ndjson')
    c.header('content-disposition', 'attachment; filename="genzo-export.ndjson"')
    return stream(c, async (out) => {
      const line = (kind: string, value: object) => out.writeln(JSON.stringify({ kind, ...value }))
      const user = await ports.directory.find(actor.id)
      await line('person', { id: actor.id, email: user?.email ?? actor.email })
      for await (const image of everything((page) => ports.images.listByOwner(actor.id, page))) await line('image', told(ports, image))
      for await (const image of everything((page) => ports.images.listByOwner(actor.id, { ...page, trash: true })))
        await line('image', told(ports, image))
      for await (const made of everything((page) => ports.generations.listByOwner(actor.id, page)))
        await line('generation', wireGeneration(made))
      // The last line tells a whole export from one that broke off.
      await line('end', {})
    })
  })

  app.openapi(
    describe({
      method: 'delete',
      path: '/api/me',
      tags: ['Account'],
      summary: 'Erase yourself and everything of yours',
      request: { query: z.object({ confirm: z.literal('erase everything').openapi({ description: 'Exactly these words.' }) }) },
      responses: { 200: json(WireReceipt, 'A receipt for each store') },
    }),
    async (c) => {
      const { id, role } = c.get('actor')
      const receipt = await eraseOwner(ports, { id, role }, id)
      forget()
      return c.json(receipt, 200)
    },
  )
}

/** As it came, made fit for a header and a disk. */
function nameOf({ id, fileName, format }: Image): { title: string; extension: string } {
  const [, stem = id, extension = format || 'bin'] = /^(.*)\.([a-z0-9]{1,5})$/is.exec(fileName ?? '') ?? [undefined, fileName || undefined]
  return { title: stem, extension }
}

type List<T> = (page: { limit: number; cursor?: string }) => Promise<{ items: T[]; nextCursor?: string }>
async function* everything<T>(list: List<T>): AsyncGenerator<T> {
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await list({ limit: PAGE, ...(cursor !== undefined && { cursor }) })
    yield* items
    if (nextCursor === undefined) return
    cursor = nextCursor
  }
}
