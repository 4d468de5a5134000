import type { z } from 'zod'
import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Image } from '../image.ts'
import { inboxKey, originalKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { SignedRequest, Upload } from '../ports/uploads.ts'
import { MINUTE, MULTIPART_MS, UPLOAD_URL_MS } from '../times.ts'
import { titleOfFile } from '../titles.ts'
import type { UploadRequest } from '../upload-request.ts'

export { UploadRequest } from '../upload-request.ts'

export const UPLOAD_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/tiff',
  'image/heic',
  'image/heif',
] as const
/** What a mask may be: formats that keep grey values as they were painted. */
export const MASK_TYPES = ['image/png', 'image/webp', 'image/jpeg'] as const

/** Above this a file goes up in parts, and can be resumed. */
export const SINGLE_PUT_BYTES = 16 * 1024 * 1024
/** Models take 25 MB at most, and a mask of 100 megapixels is far smaller; one PUT, and no parts that could lie about for a week. */
const MASK_BYTES = SINGLE_PUT_BYTES
/** Masks are gone in a day and count as no storage, so this is what bounds them: half a GiB in a row, and as much again in a day. */
const MASK_MEBIBYTES = { perMinute: 512 / (24 * 60), burst: 512 }
/** S3 takes parts of 5 MiB to 5 GiB, at most 10,000 of them. */
export const PART_BYTES = 8 * 1024 * 1024
const MAX_PARTS = 10_000

export type UploadOffer =
  | { outcome: 'existing'; image: Image }
  | { outcome: 'put'; id: string; purpose: 'image' | 'mask'; put: SignedRequest; filePath: string }
  | { outcome: 'parts'; id: string; purpose: 'image' | 'mask'; partSize: number; partCount: number; expiresAt: number; filePath: string }

type UploadPorts = Pick<Ports, 'images' | 'ledger' | 'rates' | 'policy' | 'now' | 'newId'> & {
  uploads: Pick<Ports['uploads'], 'begin' | 'insert' | 'sign'>
}

/**
 * Offers a way to send one file. Type, size, pace and the owner's storage are checked before anything is signed. The image exists as
 * `pending` from now on and is settled whether or not the bytes ever come.
 */
export async function requestUpload(ports: UploadPorts, actor: Actor, request: UploadRequest): Promise<UploadOffer> {
  const wanted = { ...request, purpose: request.purpose ?? 'image', contentType: request.contentType.toLowerCase() }
  assertType(wanted)
  const { maxUploadBytes } = ports.policy
  assertSize(wanted.byteLength, wanted.purpose === 'mask' ? Math.min(MASK_BYTES, maxUploadBytes) : maxUploadBytes)
  await assertPace(ports, actor)
  if (wanted.purpose === 'mask') await assertMaskRoom(ports, actor, wanted.byteLength)

  const existing = wanted.purpose === 'image' && wanted.sha256 ? await findSame(ports, actor, wanted.sha256) : undefined
  if (existing) return { outcome: 'existing', image: existing }
  await assertStorage(ports, actor, wanted.byteLength)

  const id = ports.newId()
  const key = wanted.purpose === 'image' ? originalKey(actor.id, id) : inboxKey(actor.id, id)
  const isParted = wanted.byteLength > SINGLE_PUT_BYTES
  const createdAt = ports.now()
  const expiresAt = createdAt + (isParted ? MULTIPART_MS : UPLOAD_URL_MS)
  const parting = isParted
    ? { ...(await ports.uploads.begin({ key, contentType: wanted.contentType })), ...partsOf(wanted.byteLength) }
    : undefined

  const { contentType, byteLength, purpose } = wanted
  const sha256 = wanted.sha256 ? { sha256: wanted.sha256 } : {}
  const image = purpose === 'image' ? pendingImage({ id, actor, wanted, createdAt }) : undefined
  const upload: Upload = {
    ...{ id, ownerId: actor.id, purpose, key, contentType, byteLength, ...sha256, ...parting },
    ...{ state: 'open', createdAt, expiresAt },
  }
  // The rows come first: bytes without a row would belong to nobody.
  await ports.uploads.insert(upload, image)
  if (parting) return { outcome: 'parts', id, purpose, partSize: parting.partSize, partCount: parting.partCount, expiresAt, filePath: key }
  const put = await ports.uploads.sign({ key, contentType, byteLength, ...sha256, expiresAt })
  return { outcome: 'put', id, purpose, put, filePath: key }
}

