import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { noImage } from '../owned.ts'
import type { Upload } from '../ports/uploads.ts'
import { type AdmitPorts, admitUpload } from './admit-upload.ts'
import { ownUpload } from './find-upload.ts'

/** The parts a client sent, with the etags the store answered. */
export const CompletedParts = z.strictObject({
  parts: z
    .array(z.strictObject({ number: z.int().min(1).max(10_000), etag: z.string().min(1).max(200) }))
    .min(1)
    .max(10_000),
})

type CompletePorts = AdmitPorts

/**
 * Joins the parts and admits the image; a repeat answers the same. `invalid_input` on a missing part, `gone` when the session has
 * ended. A mask has no image: its upload is answered by `completeMaskUpload`.
 */
export async function completeUpload(
  ports: CompletePorts,
  actor: Actor,
  { id, parts }: { id: string; parts: readonly { number: number; etag: string }[] },
): Promise<Image> {
  const upload = await joinParts(ports, actor, { id, parts })
  if (upload.purpose === 'mask') throw new StudioError('conflict', `upload ${id} is a mask, which has no image`, { reason: 'is_mask' })
  const image = await ports.images.find(id)
  if (!image || image.state === 'purging') throw noImage(id)
  return image
}

/** The same for a mask: joined, checked and marked as arrived. */
export async function completeMaskUpload(
  ports: CompletePorts,
  actor: Actor,
  { id, parts }: { id: string; parts: readonly { number: number; etag: string }[] },
): Promise<Upload> {
  await joinParts(ports, actor, { id, parts })
  return ownUpload(ports, actor, id)
}

async function joinParts(
  ports: CompletePorts,
  actor: Actor,
  { id, parts }: { id: string; parts: readonly { number: number; etag: string }[] },
): Promise<Upload> {
  const upload = await ownUpload(ports, actor, id)
  const { key, session, contentType, partCount } = upload
  if (upload.state === 'arrived') return upload
  // A single PUT may be "completed" too: a client that saw no event asks the store to look.
  if (session !== undefined) {
    if (upload.expiresAt <= ports.now()) throw new StudioError('gone', `upload ${id} has ended; request a new one`, { what: 'upload' })
    if (parts.length !== partCount)
      throw new StudioError('invalid_input', `the file has ${partCount} parts and ${parts.length} were named`, {
        fields: [{ path: 'parts', problem: `must name all ${partCount}` }],
      })
    await ports.uploads.complete({ key, session, contentType, parts })
  }
  await admitUpload(ports, { id })
  return upload
}
