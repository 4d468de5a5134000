import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { exportKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import { HOUR, SECOND } from '../times.ts'
import type { Export } from './get-export.ts'

/**
 * Each reads all that a person has and stores it once more for a day, which counts as no storage of theirs: three in a row, then one every
 * eight hours. So no more than six of them ever lie there.
 */
const RATE = { perMinute: 1 / (8 * 60), burst: 3 }
/** An export that is not there after this long was lost. The largest that a worker can make takes less. */
const LONGEST_MS = 6 * HOUR

/**
 * Asks for an archive of everything of the actor's: originals, records, prompts, albums. Once answered it will be made, or be said to have
 * failed. `throttled` when they ask too often.
 */
export async function requestExport(
  ports: Pick<Ports, 'uploads' | 'queues' | 'rates' | 'audit' | 'now' | 'newId'>,
  actor: Actor,
): Promise<Export> {
  const at = ports.now()
  const turn = await ports.rates.take(`export/${actor.id}`, { ...RATE, now: at })
  if (!turn.taken) {
    const retryAfterSeconds = Math.max(1, Math.ceil(turn.waitMs / SECOND))
    throw new StudioError('throttled', 'you asked for several exports already; take the last one, or ask again later', {
      retryAfterSeconds,
    })
  }
  const id = ports.newId()
  const about = { id, ownerId: actor.id, key: exportKey(actor.id, id), contentType: 'application/zip', byteLength: 0, createdAt: at }
  await ports.uploads.insert({ ...about, purpose: 'export', state: 'open', expiresAt: at + LONGEST_MS })
  try {
    await ports.queues.processing.send({ kind: 'export', exportId: id }, { ownerId: actor.id })
  } catch (error) {
    // Nothing was promised yet: they see that it did not begin, and ask again.
    await ports.uploads.remove(id)
    throw error
  }
  await ports.audit.append({ at, actorId: actor.id, action: 'export.requested', subjectId: id })
  return { id, state: 'running', createdAt: at }
}
