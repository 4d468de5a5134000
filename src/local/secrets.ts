import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { StudioError } from '#core/errors.ts'
import type { Signer } from '#core/ports/index.ts'
import { isCode } from './disk-errors.ts'

/** Everything secret of a studio on one machine, in one file of mode 0600. Base64url; the first delivery key signs, all verify. */
export type Secrets = { delivery: { kid: string; secret: string }[]; uploads: string; issuer: string }

export const freshSecrets = (): Secrets => ({
  delivery: [{ kid: `d${randomBytes(4).toString('hex')}`, secret: secret() }],
  uploads: secret(),
  issuer: secret(),
})
const secret = () => randomBytes(32).toString('base64url')

/** The secrets in `file`, made when there are none. Of two processes that make them at once, both get the ones that were kept. */
export function secretsIn(file: string): Secrets {
  const kept = readSecrets(file)
  if (kept) return kept
  const draft = `${file}.${randomUUID()}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `${JSON.stringify(freshSecrets(), null, 2)}\n`)
    fsyncSync(handle)
    linkSync(draft, file)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    closeSync(handle)
    rmSync(draft, { force: true })
  }
  return readSecrets(file)!
}

function readSecrets(file: string): Secrets | undefined {
  try {
    const secrets = JSON.parse(readFileSync(file, 'utf8')) as Secrets
    if (secrets.delivery?.[0]?.secret && secrets.uploads && secrets.issuer) return secrets
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    if (!(error instanceof SyntaxError)) throw error
  }
  // Never replaced by fresh ones: every link and token given out would die without a word.
  throw new StudioError('unavailable', `the secrets in ${file} are damaged: restore the file from a backup, or remove it and sign in again`)
}

/** HMAC-SHA-256 under the studio's delivery keys. */
export function hmacSigner({ keys }: { keys: Secrets['delivery'] }): Signer {
  const [current] = keys
  if (!current) throw new StudioError('internal', 'a signer needs a key')
  return {
    kid: current.kid,
    sign: (text, secret = current.secret) => createHmac('sha256', secret).update(text).digest('base64url'),
    secretOf: (kid) => keys.find((key) => key.kid === kid)?.secret,
  }
}
