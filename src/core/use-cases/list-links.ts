import type { Actor } from '../actor.ts'
import { ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { isEnded, linkUrl, type OpenLink } from './make-link.ts'

/** The links of the actor's own image that still open, newest first, each with its URL. */
export async function listLinks(
  ports: Pick<Ports, 'images' | 'links' | 'signer' | 'policy' | 'now'>,
  actor: Actor,
  imageId: string,
): Promise<OpenLink[]> {
  await ownImage(ports, actor, imageId)
  const links = (await ports.links.listByImage(imageId)).filter((link) => !isEnded(link, ports.now()))
  const opened = await Promise.all(links.map(async (link) => ({ link, secret: await ports.links.secretOf(link.kid) })))
  // Without a secret: revoked between the two reads.
  return opened.flatMap(({ link, secret }) => (secret === undefined ? [] : [{ ...link, url: linkUrl(ports, link, secret) }]))
}
