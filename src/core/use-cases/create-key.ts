import { z } from 'zod'
import { type Actor, SCOPES } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { randomText, sha256Hex } from '../hash.ts'
import type { ApiKey } from '../ports/access.ts'
import type { Ports } from '../ports/index.ts'

/** What a person says of a key they make. `expiresAt` integer ms. */
export const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  expiresAt: z.int().positive().optional(),
})
export type NewKey = z.infer<typeof NewKey>

/** What every secret begins with, so that scanners and people know it for what it is. */
export const KEY_PREFIX = 'gz_'
/** A person's keys at once: enough for every script, few enough to look through. */
const MOST_KEYS = 100

/** Makes an API key. The secret is in this answer and nowhere else: only its hash is kept. A key cannot do more than who makes it. */
export async function createKey(
  ports: Pick<Ports, 'keys' | 'audit' | 'now' | 'newId'>,
  actor: Actor,
  { name, scopes, expiresAt }: NewKey,
): Promise<{ key: ApiKey; secret: string }> {
  const beyond = scopes.find((scope) => !actor.scopes.includes(scope))
  if (beyond !== undefined) throw new StudioError('forbidden', `a key with ${beyond} needs ${beyond} to make it`, { needs: beyond })
  const createdAt = ports.now()
  if (expiresAt !== undefined && expiresAt <= createdAt)
    throw new StudioError('invalid_input', 'the key would end before it begins; give a time to come', {
      fields: [{ path: 'expiresAt', problem: 'is in the past' }],
    })
  const living = (await ports.keys.listByOwner(actor.id)).filter(({ revokedAt }) => revokedAt === undefined)
  if (living.length >= MOST_KEYS)
    throw new StudioError('limit_reached', `there are ${living.length} keys; revoke one first`, {
      limit: MOST_KEYS,
      remaining: 0,
      unit: 'requests',
    })

  const secret = `${KEY_PREFIX}${randomText(32)}`
  const key: ApiKey = {
    ...{ id: ports.newId(), ownerId: actor.id, name, scopes: [...new Set(scopes)], role: actor.role },
    ...{ hash: await sha256Hex(secret), hint: `${secret.slice(0, 7)}…`, createdAt, ...(expiresAt === undefined ? {} : { expiresAt }) },
  }
  await ports.keys.insert(key)
  await ports.audit.append({ at: createdAt, actorId: actor.id, action: 'key.created', subjectId: key.id })
  return { key, secret }
}
