import { z } from '@hono/zod-openapi'
import { iso } from '#core/iso-time.ts'
import type { UploadOffer } from '#core/use-cases/request-upload.ts'
import { Id, Time } from './common.ts'

const SignedPut = z.object({
  uploadUrl: z.url(),
  method: z.literal('PUT'),
  headers: z.record(z.string(), z.string()).openapi({ description: 'Send each of them exactly as given.' }),
  expiresAt: Time,
})

/** Where to send the bytes. `imageId` for an image, `uploadId` for a mask; a large file has parts in place of a URL. */
export const WireOffer = z
  .object({
    imageId: Id.optional(),
    uploadId: Id.optional(),
    filePath: z.string(),
    uploadUrl: z.url().optional(),
    method: z.literal('PUT').optional(),
    headers: z.record(z.string(), z.string()).optional().openapi({ description: 'Send each of them exactly as given.' }),
    partSize: z.int().optional().openapi({ description: 'Bytes of every part but the last.' }),
    partCount: z.int().optional(),
    expiresAt: Time,
  })
  .openapi('UploadOffer')

export function wireOffer(offer: Exclude<UploadOffer, { outcome: 'existing' }>): z.infer<typeof WireOffer> {
  const { id, purpose, filePath } = offer
  if (offer.outcome === 'parts') {
    const { partSize, partCount, expiresAt } = offer
    // A session in parts is an upload with a name of its own, whatever it becomes; an image's is the image's id.
    return { ...(purpose === 'image' && { imageId: id }), uploadId: id, filePath, partSize, partCount, expiresAt: iso(expiresAt) }
  }
  const { url, method, headers, expiresAt } = offer.put
  const named = purpose === 'image' ? { imageId: id } : { uploadId: id }
  return { ...named, filePath, uploadUrl: url, method, headers, expiresAt: iso(expiresAt) }
}

export const WireParts = z.object({ parts: z.array(SignedPut.extend({ number: z.int() })) }).openapi('SignedParts')

export const WireUpload = z
  .object({
    id: Id,
    purpose: z.enum(['image', 'mask']),
    state: z.enum(['open', 'arrived']),
    contentType: z.string(),
    byteLength: z.int(),
    partSize: z.int().optional(),
    partCount: z.int().optional(),
    parts: z.array(z.object({ number: z.int(), etag: z.string(), byteLength: z.int() })),
    createdAt: Time,
    expiresAt: Time,
  })
  .openapi('Upload')
