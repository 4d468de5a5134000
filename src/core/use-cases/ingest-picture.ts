import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { sha256Hex } from '../hash.ts'
import type { Image } from '../image.ts'
import type { Ports } from '../ports/index.ts'
import { admitUpload } from './admit-upload.ts'
import { type AwaitPorts, awaitImage, type Patience } from './await-generation.ts'
import { requestUpload } from './request-upload.ts'
import { type RestorePorts, restoreImage } from './restore-image.ts'

export type IngestPorts = AwaitPorts & RestorePorts & Pick<Ports, 'uploads' | 'ledger' | 'rates' | 'policy' | 'newId'>
export type PictureFile = { fileName: string; contentType: string; bytes: Uint8Array<ArrayBuffer> }

/**
 * Takes in a picture that came through the API, as if its sender had uploaded it: same limits, same checks, same gallery. Waits until it is
 * ready. Bytes that the owner already has are that image, out of the trash if it lies there. Throws why it cannot be used.
 */
export async function ingestImage(ports: IngestPorts, actor: Actor, file: PictureFile, patience: Patience): Promise<Image> {
  const { fileName, contentType, bytes } = file
  const sha256 = await sha256Hex(bytes)
  const offer = await requestUpload(ports, actor, { fileName, contentType, byteLength: bytes.byteLength, sha256 })
  const id = offer.outcome === 'existing' ? offer.image.id : await storeBytes(ports, offer.id, bytes)
  return usable(ports, actor, id, patience)
}

/** The same for a mask (white = change): its upload's id. It is no image, and is gone after a day. */
export async function ingestMask(ports: IngestPorts, actor: Actor, file: PictureFile): Promise<string> {
  const { fileName, contentType, bytes } = file
  const offer = await requestUpload(ports, actor, { fileName, contentType, byteLength: bytes.byteLength, purpose: 'mask' })
  if (offer.outcome === 'existing') throw new StudioError('internal', 'a mask was taken for an image')
  return storeBytes(ports, offer.id, bytes)
}

/** Written by the studio itself: what was offered to a client that sends in parts is not needed. */
async function storeBytes(ports: IngestPorts, id: string, bytes: Uint8Array): Promise<string> {
  const { key, session, contentType, byteLength } = (await ports.uploads.find(id))!
  if (session !== undefined) await ports.uploads.abort({ key, session })
  await ports.blobs.put(key, bytes, { contentType, byteLength })
  await admitUpload(ports, { id })
  return id
}

async function usable(ports: IngestPorts, actor: Actor, id: string, patience: Patience): Promise<Image> {
  const image = await awaitImage(ports, actor, { id, ...patience })
  if (image.state === 'ready') return image
  if (image.state === 'trashed') return usable(ports, actor, (await restoreImage(ports, actor, id)).id, patience)
  // The same bytes came twice at once, and the other was first.
  if (image.reason === 'duplicate' && image.duplicateOf) return usable(ports, actor, image.duplicateOf, patience)
  const why = image.reasonDetail ?? 'the picture could not be processed'
  switch (image.reason) {
    case 'content_refused':
      throw new StudioError('content_refused', why, { stage: 'input image' })
    case 'too_large':
      throw new StudioError('too_large', why)
    case 'unsupported_type':
      throw new StudioError('unsupported_type', why)
    case 'internal':
    case 'unavailable':
      throw new StudioError('unavailable', why, { retryAfterSeconds: 10 })
    default:
      throw new StudioError('invalid_input', why, { fields: [{ path: 'inputs', problem: why }] })
  }
}
