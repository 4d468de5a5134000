import { createHmac, hash, randomBytes, randomUUID } from 'node:crypto'
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
  const signed = preparedHmac(current.secret)
  return {
    kid: current.kid,
    sign: (text, secret = current.secret) => (secret === current.secret ? signed(text) : hmac(text, secret)),
    secretOf: (kid) => keys.find((key) => key.kid === kid)?.secret,
  }
}

const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('base64url')

const BLOCK = 64
/**
 * HMAC-SHA-256 (RFC 2104) under one key: two one-shot hashes after pads that are made once, in half the time of a `createHmac` for each
 * text, which is most of a gallery's page. A pad goes before the text as text, so only a key of ASCII, as ours are, can be prepared.
 */
function preparedHmac(secret: string): (text: string) => string {
  const key = Buffer.from(secret)
  if (key.length > BLOCK || key.some((byte) => byte > 0x7f)) return (text) => hmac(text, secret)
  const padded = (by: number) => Buffer.alloc(BLOCK, by).map((byte, at) => byte ^ (key[at] ?? 0))
  const inner = Buffer.from(padded(0x36)).toString('latin1')
  const outer = Buffer.concat([padded(0x5c), Buffer.alloc(32)])
  return (text) => {
    outer.write(hash('sha256', inner + text, 'hex'), BLOCK, 'hex')
    return hash('sha256', outer, 'base64url')
  }
}
