import { rungsOf } from '../canonical.ts'
import type { Image } from '../image.ts'
import { endOfNextDay, signedQuery, urlSignatures } from '../link.ts'
import type { Ports } from '../ports/index.ts'

export type ImageUrls = { thumbnail: string; preview: string; original: string; srcset: string }

const THUMBNAIL_WIDTH = 320
const PREVIEW_WIDTH = 1280

/**
 * Signed URLs of an image, for its owner; the same all day. One signature serves every stored size. The original has one of its own: its
 * bytes are as they came, with the place where a photo was taken, so whoever is handed a thumbnail must not reach them by editing its URL.
 */
export function imageUrls(ports: Pick<Ports, 'signer' | 'now' | 'policy'>, { id, width }: Pick<Image, 'id' | 'width'>): ImageUrls {
  const { signer, policy } = ports
  const claim = { imageId: id, exp: endOfNextDay(ports.now()), kid: signer.kid }
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
