import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { noImage, ownImage } from '../owned.ts'
import { originalKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import { RESEND_MS } from '../times.ts'

export type ProcessAgainPorts = Pick<Ports, 'images' | 'blobs' | 'queues' | 'events' | 'telemetry' | 'now'>

/** Processes a failed image once more from its stored bytes, with its attempts counted anew. `conflict` in any other state. */
export async function processAgain(ports: ProcessAgainPorts, actor: Actor, imageId: string): Promise<Image> {
  const image = await ownImage(ports, actor, imageId)
  if (image.state !== 'failed')
    throw new StudioError('conflict', `image ${imageId} is ${image.state}; only a failed one is processed again`, { state: image.state })
  return restartProcessing(ports, image)
}

/** `failed` → `processing`, queued. */
export async function restartProcessing(ports: ProcessAgainPorts, image: Image): Promise<Image> {
  const { id, ownerId } = image
  if (!(await ports.blobs.stat(originalKey(ownerId, id))))
    throw new StudioError('conflict', `the bytes of image ${id} never came; upload or generate it again`, { reason: 'no_bytes' })
  const at = ports.now()
  const restarted = await ports.images.update(
    id,
    { from: ['failed'] },
    { state: 'processing', attempts: 0, reason: undefined, reasonDetail: undefined, updatedAt: at, dueAt: at + RESEND_MS },
  )
  if (!restarted) throw noImage(id)
  await bestEffort(ports, 'queueing an image again', () => ports.queues.processing.send({ kind: 'process', imageId: id }, { ownerId }))
  await bestEffort(ports, 'telling of an image', () => ports.events.append(ownerId, { type: 'image.processing', subjectId: id, at }))
  return restarted
}
