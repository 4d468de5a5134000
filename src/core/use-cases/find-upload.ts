import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import type { Ports } from '../ports/index.ts'
import type { Upload, UploadPart } from '../ports/uploads.ts'

/** An upload of the actor's with the parts received so far, for a client that resumes. Another's is `not_found`. */
export async function findUpload(
  ports: Pick<Ports, 'uploads'>,
  actor: Actor,
  id: string,
): Promise<{ upload: ClientUpload; parts: UploadPart[] }> {
  const upload = await ownUpload(ports, actor, id)
  const parts = upload.session ? await ports.uploads.parts({ key: upload.key, session: upload.session }) : []
  return { upload, parts }
}

/** An upload that a client sends the bytes of. */
export type ClientUpload = Upload & { purpose: 'image' | 'mask'; state: 'open' | 'arrived' }
const isClients = (upload: Upload): upload is ClientUpload => upload.purpose !== 'export'

/** The actor's own upload, or `not_found`. */
export async function ownUpload(ports: Pick<Ports, 'uploads'>, actor: Pick<Actor, 'id'>, id: string): Promise<ClientUpload> {
  const upload = isUuid(id) ? await ports.uploads.find(id) : undefined
  if (upload?.ownerId !== actor.id || !isClients(upload))
    throw new StudioError('not_found', `no upload ${id.slice(0, 64)}`, { what: 'upload', id: id.slice(0, 64) })
  return upload
}
