import { z } from '@hono/zod-openapi'
import type { Ports } from '#core/ports/index.ts'
import { similarImages } from '#core/use-cases/find-by-meaning.ts'
import { IdPath } from '../schemas/common.ts'
import { WireImage } from '../schemas/image.ts'
import { type Api, describe, json } from './route.ts'
import { told } from './told.ts'

/** What lies near a picture, by an embedding model; `unavailable` with the variable to set where none is configured. */
export function similarRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}/similar',
      tags: ['Images'],
      summary: 'Your images that show much the same, best first',
      request: {
        params: IdPath,
        query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(12).openapi({ description: 'How many at most.' }) }),
      },
      responses: { 200: json(z.object({ items: z.array(WireImage) }), 'Without the image itself') },
    }),
    async (c) => {
      const found = await similarImages(ports, c.get('actor'), { imageId: c.req.valid('param').id, limit: c.req.valid('query').limit })
      return c.json({ items: found.map((image) => told(ports, image)) }, 200)
    },
  )
}
