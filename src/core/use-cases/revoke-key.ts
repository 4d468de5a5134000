import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { ApiKey } from '../ports/access.ts'
import type { Ports } from '../ports/index.ts'

/**
 * Ends a key of the actor's; repeating it is harmless. Another's is `not_found`. A key ends itself and those that can do no more than it:
 * one that leaked and may only read must not cut off everything else.
 */
export async function revokeKey(ports: Pick<Ports, 'keys' | 'audit' | 'now'>, actor: Actor, id: string): Promise<ApiKey> {
  const key = (await ports.keys.listByOwner(actor.id)).find((one) => one.id === id)
  const beyond = actor.keyId === id ? undefined : key?.scopes.find((scope) => !actor.scopes.includes(scope))
  if (beyond !== undefined) throw new StudioError('forbidden', `to end a key with ${beyond} needs ${beyond}`, { needs: beyond })
  const at = ports.now()
  const revoked = await ports.keys.revoke(actor.id, id, at)
  if (!revoked) throw new StudioError('not_found', `no key ${id.slice(0, 64)}`, { what: 'key', id: id.slice(0, 64) })
  await ports.audit.append({ at, actorId: actor.id, action: 'key.revoked', subjectId: id })
  return revoked
}
