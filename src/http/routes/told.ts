import type { Image } from '#core/image.ts'
import type { Ports } from '#core/ports/index.ts'
import { imageUrls } from '#core/use-cases/image-urls.ts'
import { type WireImage, wireImage } from '../schemas/image.ts'

/** An image as its owner is told of it, with signed URLs once there is something to fetch. */
export function told(ports: Pick<Ports, 'signer' | 'now' | 'policy'>, image: Image): WireImage {
  const hasPictures = image.renditions.length > 0 && (image.state === 'ready' || image.state === 'trashed')
  return wireImage(image, hasPictures ? imageUrls(ports, image) : undefined)
}
