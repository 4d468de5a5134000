import { isStudioError } from '#core/errors.ts'
import type { Ports } from '#core/ports/index.ts'
import { openShare } from '#core/use-cases/open-share.ts'
import { IdPath } from '../schemas/common.ts'
import { WireShare, wireShare } from '../schemas/share.ts'
import { type StudioPage, sharePage } from '../share-page.ts'
import { type Api, describe, json } from './route.ts'

/** What people who were given a link see without signing in: a page with a preview card, and what it shows as data. */
export function shareRoutes(
  app: Api,
  ports: Ports,
  { siteName, page: given }: { siteName: string; page?: StudioPage | (() => Promise<StudioPage>) },
): void {
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
  if (!given) return
  const base = ports.policy.publicUrl.replace(/\/$/, '')
  app.get('/s/:linkId', async (c) => {
    const linkId = c.req.param('linkId')
    const page = typeof given === 'function' ? await given() : given
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
