import { z } from '@hono/zod-openapi'
import { StudioError } from '#core/errors.ts'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import type { UploadPart } from '#core/ports/uploads.ts'
import { CompletedParts, completeMaskUpload, completeUpload } from '#core/use-cases/complete-upload.ts'
import { type ClientUpload, findUpload } from '#core/use-cases/find-upload.ts'
import { requestUpload, UploadRequest } from '#core/use-cases/request-upload.ts'
import { PartNumbers, signUploadParts } from '#core/use-cases/sign-upload-parts.ts'
import { IdPath } from '../schemas/common.ts'
import { WireImage } from '../schemas/image.ts'
import { WireOffer, WireParts, WireUpload, wireOffer } from '../schemas/upload.ts'
import { type Api, body, describe, json } from './route.ts'
import { told } from './told.ts'

const tags = ['Uploads']
const UploadId = z.object({ uploadId: z.string() }).openapi('UploadArrived')
/** The way in for bytes: a signed URL, and for large files one per part. */
export function uploadRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/uploads',
      tags,
      summary: 'Ask where to send a file',
      request: { body: body(UploadRequest) },
      responses: { 200: json(WireImage, 'You already have these bytes'), 201: json(WireOffer, 'Where to send it') },
    }),
    async (c) => {
      const offer = await requestUpload(ports, c.get('actor'), c.req.valid('json'))
      if (offer.outcome === 'existing') return c.json(told(ports, offer.image), 200)
      return c.json(wireOffer(offer), 201)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/generate-upload-url',
      tags,
      summary: 'A signed URL for one file of at most 16 MiB',
      request: { body: body(UploadRequest) },
      responses: { 200: json(z.object({ upload_url: z.url(), file_path: z.string() }), 'PUT the bytes there with that content type') },
    }),
    async (c) => {
      // Without the hash: who has the bytes already would get no URL, and this form has only the one answer.
      const { sha256: _, ...request } = c.req.valid('json')
      const offer = await requestUpload(ports, c.get('actor'), request)
      if (offer.outcome !== 'put')
        throw new StudioError('too_large', 'one URL takes at most 16 MiB; send larger files in parts by POST /api/uploads', {
          unit: 'bytes',
        })
      return c.json({ upload_url: offer.put.url, file_path: offer.filePath }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/uploads/{id}',
      tags,
      summary: 'What has arrived so far, to resume',
      request: { params: IdPath },
      responses: { 200: json(WireUpload, 'The upload') },
    }),
    async (c) => c.json(wireUpload(await findUpload(ports, c.get('actor'), c.req.valid('param').id)), 200),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/uploads/{id}/parts',
      tags,
      summary: 'Sign URLs for some parts',
      request: { params: IdPath, body: body(PartNumbers) },
      responses: { 200: json(WireParts, 'One signed PUT for each part') },
    }),
    async (c) => {
      const signed = await signUploadParts(ports, c.get('actor'), { id: c.req.valid('param').id, ...c.req.valid('json') })
      const parts = signed.map(({ number, url, method, headers, expiresAt }) => ({
        ...{ number, uploadUrl: url, method, headers, expiresAt: iso(expiresAt) },
      }))
      return c.json({ parts }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/uploads/{id}/complete',
      tags,
      summary: 'Join the parts',
      request: { params: IdPath, body: body(CompletedParts) },
      responses: { 200: json(z.union([WireImage, UploadId]), 'The image, or the id of a mask') },
    }),
    async (c) => {
      const actor = c.get('actor')
      const request = { id: c.req.valid('param').id, parts: c.req.valid('json').parts }
      const { upload } = await findUpload(ports, actor, request.id)
      if (upload.purpose === 'image') return c.json(told(ports, await completeUpload(ports, actor, request)), 200)
      await completeMaskUpload(ports, actor, request)
      return c.json({ uploadId: request.id }, 200)
    },
  )
}

function wireUpload({ upload, parts }: { upload: ClientUpload; parts: UploadPart[] }): z.infer<typeof WireUpload> {
  const { id, purpose, state, contentType, byteLength, partSize, partCount, createdAt, expiresAt } = upload
  const times = { createdAt: iso(createdAt), expiresAt: iso(expiresAt) }
  return { id, purpose, state, contentType, byteLength, partSize, partCount, parts, ...times }
}
