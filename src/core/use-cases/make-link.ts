import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { randomText } from '../hash.ts'
import { linkPath, scopeOf, signatureOf, transformQuery } from '../link.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import type { ShareLink } from '../ports/links.ts'
import { DAY, MINUTE, SECOND } from '../times.ts'
import { Transform } from '../transform.ts'

/** At most this many of one image: each is a key that the edge must know. */
const MAX_LINKS = 100

export const LinkRequest = z
  .strictObject({
    transform: Transform.default({}),
    /** Seconds. */
    expiresIn: z
      .int()
      .min(MINUTE / SECOND)
      .max((400 * DAY) / SECOND)
      .optional(),
    public: z.literal(true).optional(),
  })
  .refine(({ expiresIn, public: isPublic }) => (expiresIn === undefined) !== (isPublic === undefined), {
    message: 'give expiresIn (seconds) or public: true, one of the two',
    path: ['expiresIn'],
  })
export type LinkRequest = z.infer<typeof LinkRequest>
/** A link with the URL that it is. */
export type OpenLink = ShareLink & { url: string }

/**
 * Makes a link to one transform of the actor's own image, under a key of its own: whoever has it sees that picture and nothing else, until
 * it ends or is revoked. Never the original's bytes, which say where a photo was taken. `conflict` for an image that is not ready.
 */
export async function makeLink(
  ports: Pick<Ports, 'images' | 'links' | 'signer' | 'policy' | 'audit' | 'now' | 'newId'>,
  actor: Actor,
  { imageId, transform, expiresIn }: LinkRequest & { imageId: string },
): Promise<OpenLink> {
  const image = await ownImage(ports, actor, imageId)
  if (image.state !== 'ready')
    throw new StudioError('conflict', `image ${imageId} is ${image.state}; a link needs one that is ready`, { state: image.state })
  const at = ports.now()
  const others = await ports.links.listByImage(imageId)
  const [ended, live] = [others.filter((link) => isEnded(link, at)), others.filter((link) => !isEnded(link, at))]
  for (const link of ended) await ports.links.revoke(link.id)
  if (live.length >= MAX_LINKS)
    throw new StudioError('conflict', `image ${imageId} has ${live.length} links; revoke one first`, { reason: 'too_many_links' })

  // Whole seconds, as `exp` has them.
  const expiresAt = expiresIn === undefined ? undefined : (Math.floor(at / SECOND) + expiresIn) * SECOND
  const link: ShareLink = {
    ...{ id: ports.newId(), kid: `l${randomText(12)}`, imageId, ownerId: actor.id, transform, createdAt: at },
    ...(expiresAt !== undefined && { expiresAt }),
  }
  const secret = randomText(32)
  await ports.links.insert({ ...link, secret })
  // Trashed between the look and the write: an edge would open the link until the image is purged.
  if ((await ports.images.find(imageId))?.state !== 'ready') {
    await ports.links.revoke(link.id)
    throw new StudioError('conflict', `image ${imageId} is no longer ready; a link needs one that is`)
  }
  await ports.audit.append({ at, actorId: actor.id, action: 'link.made', subjectId: link.id, details: { imageId } })
  return { ...link, url: linkUrl(ports, link, secret) }
}

/** The same URL again, for the owner who asks what is out there. */
export function linkUrl({ signer, policy }: Pick<Ports, 'signer' | 'policy'>, link: ShareLink, secret: string): string {
  const claim = { imageId: link.imageId, kid: link.kid, exp: Math.floor((link.expiresAt ?? 0) / SECOND) }
  const sig = signatureOf({ ...claim, scope: scopeOf(link.transform) }, (text) => signer.sign(text, secret))
  return policy.publicUrl.replace(/\/$/, '') + linkPath(claim, transformQuery(link.transform), sig)
}

export const isEnded = ({ expiresAt }: ShareLink, now: number): boolean => expiresAt !== undefined && expiresAt <= now
