import type { Actor } from '../actor.ts'
import { StudioError } from '../errors.ts'
import { isUuid } from '../ids.ts'
import { isEqual } from '../link.ts'
import type { BlobStat, ByteRange } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { Upload } from '../ports/uploads.ts'
import { HOUR, SECOND } from '../times.ts'

/** How far an export is. `url` once it is ready, for an hour at most; `expiresAt` (integer ms) when the archive is removed. */
export type Export = {
  id: string
  state: 'running' | 'ready' | 'failed'
  createdAt: number
  expiresAt?: number
  byteLength?: number
  url?: string
}
/** What the URL of an archive carries. `exp` in seconds since 1970. */
export type ExportClaim = { id: string; exp: number; kid: string; sig: string }

/** A link that was asked for now is used now; whoever comes back later asks for the next. */
const URL_MS = HOUR
/** The first line keeps these signatures from meaning anything elsewhere. */
const textOf = ({ id, exp, kid }: Omit<ExportClaim, 'sig'>) => `genzo-export-1\n${id}\n${exp}\n${kid}`

/** An export of the actor's, with a signed URL once it is ready. Another's, and one that was removed, are `not_found`. */
export async function getExport(
  ports: Pick<Ports, 'uploads' | 'blobs' | 'signer' | 'policy' | 'now'>,
  actor: Actor,
  id: string,
): Promise<Export> {
  const found = await findExport(ports, id)
  if (found?.ownerId !== actor.id) throw noExport()
  const { createdAt, expiresAt, state } = found
  if (state === 'open') return { id, state: 'running', createdAt }
  const stat = state === 'arrived' ? await ports.blobs.stat(found.key) : undefined
  // An archive that arrived and is gone was erased meanwhile, or its disk lost it: either way there is none.
  if (!stat) return { id, state: 'failed', createdAt, expiresAt }
  return { id, state: 'ready', createdAt, expiresAt, byteLength: stat.byteLength, url: signedUrl(ports, found) }
}

function signedUrl({ signer, policy, now }: Pick<Ports, 'signer' | 'policy' | 'now'>, { id, expiresAt }: Upload): string {
  const exp = Math.floor(Math.min(expiresAt, now() + URL_MS) / SECOND)
  const sig = signer.sign(textOf({ id, exp, kid: signer.kid }))
  return `${policy.publicUrl.replace(/\/$/, '')}/api/me/exports/${id}/file?exp=${exp}&kid=${signer.kid}&sig=${sig}`
}

/** The archive's bytes for whoever holds its URL. A forged one is `not_found`, one whose time is over `gone`. */
export async function openExport(
  ports: Pick<Ports, 'uploads' | 'blobs' | 'signer' | 'now'>,
  { id, exp, kid, sig }: ExportClaim,
  range?: ByteRange,
): Promise<{ stat: BlobStat; body: ReadableStream<Uint8Array>; createdAt: number }> {
  const secret = ports.signer.secretOf(kid)
  if (secret === undefined || !isEqual(ports.signer.sign(textOf({ id, exp, kid }), secret), sig)) throw noExport()
  if (exp * SECOND <= ports.now())
    throw new StudioError('gone', 'the address of this export has ended; ask for it again', { what: 'export' })
  const found = await findExport(ports, id)
  const opened = found?.state === 'arrived' ? await ports.blobs.open(found.key, range ? { range } : {}) : undefined
  if (!found || !opened) throw noExport()
  return { ...opened, createdAt: found.createdAt }
}

async function findExport(ports: Pick<Ports, 'uploads' | 'now'>, id: string): Promise<Upload | undefined> {
  const found = isUuid(id) ? await ports.uploads.find(id) : undefined
  // Its time is over, though the sweeper may not have come by yet.
  const isOver = found !== undefined && found.state !== 'open' && found.expiresAt <= ports.now()
  return found?.purpose === 'export' && !isOver ? found : undefined
}

const noExport = () => new StudioError('not_found', 'there is no such export; they are kept for a day', { what: 'export' })
