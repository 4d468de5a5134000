import type { Image } from '#core/image.ts'
import { endOfNextDay } from '#core/link.ts'
import type { Ports } from '#core/ports/index.ts'
import { type ImageUrls, imageUrls } from '#core/use-cases/image-urls.ts'
import { type WireImage, wireImage } from '../schemas/image.ts'

type TellPorts = Pick<Ports, 'signer' | 'now' | 'policy'>
/** About 10 MB. An image's URLs are the same all day, and signing them is most of the cost of a gallery page. */
const MOST_REMEMBERED = 10_000
const remembered = new WeakMap<TellPorts['signer'], Map<string, ImageUrls>>()

/** An image as its owner is told of it, with signed URLs once there is something to fetch. */
export function told(ports: TellPorts, image: Image): WireImage {
  const hasPictures = image.renditions.length > 0 && (image.state === 'ready' || image.state === 'trashed')
  return wireImage(image, hasPictures ? urlsOf(ports, image) : undefined)
}

/** `imageUrls`, remembered. What it is made of is in the key, so that nothing has to be forgotten but for room: oldest first. */
function urlsOf(ports: TellPorts, { id, width }: Image): ImageUrls {
  const known = remembered.get(ports.signer) ?? new Map<string, ImageUrls>()
  remembered.set(ports.signer, known)
  const key = `${id} ${width} ${endOfNextDay(ports.now())} ${ports.policy.publicUrl}`
  const before = known.get(key)
  if (before) return before
  const urls = imageUrls(ports, { id, width })
  if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value!)
  known.set(key, urls)
  return urls
}
