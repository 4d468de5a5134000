import { StudioError } from '#core/errors.ts'
import type { User } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'

export const tags = ['Administration']

/** The user of an administrator's path, or `not_found`. */
export async function getUser({ directory }: Pick<Ports, 'directory'>, id: string): Promise<User> {
  const user = await directory.find(id)
  if (!user) throw new StudioError('not_found', `no user ${id}`, { what: 'user', id })
  return user
}

type Deed = { actorId: string; action: string; subjectId?: string; details?: Record<string, unknown> }
/** Writes what an administrator did where it is kept. */
export const note = (ports: Pick<Ports, 'audit' | 'now'>, deed: Deed): Promise<void> => ports.audit.append({ at: ports.now(), ...deed })
