import { rungsOf } from '../canonical.ts'
import type { Image } from '../image.ts'
import { endOfNextDay, linkPath, textToSign } from '../link.ts'
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
  const base = policy.publicUrl.replace(/\/$/, '')
  const ladder = signer.sign(textToSign({ ...claim, scope: 'ladder' }))
  const rungs = rungsOf(width)
  // Taken apart once: a gallery's page has four hundred of these.
  const [head, tail] = linkPath(
    claim,
    [
      ['w', ' '],
      ['fm', 'webp'],
    ],
    ladder,
  ).split('%20')
  const rung = (w: number) => `${base}${head}${w}${tail}`
  const upTo = (most: number) => rung(rungs.filter((w) => w <= most).at(-1)!)
  return {
    thumbnail: upTo(THUMBNAIL_WIDTH),
    preview: upTo(PREVIEW_WIDTH),
    original: base + linkPath(claim, [['fm', 'original']], signer.sign(textToSign({ ...claim, scope: 'original' }))),
    srcset: rungs.map((w) => `${rung(w)} ${Math.min(w, width)}w`).join(', '),
  }
}
