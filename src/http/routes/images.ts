import { z } from '@hono/zod-openapi'
import { StudioError } from '#core/errors.ts'
import { IMAGE_STATES, ORIGINS } from '#core/image.ts'
import type { Ports } from '#core/ports/index.ts'
import { Task } from '#core/task.ts'
import { findByMeaning } from '#core/use-cases/find-by-meaning.ts'
import { getImage } from '#core/use-cases/get-image.ts'
import { imageActivity } from '#core/use-cases/image-activity.ts'
import { imageLineage } from '#core/use-cases/image-lineage.ts'
import { listImages } from '#core/use-cases/list-images.ts'
import { ImagePatch, patchImage } from '#core/use-cases/patch-image.ts'
import { processAgain } from '#core/use-cases/process-again.ts'
import { purgeImage } from '#core/use-cases/purge-image.ts'
import { restoreImage } from '#core/use-cases/restore-image.ts'
import { trashImage } from '#core/use-cases/trash-image.ts'
import { flag, IdPath, PageQuery, pageOf, pageRequest, Time } from '../schemas/common.ts'
import { WireActivity, WireImage, wireActivity } from '../schemas/image.ts'
import { type Api, body, describe, json } from './route.ts'
import { told, toldPage } from './told.ts'

const tags = ['Images']
const ImageQuery = PageQuery.extend({
  q: z.string().max(500).optional().openapi({ description: 'Words of the prompt, title, tags or file name; all must match.' }),
  meaning: z.string().trim().min(1).max(500).optional().openapi({
    description: 'What the picture shows, in any words; best first, without a cursor. Stands alone. Needs an embedding model.',
  }),
  trash: flag('What lies in the trash, in place of the library.'),
  origin: z.enum(ORIGINS).optional().openapi({ description: 'Where it came from.' }),
  task: Task.optional().openapi({ description: 'What it was made by.' }),
  model: z.string().max(200).optional().openapi({ description: 'Id of the model that made it.' }),
  state: z.enum(IMAGE_STATES).optional().openapi({ description: 'Pictures in this state alone.' }),
  tag: z.string().max(100).optional().openapi({ description: 'One whole tag.' }),
  favourite: flag('Favourites alone, or all others.'),
  from: Time.optional().openapi({ description: 'Created at or after.' }),
  to: Time.optional().openapi({ description: 'Created at or before.' }),
  minPixels: z.coerce.number().int().min(0).optional().openapi({ description: 'Width times height, at least.' }),
  maxPixels: z.coerce.number().int().min(0).optional().openapi({ description: 'Width times height, at most.' }),
})

const standsAlone = (others: string[]) =>
  new StudioError('invalid_input', `meaning stands alone: leave out ${others.join(', ')}`, {
    fields: others.map((path) => ({ path, problem: 'meaning stands alone' })),
  })

