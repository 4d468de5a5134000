import { canonicalOf, rungsOf } from '../canonical.ts'
import { StudioError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { Image } from '../image.ts'
import type { Ports } from '../ports/index.ts'
import type { ShareLink } from '../ports/links.ts'
import { provenanceOf } from '../provenance.ts'
import { settle } from '../transform.ts'
import { isEnded, linkUrl } from './make-link.ts'

/** How a picture came to be, said beside it wherever it is shown. */
export const SHARE_MARKS = ['ai', 'edited', 'procedural'] as const
export type ShareMark = (typeof SHARE_MARKS)[number]

/** What whoever has a link may know: the picture it opens and how that came to be. Nothing of its owner, its prompt or its camera. */
export type Share = {
  id: string
  title: string
  /** The picture that the link opens, under the link's own signature. */
  url: string
  /** Smaller ones of the same picture, when the link does not cut it; as in HTML. */
  srcset?: string
  /** One of them that previews elsewhere can load. */
  card: { url: string; width: number; height: number }
  /** Of the picture that `url` opens, pixels. */
  width: number
  height: number
  marks: ShareMark[]
  /** Integer ms; absent: until it is revoked. */
  expiresAt?: number
}

/** Services that make previews load at most a few megabytes, and show about this width in pixels. */
const CARD_WIDTH = 1280

/**
 * What a link opens, for anybody who has its id. `gone` once it has ended. Revoked, never made, and of a picture that is in the trash or
 * erased are all `not_found`: which of them is nobody's business.
 */
export async function openShare(
  ports: Pick<Ports, 'links' | 'images' | 'models' | 'signer' | 'policy' | 'now'>,
  id: string,
): Promise<Share> {
  const link = isUuid(id) ? await ports.links.find(id) : undefined
  if (!link) throw nothingShared()
  if (isEnded(link, ports.now())) throw new StudioError('gone', 'the link has expired; ask its owner for a new one', { what: 'link' })
  const [image, secret] = await Promise.all([ports.images.find(link.imageId), ports.links.secretOf(link.kid)])
  // Without a secret: revoked between the two reads.
  if (image?.state !== 'ready' || secret === undefined) throw nothingShared()

  const { width, height } = sizeOf(link, image)
  const url = linkUrl(ports, link, secret)
  const smaller = narrowerOf(link, width).map((w) => ({ w, url: linkUrl(ports, { ...link, transform: narrowed(link, w) }, secret) }))
  const card = smaller.findLast(({ w }) => w <= CARD_WIDTH)
  return {
    ...{ id, title: image.title, url, width, height, marks: await marksOf(ports, image) },
    card: card ? { url: card.url, width: card.w, height: Math.round((card.w * height) / width) } : { url, width, height },
    ...(smaller.length > 0 && { srcset: [...smaller, { w: width, url }].map((one) => `${one.url} ${one.w}w`).join(', ') }),
    ...(link.expiresAt !== undefined && { expiresAt: link.expiresAt }),
  }
}

const nothingShared = () => new StudioError('not_found', 'nothing is shared here: the link is wrong, or was revoked', { what: 'link' })

/** The size in pixels is the same in every format. */
const sizeOf = ({ transform }: ShareLink, image: Image) => settle(canonicalOf(transform, 'jpeg'), image)

/**
 * Widths below the link's own at which the same picture is offered too, so that a phone need not load all of a large one. Whoever may see
 * a picture may see it smaller, and each is signed with the link's key, so they end and are revoked with it. Not where both sides are
 * given: a cut to a box is not the same picture at another width.
 */
const narrowerOf = ({ transform: { w, h } }: ShareLink, width: number): number[] =>
  w !== undefined && h !== undefined ? [] : rungsOf(width).filter((rung) => rung >= 320 && rung < width)

function narrowed({ transform: { fm, q } }: ShareLink, w: number): ShareLink['transform'] {
  return { w, ...(fm !== undefined && { fm }), ...(q !== undefined && { q }) }
}

async function marksOf(ports: Pick<Ports, 'models'>, image: Image): Promise<ShareMark[]> {
  const model = image.madeWith ? await ports.models.find(image.madeWith.modelId) : undefined
  const type = provenanceOf(image, model)?.digitalSourceType
  return type === undefined ? [] : [MARKS[type]]
}

const MARKS = {
  trainedAlgorithmicMedia: 'ai',
  compositeWithTrainedAlgorithmicMedia: 'edited',
  algorithmicMedia: 'procedural',
} as const satisfies Record<NonNullable<ReturnType<typeof provenanceOf>>['digitalSourceType'], ShareMark>
