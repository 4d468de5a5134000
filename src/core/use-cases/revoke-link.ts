import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { Ports } from '../ports/index.ts'

/** Takes a link of the actor's back: its key is deleted, and its URL is as if it had never been. `not_found` when it is not theirs. */
export async function revokeLink(ports: Pick<Ports, 'links' | 'audit' | 'now'>, actor: Actor, id: string): Promise<void> {
  const link = isUuid(id) ? await ports.links.find(id) : undefined
  if (link?.ownerId !== actor.id) throw new StudioError('not_found', `no link ${id.slice(0, 64)}`, { what: 'link', id: id.slice(0, 64) })
  await ports.links.revoke(id)
  await ports.audit.append({
    at: ports.now(),
    actorId: actor.id,
    action: 'link.revoked',
    subjectId: id,
    details: { imageId: link.imageId },
  })
}
