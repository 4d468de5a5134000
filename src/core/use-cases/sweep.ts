import { errorName } from '../best-effort.ts'
import type { Image } from '../image.ts'
import { inboxPrefix, originalKey, originalPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { QueueName } from '../ports/queue.ts'
import type { Upload } from '../ports/uploads.ts'
import { GRACE_MS, HOUR, INBOX_MS, MINUTE, RESEND_MS } from '../times.ts'
import { type AdmitPorts, admitUpload } from './admit-upload.ts'
import { concludeImage, finishImage } from './finish-image.ts'
import { type PurgePorts, purge } from './purge-image.ts'
import { concludeTrash, trashEnds } from './trash-image.ts'

export type SweepPorts = AdmitPorts & PurgePorts & Pick<Ports, 'generations' | 'policy'>

/** What one sweep repaired. */
export type Swept = { uploads: number; images: number; generations: number; failures: number }

/** What a repair answers when there was nothing to repair yet. */
const WAITS = 'waits'

/** Rows of a kind taken up by one sweep: a tick comes every minute, so a backlog is worked off, not swallowed. */
const AT_ONCE = 500

/**
 * Takes up whatever a crash, a lost event or a lost message left behind: uploads that arrived unnoticed or never came, work whose
 * message is gone, endings half told, trash whose days are over, purges begun. What is not due is not touched, so it may run at any
 * time, and in several processes. One row that fails does not keep the others waiting.
 */
export async function sweep(ports: SweepPorts, { now }: { now: number }): Promise<Swept> {
  const swept: Swept = { uploads: 0, images: 0, generations: 0, failures: 0 }
  const each = async <T>(kind: 'uploads' | 'images' | 'generations', rows: readonly T[], repair: (row: T) => Promise<unknown>) => {
    for (const row of rows) {
      try {
        if ((await repair(row)) !== WAITS) swept[kind] += 1
      } catch (error) {
        swept.failures += 1
        ports.telemetry.log('error', `sweeping ${kind} failed`, { error: errorName(error) })
      }
    }
  }
  await each('images', await ports.images.listDue(now, AT_ONCE), (image) => repairImage(ports, image, now))
  await each('uploads', await ports.uploads.listExpired(now, AT_ONCE), (upload) => closeUpload(ports, upload))
  await each('generations', await ports.generations.listDue(now, AT_ONCE), async ({ id, ownerId }) => {
    // Deferred first: a send that is lost again is found again.
    await ports.generations.defer(id, await nextLook(ports, 'generation', now))
    await ports.queues.generation.send({ kind: 'generate', generationId: id }, { ownerId })
  })
  for (const [kind, count] of Object.entries(swept)) if (count > 0) ports.telemetry.count('swept', count, { kind })
  return swept
}

async function repairImage(ports: SweepPorts, image: Image, now: number): Promise<unknown> {
  switch (image.state) {
    case 'pending':
      return repairPending(ports, image, now)
    case 'processing': {
      const dueAt = await nextLook(ports, 'processing', now)
      const { id: imageId, ownerId } = image
      const still = await ports.images.update(imageId, { from: ['processing'], revision: image.revision }, { dueAt })
      return still && ports.queues.processing.send({ kind: 'process', imageId }, { ownerId })
    }
    case 'ready':
      // It may owe this since it came back from the trash.
      await ports.links.setShown(image.id, true)
      return concludeImage(ports, image)
    case 'failed':
    case 'rejected':
      return concludeImage(ports, image)
    case 'trashed':
      return trashEnds(image, ports.policy) <= now ? purge(ports, image) : concludeTrash(ports, image)
    case 'purging':
      return purge(ports, image)
  }
}

/**
 * The store's event was lost, or the bytes never came. It is looked at again after half its age: what arrived in a crash is taken up within
 * minutes, and a session that stays open for a week costs two dozen looks.
 */
async function repairPending(ports: SweepPorts, image: Image, now: number): Promise<unknown> {
  const { id, ownerId, generationId } = image
  // Its generation settles it; nothing is owed here.
  if (generationId !== undefined) return ports.images.update(id, { from: ['pending'] }, { dueAt: undefined })
  const upload = await ports.uploads.find(id)
  if (upload && (await ports.blobs.stat(originalKey(ownerId, id)))) return admitUpload(ports, { id })
  const end = upload ? upload.expiresAt + GRACE_MS : 0
  if (now < end) {
    const dueAt = Math.min(end, now + Math.max(MINUTE, Math.floor((now - image.createdAt) / 2)))
    await ports.images.update(id, { from: ['pending'], revision: image.revision }, { dueAt })
    return WAITS
  }
  if (upload?.session) await ports.uploads.abort({ key: upload.key, session: upload.session })
  const reasonDetail = 'the file was not sent before its address ended; upload it again'
  const failed = await finishImage(ports, image, { state: 'failed', reason: 'upload_expired', reasonDetail, from: ['pending'] })
  if (failed) await ports.images.update(id, { from: ['failed'] }, { byteLength: 0 })
  return failed
}

/** A promise whose time is over: parts go, masks and exports go, and bytes that came for an image purged meanwhile go. */
async function closeUpload(ports: SweepPorts, { id, ownerId, purpose, key, session, state }: Upload): Promise<void> {
  if (session !== undefined && state === 'open') await ports.uploads.abort({ key, session })
  // Its message was lost: the owner who waits is told, and asks again.
  if (purpose === 'export' && state === 'open') return void (await ports.uploads.fail(id, ports.now() + INBOX_MS))
  if (purpose === 'mask' || purpose === 'export') await ports.blobs.purge(inboxPrefix(ownerId, id))
  else if (await keepsRow(ports, id)) return
  await ports.uploads.remove(id)
}

/** True while the image still needs the row: it is pending, and is admitted or failed when its own time comes. */
async function keepsRow(ports: SweepPorts, id: string): Promise<boolean> {
  const image = await ports.images.find(id)
  if (image?.state === 'pending' && image.dueAt !== undefined) return true
  if (!image) {
    const upload = await ports.uploads.find(id)
    if (upload) await ports.blobs.purge(originalPrefix(upload.ownerId, id))
  }
  return false
}

/** Later when the queue is behind: what waits its turn is not lost, and a second message for each would make the line longer. */
async function nextLook(ports: Pick<Ports, 'queues'>, queue: QueueName, now: number): Promise<number> {
  const { oldestAgeMs = 0 } = await ports.queues[queue].depth()
  return now + RESEND_MS + Math.min(6 * HOUR, 2 * oldestAgeMs)
}
