import { rungsOf } from '../canonical.ts'
import type { Image } from '../image.ts'
import { endOfNextDay, signedQuery, urlSignatures } from '../link.ts'
import type { Ports } from '../ports/index.ts'

export type ImageUrls = { thumbnail: string; preview: string; original: string; srcset: string }

const THUMBNAIL_WIDTH = 320
const PREVIEW_WIDTH = 1280

type UrlPorts = Pick<Ports, 'signer' | 'now' | 'policy'>
type Sized = Pick<Image, 'id' | 'width'>

/**
 * Signed URLs of an image, for its owner; the same all day. One signature serves every stored size. The original has one of its own: its
 * bytes are as they came, with the place where a photo was taken, so whoever is handed a thumbnail must not reach them by editing its URL.
 */
export function imageUrls({ signer, policy, now }: UrlPorts, { id, width }: Sized): ImageUrls {
  const claim = { imageId: id, exp: endOfNextDay(now()), kid: signer.kid }
  const { ladder, original } = urlSignatures(claim, signer.sign)
  // Put together from what they share: a gallery's page has four hundred of these.
  const head = `${policy.publicUrl.replace(/\/$/, '')}/i/${id}?`
  const tail = `&fm=webp&${signedQuery(claim, ladder)}`
  const rungs = rungsOf(width)
  const rung = (w: number) => `${head}w=${w}${tail}`
  const upTo = (most: number) => rung(rungs.findLast((w) => w <= most)!)
  return {
    thumbnail: upTo(THUMBNAIL_WIDTH),
    preview: upTo(PREVIEW_WIDTH),
    original: `${head}fm=original&${signedQuery(claim, original)}`,
    srcset: rungs.map((w) => `${rung(w)} ${Math.min(w, width)}w`).join(', '),
  }
}

/** The same as JSON. Nothing in an address of ours has to be escaped, and looking for it in a whole page took as long as signing. */
export function imageUrlsJson(ports: UrlPorts, image: Sized): string {
  const { thumbnail, preview, original, srcset } = imageUrls(ports, image)
  return `{"thumbnail":"${thumbnail}","preview":"${preview}","original":"${original}","srcset":"${srcset}"}`
}