/** The library: finding, naming, removing. */
export function imageRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images',
      tags,
      summary: 'List or search images, newest first',
      request: { query: ImageQuery },
      responses: { 200: json(pageOf(WireImage), 'A page; it may be short while `nextCursor` is present') },
    }),
    async (c) => {
      const { from, to, cursor, limit, meaning, ...filter } = c.req.valid('query')
      if (meaning !== undefined) {
        const others = Object.entries({ ...filter, from, to, cursor }).filter(([, value]) => value !== undefined)
        if (others.length > 0) throw standsAlone(others.map(([name]) => name))
        const found = await findByMeaning(ports, c.get('actor'), { words: meaning, limit })
        return c.json({ items: found.map((image) => told(ports, image)) }, 200)
      }
      const span = { ...(from && { from: Date.parse(from) }), ...(to && { to: Date.parse(to) }) }
      const page = await listImages(ports, c.get('actor'), { ...filter, ...span, ...pageRequest({ cursor, limit }) })
      // JSON already, which the types of a route do not know.
      return c.body(toldPage(ports, page), 200, { 'content-type': 'application/json' }) as never
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}',
      tags,
      summary: 'Get one image',
      request: { params: IdPath },
      responses: { 200: json(WireImage, 'The image'), 304: { description: 'It is as you know it (If-None-Match)' } },
    }),
    async (c) => {
      const image = await getImage(ports, c.get('actor'), c.req.valid('param').id)
      c.header('etag', etagOf(image.revision))
      c.header('cache-control', 'private, no-cache')
      if (c.req.header('if-none-match')?.split(/,\s*/).includes(etagOf(image.revision))) return c.body(null, 304)
      return c.json(told(ports, image), 200)
    },
  )
  app.openapi(
    describe({
      method: 'patch',
      path: '/api/images/{id}',
      tags,
      summary: 'Change title, tags or the favourite mark',
      request: {
        params: IdPath,
        headers: z.object({
          'if-match': z.string().max(40).optional().openapi({ description: 'The ETag you read; another revision is a conflict.' }),
        }),
        body: body(ImagePatch),
      },
      responses: { 200: json(WireImage, 'The image as it now is') },
    }),
    async (c) => {
      const ifRevision = revisionOf(c.req.valid('header')['if-match'])
      const { id } = c.req.valid('param')
      const image = await patchImage(ports, c.get('actor'), { id, patch: c.req.valid('json'), ifRevision })
      c.header('etag', etagOf(image.revision))
      return c.json(told(ports, image), 200)
    },
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/images/{id}',
      tags,
      summary: 'Move to the trash, or remove for good',
      request: { params: IdPath, query: z.object({ permanently: flag('Not to the trash: for good, in every size and version.') }) },
      responses: {
        200: json(WireImage, 'It is in the trash, and restorable'),
        204: { description: 'It is gone: bytes, versions, derivatives' },
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      if (!c.req.valid('query').permanently) return c.json(told(ports, await trashImage(ports, c.get('actor'), id)), 200)
      await purgeImage(ports, c.get('actor'), id)
      return c.body(null, 204)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/images/{id}/restore',
      tags,
      summary: 'Take it out of the trash',
      request: { params: IdPath },
      responses: { 200: json(WireImage, 'The image') },
    }),
    async (c) => c.json(told(ports, await restoreImage(ports, c.get('actor'), c.req.valid('param').id)), 200),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/images/{id}/process',
      tags,
      summary: 'Process a failed image again',
      request: { params: IdPath },
      responses: { 202: json(WireImage, 'It is processing') },
    }),
    async (c) => c.json(told(ports, await processAgain(ports, c.get('actor'), c.req.valid('param').id)), 202),
  )
}

/** How an image came to be, and what came of it. */
export function historyRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}/lineage',
      tags,
      summary: 'What it was made from, and what was made from it',
      request: { params: IdPath },
      responses: {
        200: json(z.object({ ancestors: z.array(WireImage), children: z.array(WireImage) }), 'Nearest ancestor first, oldest child first'),
      },
    }),
    async (c) => {
      const { ancestors, children } = await imageLineage(ports, c.get('actor'), c.req.valid('param').id)
      const all = (images: typeof ancestors) => images.map((image) => told(ports, image))
      return c.json({ ancestors: all(ancestors), children: all(children) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}/activity',
      tags,
      summary: 'Every step of its history',
      request: { params: IdPath },
      responses: { 200: json(z.object({ items: z.array(WireActivity) }), 'Oldest first') },
    }),
    async (c) => {
      const items = await imageActivity(ports, c.get('actor'), c.req.valid('param').id)
      return c.json({ items: items.map(wireActivity) }, 200)
    },
  )
}

const etagOf = (revision: number) => `"r${revision}"`

/** `If-Match: "r7"` as 7. A tag of another shape can never match, and saying so beats changing something unseen. */
function revisionOf(tag: string | undefined): number | undefined {
  if (tag === undefined || tag === '*') return undefined
  const revision = /^"r(\d{1,15})"$/.exec(tag)?.[1]
  if (!revision) throw new StudioError('invalid_input', 'if-match is not an ETag of an image: it looks like "r7"')
  return Number(revision)
}
