import { z } from '@hono/zod-openapi'
import { contentDisposition } from '#core/delivery-headers.ts'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import { type Export, getExport, openExport } from '#core/use-cases/get-export.ts'
import { requestExport } from '#core/use-cases/request-export.ts'
import { byteRange } from '../byte-range.ts'
import { IdPath, someTime } from '../schemas/common.ts'
import { WireExport } from '../schemas/export.ts'
import { type Api, describe, json } from './route.ts'

const tags = ['Account']
const Signature = z.object({
  exp: z.coerce.number().int().min(1).openapi({ description: 'When the address ends, in seconds since 1970.' }),
  kid: z.string().max(64).openapi({ description: 'Which key signed it.' }),
  sig: z.string().max(64).openapi({ description: 'The signature. Take the whole address as the export gave it.' }),
})

const wireExport = ({ id, state, createdAt, expiresAt, byteLength, url }: Export): z.infer<typeof WireExport> => ({
  ...{ id, state, createdAt: iso(createdAt), ...someTime('expiresAt', expiresAt) },
  ...{ ...(byteLength !== undefined && { byteLength }), ...(url !== undefined && { url }) },
})

/** Everything of a person as one archive, made while they do something else. */
export function exportRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/me/exports',
      tags,
      summary: 'Ask for an archive of everything of yours',
      responses: { 202: json(WireExport, 'It is being made; ask for it until it is ready') },
    }),
    async (c) => c.json(wireExport(await requestExport(ports, c.get('actor'))), 202),
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/me/exports/{id}',
      tags,
      summary: 'Is the archive ready?',
      request: { params: IdPath },
      responses: { 200: json(WireExport, 'How far it is, with its address once it is ready') },
    }),
    async (c) => c.json(wireExport(await getExport(ports, c.get('actor'), c.req.valid('param').id)), 200),
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/me/exports/{id}/file',
      tags,
      security: [],
      summary: 'The archive, under the address that was given',
      request: { params: IdPath, query: Signature },
      responses: {
        200: { description: 'A ZIP', content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } } },
        206: { description: 'A part of it (Range)', content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } } },
        416: { description: 'There is no such part' },
      },
    }),
    async (c) => {
      const claim = { id: c.req.valid('param').id, ...c.req.valid('query') }
      const whole = await openExport(ports, claim)
      const { byteLength, etag } = whole.stat
      const headers = {
        ...{ 'content-type': 'application/zip', etag: `"${etag}"`, 'accept-ranges': 'bytes', 'cache-control': 'private, no-store' },
        'content-disposition': contentDisposition('attachment', { title: `genzo ${iso(whole.createdAt).slice(0, 10)}`, extension: 'zip' }),
      }
      const ifRange = c.req.header('if-range')
      const range = ifRange === undefined || ifRange === `"${etag}"` ? byteRange(c.req.header('range'), byteLength) : undefined
      if (c.req.method !== 'HEAD' && !range) return c.body(whole.body, 200, { ...headers, 'content-length': String(byteLength) })
      await whole.body.cancel()
      if (range === 'unsatisfiable') return c.body(null, 416, { 'content-range': `bytes */${byteLength}` })
      if (!range) return c.body(null, 200, { ...headers, 'content-length': String(byteLength) })
      const { start, end } = range
      const part = await openExport(ports, claim, range)
      const about = { 'content-range': `bytes ${start}-${end}/${byteLength}`, 'content-length': String(end - start + 1) }
      return c.body(part.body, 206, { ...headers, ...about })
    },
  )
}
