import { mezzanineName } from '../canonical.ts'
import { StudioError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { Image, Rendition } from '../image.ts'
import { type BlobStat, type ByteRange, originalKey, renditionKey } from '../ports/blobs.ts'
import type { Derivative } from '../ports/derivatives.ts'
import type { Ports } from '../ports/index.ts'
import { provenanceOf } from '../provenance.ts'
import { DEFAULT_QUALITY, type SettledTransform, settle } from '../transform.ts'

export type DeliverPorts = Pick<Ports, 'images' | 'derivatives' | 'pixels' | 'models'>
/** `key` is where it is stored. */
export type Delivered = Derivative & { image: Image; key: string }

/**
 * One derivative of a ready image, whose right to be seen was checked before: stored, or made from the smallest sufficient source and
 * stored. What lies in the trash is shown to its owner alone (`isOwners`), who looks there for what to restore; to everybody else it is
 * `not_found`, like what does not exist. `unavailable` when too much is being made already.
 */
export async function deliverImage(
  ports: DeliverPorts,
  { imageId, canonical, isOwners = false }: { imageId: string; canonical: string; isOwners?: boolean },
): Promise<Delivered> {
  const image = await shownImage(ports, { imageId, isOwners })
  const to = settle(canonical, image)
  const same = storedAlike(image, to)
  const key = renditionKey(image.id, same?.canonical ?? canonical)
  const derivative = await ports.derivatives.getOrMake(key, () => make(ports, image, to))
  return { ...derivative, image, key }
}

/** The original's bytes as they came, for the owner: with all their metadata, so only under a URL that is the owner's. */
export async function deliverOriginal(
  ports: Pick<Ports, 'images' | 'blobs'>,
  { imageId, range }: { imageId: string; range?: ByteRange },
): Promise<{ stat: BlobStat; body: ReadableStream<Uint8Array>; image: Image }> {
  const image = await ownOriginal(ports, imageId)
  const found = await ports.blobs.open(originalKey(image.ownerId, image.id), { ...pinned(image), ...(range && { range }) })
  if (!found) throw noPicture()
  return { ...found, image }
}

/** The image whose original its owner may fetch: what `deliverOriginal` looks up, for whoever sends the bytes in another way. */
export const ownOriginal = (ports: Pick<Ports, 'images'>, imageId: string): Promise<Image> => shownImage(ports, { imageId, isOwners: true })

async function shownImage(ports: Pick<Ports, 'images'>, { imageId, isOwners }: { imageId: string; isOwners: boolean }): Promise<Image> {
  const image = isUuid(imageId) ? await ports.images.find(imageId) : undefined
  const isInTrash = image?.state === 'trashed' && image.stateBeforeTrash === 'ready'
  if (image && (image.state === 'ready' || (isInTrash && isOwners))) return image
  throw noPicture()
}

/** The same words as for a forged link: whether an image exists is its owner's business. */
const noPicture = () => new StudioError('not_found', 'there is no picture here: the link is wrong, or revoked', { what: 'image' })

/** A stored rendition that is just what is asked for: a rung wider than a small picture is the picture's last rung. */
function storedAlike(image: Image, to: SettledTransform): Rendition | undefined {
  if (to.quality !== DEFAULT_QUALITY[to.format]) return undefined
  return image.renditions.find(
    ({ format, width, height, canonical }) => format === to.format && width === to.width && height === to.height && !isMezzanine(canonical),
  )
}

async function make(ports: Pick<Ports, 'pixels' | 'models'>, image: Image, to: SettledTransform) {
  const model = image.madeWith ? await ports.models.find(image.madeWith.modelId) : undefined
  const mark = provenanceOf(image, model)
  return ports.pixels.transform(sourceFor(image, to), to, { effort: 'low', ...(mark && { mark }) })
}

/**
 * The mezzanine where it has the pixels: 1600 px wide at q92 4:4:4, it costs 15 ms of CPU to shrink where a 12 MP original costs 41, with
 * equal quality. A PNG is asked for to have every pixel as it was, so it is made from the original.
 */
function sourceFor(image: Image, to: SettledTransform): { key: string; version?: string } {
  const mezzanine = image.renditions.find(({ canonical }) => isMezzanine(canonical))
  const isEnough = mezzanine && to.format !== 'png' && scaleOf(image, to) * image.width <= mezzanine.width
  if (isEnough) return { key: renditionKey(image.id, mezzanine.canonical) }
  return { key: originalKey(image.ownerId, image.id), ...pinned(image) }
}

/** How far the whole picture is brought down, before a `cover` cuts it. 1 at most. */
function scaleOf(image: Image, { width, height, fit }: SettledTransform): number {
  const [perWidth, perHeight] = [width / image.width, height / image.height]
  return fit === 'cover' ? Math.max(perWidth, perHeight) : Math.min(perWidth, perHeight)
}

const MEZZANINES = [mezzanineName('jpeg'), mezzanineName('webp')]
const isMezzanine = (canonical: string): boolean => MEZZANINES.includes(canonical)
const pinned = ({ blobVersion: version }: Image) => (version === undefined ? {} : { version })
