import { z } from '@hono/zod-openapi'
import { isStudioError } from '#core/errors.ts'
import type { Ports } from '#core/ports/index.ts'
import { openShare, SHARE_MARKS, type Share } from '#core/use-cases/open-share.ts'
import { Id, IdPath, someTime, Time } from '../schemas/common.ts'
import { type StudioPage, sharePage } from '../share-page.ts'
import { type Api, describe, json } from './route.ts'

/** A shared picture as everybody may see it. */
export const WireShare = z
  .object({
    id: Id,
    title: z.string(),
    url: z.url(),
    srcset: z.string().optional().openapi({ description: 'Smaller ones of the same picture; absent where the link cuts it.' }),
    width: z.int().openapi({ description: 'Pixels of the picture at `url`.' }),
    height: z.int(),
    marks: z.array(z.enum(SHARE_MARKS)).openapi({ description: 'How the picture came to be.' }),
    expiresAt: Time.optional().openapi({ description: 'Absent for a link that opens until it is revoked.' }),
  })
  .openapi('Share')
export type WireShare = z.infer<typeof WireShare>

const wireShare = ({ id, title, url, srcset, width, height, marks, expiresAt }: Share): WireShare => ({
  ...{ id, title, url, width, height, marks, ...(srcset !== undefined && { srcset }), ...someTime('expiresAt', expiresAt) },
})

/** What people who were given a link see without signing in: a page with a preview card, and what it shows as data. */
export function shareRoutes(app: Api, ports: Ports, { siteName, page }: { siteName: string; page?: StudioPage }): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/shares/{id}',
      tags: ['Links'],
      security: [],
      summary: 'What a link shows, for anybody who has its id',
      request: { params: IdPath },
      responses: { 200: json(WireShare, 'The picture; an expired link is `gone`, a revoked one `not_found`') },
    }),
    async (c) => c.json(wireShare(await openShare(ports, c.req.valid('param').id)), 200),
  )
  // Where the pages lie elsewhere (a CDN's bucket), whoever serves them asks here as well, with the page in hand.
  if (!page) return
  const base = ports.policy.publicUrl.replace(/\/$/, '')
  app.get('/s/:linkId', async (c) => {
    const linkId = c.req.param('linkId')
    const headers = { 'content-security-policy': page.csp, 'x-robots-tag': 'noindex, nofollow' }
    try {
      const share = await openShare(ports, linkId)
      return c.html(sharePage(page, { siteName, address: `${base}/s/${linkId}`, share }), 200, headers)
    } catch (error) {
      // The page itself says what happened, in the reader's language.
      const status = isStudioError(error, 'not_found') ? 404 : isStudioError(error, 'gone') ? 410 : undefined
      if (status === undefined) throw error
      return c.html(sharePage(page, { siteName, address: `${base}/s/` }), status, headers)
    }
  })
}
