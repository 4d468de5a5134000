import { bestEffort } from '../best-effort.ts'
import type { Image } from '../image.ts'
import { type BlobStat, inboxPrefix, originalPrefix } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { Upload } from '../ports/uploads.ts'
import { GRACE_MS, INBOX_MS, RESEND_MS, UPLOAD_URL_MS } from '../times.ts'
import { finishImage } from './finish-image.ts'

export type AdmitPorts = Pick<Ports, 'blobs' | 'uploads' | 'images' | 'search' | 'queues' | 'events' | 'telemetry' | 'now'>

/**
 * What the store's event calls when bytes have arrived: size and type are checked against what was promised, then `pending` becomes
 * `processing` and the work is queued. Idempotent; a late, repeated or foreign event changes nothing. Bytes whose image was purged
 * meanwhile are removed.
 */
export async function admitUpload(ports: AdmitPorts, { id }: { id: string }): Promise<void> {
  const upload = await ports.uploads.find(id)
  if (!upload || upload.purpose === 'export') return
  const stat = await ports.blobs.stat(upload.key)
  if (!stat) return
  if (upload.purpose === 'mask') return admitMask(ports, upload, stat)

  const image = await ports.images.find(id)
  if (!image || image.state === 'purging') return void (await ports.blobs.purge(originalPrefix(upload.ownerId, id)))
  if (image.state !== 'pending') return
  const lie = mismatch(upload, stat)
  if (lie) return rejectBytes(ports, image, lie)
  await admitImage(ports, image, { upload, stat })
}

/** `pending` → `processing`, queued. Who loses the race against another event changes nothing. */
async function admitImage(ports: AdmitPorts, image: Image, { upload, stat }: { upload: Upload; stat: BlobStat }) {
  const at = ports.now()
  const admitted = await ports.images.update(
    image.id,
    { from: ['pending'] },
    { state: 'processing', byteLength: stat.byteLength, attempts: 0, updatedAt: at, dueAt: at + RESEND_MS },
  )
  if (!admitted) return
  const { ownerId } = image
  await bestEffort(ports, 'queueing an upload', () => ports.queues.processing.send({ kind: 'process', imageId: image.id }, { ownerId }))
  // The promise is kept on record for as long as its URL could still write: an image purged sooner must not leave late bytes behind.
  const end = (upload.session ? at + UPLOAD_URL_MS : upload.expiresAt) + GRACE_MS
  await bestEffort(ports, 'marking an upload as arrived', () => ports.uploads.arrive(image.id, end))
  await bestEffort(ports, 'telling of an upload', async () => {
    await ports.images.note(image.id, { at, step: 'upload', outcome: 'done', note: `${stat.byteLength} bytes` })
    await ports.events.append(ownerId, { type: 'image.processing', subjectId: image.id, at })
  })
}

async function admitMask(ports: AdmitPorts, upload: Upload, stat: BlobStat) {
  if (upload.state === 'arrived') return
  if (!mismatch(upload, stat)) return void (await ports.uploads.arrive(upload.id, ports.now() + INBOX_MS))
  await ports.blobs.purge(inboxPrefix(upload.ownerId, upload.id))
  await ports.uploads.remove(upload.id)
}

/** A store that signs exact lengths never lets this happen; a bucket's other doors might. */
function mismatch(upload: Upload, stat: BlobStat): string | undefined {
  if (stat.byteLength !== upload.byteLength) return `${upload.byteLength} bytes were promised and ${stat.byteLength} came`
  if (stat.contentType && stat.contentType !== upload.contentType) return `${upload.contentType} was promised and ${stat.contentType} came`
  return undefined
}

async function rejectBytes(ports: AdmitPorts, image: Image, reasonDetail: string) {
  await finishImage(ports, image, { state: 'rejected', reason: 'invalid_input', reasonDetail, from: ['pending'] })
}
