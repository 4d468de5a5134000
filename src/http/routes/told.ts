import type { Image } from '#core/image.ts'
import type { Page } from '#core/page.ts'
import type { Ports } from '#core/ports/index.ts'
import { hasPictures, type ToldLine, toldImage } from '#core/told-image.ts'
import { imageUrls, imageUrlsJson } from '#core/use-cases/image-urls.ts'
import type { WireImage } from '../schemas/image.ts'

type UrlPorts = Pick<Ports, 'signer' | 'now' | 'policy'>

/** An image as its owner is told of it, with signed URLs once there is something to fetch. */
export const told = (ports: UrlPorts, image: Image): WireImage => ({
  ...toldImage(image),
  ...(hasPictures(image) && { urls: imageUrls(ports, image) }),
})

/** A page of such images as JSON, put together of texts: nothing of a gallery's page is parsed, and nothing written out twice. */
export function toldPage(ports: UrlPorts, { items, nextCursor }: Page<ToldLine>): string {
  const lines = items.map(({ id, json, pictureWidth }) =>
    pictureWidth === undefined ? json : `${json.slice(0, -1)},"urls":${imageUrlsJson(ports, { id, width: pictureWidth })}}`,
  )
  return `{"items":[${lines.join(',')}]${nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`}}`
}
