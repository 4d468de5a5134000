import { z } from '@hono/zod-openapi'
import type { Ports } from '#core/ports/index.ts'
import { AlbumAddition, addToAlbum } from '#core/use-cases/add-to-album.ts'
import type { CoveredAlbum } from '#core/use-cases/album-covers.ts'
import { createAlbum, NewAlbum } from '#core/use-cases/create-album.ts'
import { getAlbum } from '#core/use-cases/get-album.ts'
import { listAlbumImages } from '#core/use-cases/list-album-images.ts'
import { listAlbums, listAlbumsOfImage } from '#core/use-cases/list-albums.ts'
import { AlbumPatch, patchAlbum } from '#core/use-cases/patch-album.ts'
import { removeAlbum } from '#core/use-cases/remove-album.ts'
import { removeFromAlbum } from '#core/use-cases/remove-from-album.ts'
import { WireAlbum, wireAlbum } from '../schemas/album.ts'
import { Id, IdPath, PageQuery, pageOf, pageRequest } from '../schemas/common.ts'
import { WireImage } from '../schemas/image.ts'
import { type Api, body, describe, json } from './route.ts'
import { told } from './told.ts'

const tags = ['Albums']

/** Laying images together. They stay in the library, and may lie in several albums. */
export function albumRoutes(app: Api, ports: Ports): void {
  const wire = ({ cover, ...album }: CoveredAlbum) => wireAlbum(album, cover && told(ports, cover))

  app.openapi(
    describe({
      method: 'get',
      path: '/api/albums',
      tags,
      summary: 'List albums, newest first',
      request: { query: PageQuery },
      responses: { 200: json(pageOf(WireAlbum), 'A page of albums with their covers') },
    }),
    async (c) => {
      const { items, ...rest } = await listAlbums(ports, c.get('actor'), pageRequest(c.req.valid('query')))
      return c.json({ items: items.map(wire), ...rest }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/albums',
      tags,
      summary: 'Make an album, with images in it if some are given',
      request: { body: body(NewAlbum) },
      responses: { 201: json(WireAlbum, 'The album') },
    }),
    async (c) => c.json(wire(await createAlbum(ports, c.get('actor'), c.req.valid('json'))), 201),
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/albums/{id}',
      tags,
      summary: 'Get one album',
      request: { params: IdPath },
      responses: { 200: json(WireAlbum, 'The album') },
    }),
    async (c) => c.json(wire(await getAlbum(ports, c.get('actor'), c.req.valid('param').id)), 200),
  )
  app.openapi(
    describe({
      method: 'patch',
      path: '/api/albums/{id}',
      tags,
      summary: 'Rename an album, or choose its cover',
      request: { params: IdPath, body: body(AlbumPatch) },
      responses: { 200: json(WireAlbum, 'The album as it now is') },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      return c.json(wire(await patchAlbum(ports, c.get('actor'), { id, patch: c.req.valid('json') })), 200)
    },
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/albums/{id}',
      tags,
      summary: 'Remove an album; its images stay',
      request: { params: IdPath },
      responses: { 204: { description: 'It is gone' } },
    }),
    async (c) => {
      await removeAlbum(ports, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
}

/** What lies in an album, and the albums of an image. */
export function albumImageRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/albums/{id}/images',
      tags,
      summary: 'List the images of an album, last added first',
      request: { params: IdPath, query: PageQuery },
      responses: { 200: json(pageOf(WireImage), 'A page; it may be short while `nextCursor` is present') },
    }),
    async (c) => {
      const page = pageRequest(c.req.valid('query'))
      const { items, ...rest } = await listAlbumImages(ports, c.get('actor'), { id: c.req.valid('param').id, page })
      return c.json({ items: items.map((image) => told(ports, image)), ...rest }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/albums/{id}/images',
      tags,
      summary: 'Put images into an album; those in it stay where they are',
      request: { params: IdPath, body: body(AlbumAddition) },
      responses: { 200: json(z.object({ added: z.int().openapi({ description: 'How many were not in it before.' }) }), 'They are in') },
    }),
    async (c) => {
      const added = await addToAlbum(ports, c.get('actor'), { id: c.req.valid('param').id, ...c.req.valid('json') })
      return c.json({ added }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/albums/{id}/images/{imageId}',
      tags,
      summary: 'Take an image out of an album',
      request: { params: IdPath.extend({ imageId: Id.openapi({ description: 'The image to take out.' }) }) },
      responses: { 204: { description: 'It is not in it, and stays in the library' } },
    }),
    async (c) => {
      await removeFromAlbum(ports, c.get('actor'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/images/{id}/albums',
      tags,
      summary: 'List the albums that an image lies in',
      request: { params: IdPath },
      responses: { 200: json(z.object({ items: z.array(WireAlbum) }), 'By title, without covers') },
    }),
    async (c) => {
      const albums = await listAlbumsOfImage(ports, c.get('actor'), c.req.valid('param').id)
      return c.json({ items: albums.map((album) => wireAlbum(album)) }, 200)
    },
  )
}
