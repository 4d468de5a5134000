import { z } from '@hono/zod-openapi'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import { Transform } from '#core/transform.ts'
import { listLinks } from '#core/use-cases/list-links.ts'
import { LinkRequest, makeLink, type OpenLink } from '#core/use-cases/make-link.ts'
import { revokeLink } from '#core/use-cases/revoke-link.ts'
import { Id, IdPath, someTime, Time } from '../schemas/common.ts'
import { type Api, body, describe, json } from './route.ts'

const tags = ['Links']
const WireLink = z
  .object({
    id: Id,
    url: z.url().openapi({ description: 'Whoever has it sees this picture, and nothing else.' }),
    transform: Transform,
    createdAt: Time,
    expiresAt: Time.optional().openapi({ description: 'Absent for a public link, which opens until it is revoked.' }),
  })
  .openapi('Link')

const wireLink = ({ id, url, transform, createdAt, expiresAt }: OpenLink): z.infer<typeof WireLink> => ({
  ...{ id, url, transform, createdAt: iso(createdAt), ...someTime('expiresAt', expiresAt) },
})

/** Sharing one picture with whoever has its URL, and taking that back. */
export function linkRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/images/{id}/links',
      tags,
      summary: 'Make a link to one size and format of an image',
      request: { params: IdPath, body: body(LinkRequest) },
      responses: { 201: json(WireLink, 'The link') },
    }),
    async (c) => {
      const link = await makeLink(ports, c.get('actor'), { imageId: c.req.valid('param').id, ...c.req.valid('json') })
      return c.json(wireLink(link), 201)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}/links',
      tags,
      summary: 'List the links that open, newest first',
      request: { params: IdPath },
      responses: { 200: json(z.object({ items: z.array(WireLink) }), 'At most a hundred, so all on one page') },
    }),
    async (c) => c.json({ items: (await listLinks(ports, c.get('actor'), c.req.valid('param').id)).map(wireLink) }, 200),
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/links/{id}',
      tags,
      summary: 'Revoke a link',
      request: { params: IdPath },
      responses: { 204: { description: 'It opens no more' } },
    }),
    async (c) => {
      await revokeLink(ports, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
}
