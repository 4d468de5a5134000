import type { Actor } from '../actor.ts'
import type { ApiKey } from '../ports/access.ts'
import type { Ports } from '../ports/index.ts'

/** The actor's keys, revoked ones too, newest first. */
export async function listKeys(ports: Pick<Ports, 'keys'>, actor: Actor): Promise<ApiKey[]> {
  const keys = await ports.keys.listByOwner(actor.id)
  return keys.toSorted((a, b) => b.createdAt - a.createdAt)
}