type Wanted = z.output<typeof UploadRequest>

function assertType({ contentType, purpose }: Wanted) {
  const accepted: readonly string[] = purpose === 'image' ? UPLOAD_TYPES : MASK_TYPES
  if (!accepted.includes(contentType))
    throw new StudioError('unsupported_type', `${contentType} is not accepted as ${purpose}; send one of ${accepted.join(', ')}`, {
      found: contentType,
      accepted,
    })
}

function assertSize(byteLength: number, limit: number) {
  if (byteLength > limit)
    throw new StudioError('too_large', `the file has ${byteLength} bytes; at most ${limit} are accepted`, { limit, unit: 'bytes' })
}

/** A runaway client is slowed here; with the URL's short life this bounds how many uploads can be open. 20 a second, 2,000 at once. */
async function assertPace(ports: Pick<Ports, 'rates' | 'now'>, actor: Actor) {
  const turn = await ports.rates.take(`uploads/${actor.id}`, { perMinute: 1200, burst: 2000, now: ports.now() })
  if (turn.taken) return
  const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / 1000))
  throw new StudioError('throttled', `too many uploads were begun at once; go on in ${retryAfterSeconds} s`, { retryAfterSeconds })
}

/** Each mebibyte begun takes one; a refusal takes what it had taken, which comes back within the day. */
async function assertMaskRoom(ports: Pick<Ports, 'rates' | 'now'>, actor: Actor, byteLength: number) {
  for (let left = byteLength; left > 0; left -= 1024 ** 2) {
    const turn = await ports.rates.take(`masks/${actor.id}`, { ...MASK_MEBIBYTES, now: ports.now() })
    if (turn.taken) continue
    const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / 1000))
    throw new StudioError('throttled', `your masks of today are ${MASK_MEBIBYTES.burst} MiB; go on in ${retryAfterSeconds} s`, {
      retryAfterSeconds,
    })
  }
}

/** What the owner has of these bytes, the trash included: it can be restored, where a second copy would be refused as a duplicate. */
async function findSame(ports: Pick<Ports, 'images'>, actor: Actor, sha256: string): Promise<Image | undefined> {
  const id = await ports.images.findByHash(actor.id, sha256)
  const image = id === undefined ? undefined : await ports.images.find(id)
  return image?.ownerId === actor.id && ['processing', 'ready', 'trashed'].includes(image.state) ? image : undefined
}

async function assertStorage(ports: Pick<Ports, 'images' | 'ledger' | 'policy'>, actor: Actor, byteLength: number) {
  const own = (await ports.ledger.limits(actor.id)).storageBytes
  const limit = own === undefined ? ports.policy.storageBytesPerOwner : own
  if (limit === undefined || limit === null) return
  // Pending uploads count with the size they promised, so that many begun at once cannot pass the limit together.
  const remaining = Math.max(0, limit - (await ports.images.totals(actor.id)).bytes)
  if (byteLength > remaining)
    throw new StudioError(
      'limit_reached',
      `the file has ${byteLength} bytes and ${remaining} of your ${limit} are free; purge some images`,
      {
        limit,
        remaining,
        unit: 'bytes',
      },
    )
}

function partsOf(byteLength: number) {
  // Larger parts only when 10,000 of the usual size would not do.
  const partSize = Math.max(PART_BYTES, Math.ceil(byteLength / MAX_PARTS))
  return { partSize, partCount: Math.ceil(byteLength / partSize) }
}

type Pending = { id: string; actor: Actor; wanted: Wanted; createdAt: number }
/** The sweeper first looks for its bytes after a minute: a crash may come between the store's write and its event. */
const pendingImage = ({ id, actor, wanted, createdAt }: Pending): Image => ({
  ...{ id, ownerId: actor.id, origin: 'upload', state: 'pending', title: titleOfFile(wanted.fileName), fileName: wanted.fileName },
  ...{ tags: [], isFavourite: false, width: 0, height: 0, byteLength: wanted.byteLength, format: '', renditions: [] },
  ...{ attempts: 0, revision: 1, createdAt, updatedAt: createdAt, dueAt: createdAt + MINUTE },
})
