import type { Actor } from '../actor.ts'
import { bestEffort } from '../best-effort.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { MINUTE, RESEND_MS } from '../times.ts'
import { concludeImage } from './finish-image.ts'

export type RestorePorts = Pick<Ports, 'blobs' | 'images' | 'links' | 'search' | 'queues' | 'events' | 'telemetry' | 'now'>

/** Takes an image out of the trash, as it was; one whose processing the trash interrupted is processed. `conflict` when not trashed. */
export async function restoreImage(ports: RestorePorts, actor: Actor, id: string): Promise<Image> {
  const image = await ownImage(ports, actor, id)
  if (image.state !== 'trashed') throw new StudioError('conflict', `image ${id} is not in the trash`, { state: image.state })
  const state = image.stateBeforeTrash ?? 'ready'
  const isUnfinished = state === 'processing'
  const at = ports.now()
  const restored = await ports.images.update(
    id,
    { from: ['trashed'] },
    {
      ...{ state, stateBeforeTrash: undefined, trashedAt: undefined, updatedAt: at },
      ...(isUnfinished ? { attempts: 0, dueAt: at + RESEND_MS } : { dueAt: at + MINUTE }),
    },
  )
  if (!restored) return restoreImage(ports, actor, id)
  const job = { kind: 'process', imageId: id } as const
  if (isUnfinished) await bestEffort(ports, 'queueing a restored image', () => ports.queues.processing.send(job, { ownerId: actor.id }))
  else
    await bestEffort(ports, 'showing a restored image', async () => {
      await ports.links.setShown(id, true)
      await concludeImage(ports, restored)
    })
  return (await ports.images.find(id)) ?? restored
}
