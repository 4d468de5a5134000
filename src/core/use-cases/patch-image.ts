import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { noImage, ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { MINUTE } from '../times.ts'

/** What an owner may change of an image. Bytes never change. */
export const ImagePatch = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  tags: z
    .array(z.string().trim().min(1).max(50))
    .max(50)
    .transform((tags) => [...new Set(tags)])
    .optional(),
  isFavourite: z.boolean().optional(),
})
export type ImagePatch = z.output<typeof ImagePatch>

/**
 * Changes title, tags or favourite; fields left out stay. With `ifRevision` only while the image is at it, else `conflict`. The search
 * index follows, also when this process dies in between.
 */
export async function patchImage(
  ports: Pick<Ports, 'images' | 'search' | 'events' | 'telemetry' | 'now'>,
  actor: Actor,
  { id, patch, ifRevision }: { id: string; patch: ImagePatch; ifRevision?: number | undefined },
): Promise<Image> {
  const image = await ownImage(ports, actor, id)
  if (image.state === 'trashed') throw new StudioError('conflict', `image ${id} is in the trash; restore it first`, { state: image.state })
  // An image that is still being made is indexed when it is published.
  const isIndexed = image.state === 'ready' || image.state === 'failed' || image.state === 'rejected'
  const at = ports.now()
  const change = { ...withoutUndefined(patch), updatedAt: at, ...(isIndexed ? { dueAt: at + MINUTE } : {}) }
  const when = { from: [image.state], revision: ifRevision ?? image.revision }
  const patched = await ports.images.update(id, when, change)
  if (!patched) return patchAgain(ports, actor, { id, patch, ifRevision })
  if (!isIndexed) return patched

  await bestEffort(ports, 'telling of a patch', () => ports.events.append(actor.id, { type: 'image.updated', subjectId: id, at }))
  await ports.search.put(patched)
  return (await ports.images.update(id, { from: [patched.state], revision: patched.revision }, { dueAt: undefined })) ?? patched
}

type Patch = { id: string; patch: ImagePatch; ifRevision?: number | undefined }

/** Something else was written first. Without a revision asked for, the patch is still what the owner wants. */
async function patchAgain(ports: Parameters<typeof patchImage>[0], actor: Actor, { id, patch, ifRevision }: Patch): Promise<Image> {
  const now = await ports.images.find(id)
  if (!now) throw noImage(id)
  if (ifRevision !== undefined)
    throw new StudioError('conflict', `image ${id} is at revision ${now.revision}, not ${ifRevision}; read it again`, {
      reason: 'revision',
    })
  return patchImage(ports, actor, { id, patch })
}

const withoutUndefined = (patch: ImagePatch): ImagePatch =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as ImagePatch
