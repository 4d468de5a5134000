import { z } from 'zod'
import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import type { Ports } from '../ports/index.ts'
import type { SignedRequest } from '../ports/uploads.ts'
import { UPLOAD_URL_MS } from '../times.ts'
import { ownUpload } from './find-upload.ts'

/** Which parts a client is about to send. */
export const PartNumbers = z.strictObject({ numbers: z.array(z.int().min(1).max(10_000)).min(1).max(100) })

/** Signs PUTs of the parts named, each for at most 15 minutes and never past the session. `gone` when the session has ended. */
export async function signUploadParts(
  ports: Pick<Ports, 'uploads' | 'now'>,
  actor: Actor,
  { id, numbers }: { id: string; numbers: readonly number[] },
): Promise<(SignedRequest & { number: number })[]> {
  const { key, session, partCount, partSize, byteLength, expiresAt, state } = await ownUpload(ports, actor, id)
  if (session === undefined || partCount === undefined || partSize === undefined)
    throw new StudioError('conflict', `upload ${id} is a single PUT and has no parts`, { reason: 'no_parts' })
  if (state === 'arrived') throw new StudioError('conflict', `upload ${id} is complete`, { state })
  if (expiresAt <= ports.now()) throw new StudioError('gone', `upload ${id} has ended; request a new one`, { what: 'upload' })
  const wrong = numbers.find((number) => number > partCount)
  if (wrong !== undefined)
    throw new StudioError('invalid_input', `there is no part ${wrong}; the file has parts 1 to ${partCount}`, {
      fields: [{ path: 'numbers', problem: `at most ${partCount}` }],
    })
  const end = Math.min(expiresAt, ports.now() + UPLOAD_URL_MS)
  return ports.uploads.signParts({ key, session, numbers, expiresAt: end, file: { byteLength, partSize } })
}
