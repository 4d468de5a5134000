import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Fault } from './fault.ts'

export type Caller = { by: 'bearer' | 'sigv4'; region: string | undefined }
export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
/** What a bearer key of the simulator is: good, past its end, or made in another Region. */
export type Keys = Readonly<Record<string, 'good' | 'expired' | 'other region'>>

type Signed = { method: string; path: string; headers: Record<string, string | undefined>; body: Buffer; now: number }

const SKEW_MS = 15 * 60_000
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Who asks, by bearer key or by a signature computed again here; a Fault of 403 otherwise. */
export function authenticate(signed: Signed, { keys, credentials }: { keys: Keys; credentials: Credentials }): Caller {
  const header = signed.headers.authorization ?? ''
  if (header.startsWith('Bearer ')) return byKey(header.slice(7), keys)
  if (header.startsWith('AWS4-HMAC-SHA256 ')) return bySignature(header, signed, credentials)
  throw new Fault(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
}

function byKey(key: string, keys: Keys): Caller {
  const state = Object.hasOwn(keys, key) ? keys[key] : undefined
  if (state === 'good') return { by: 'bearer', region: undefined }
  if (state === 'expired') throw new Fault(403, 'ExpiredTokenException', 'The security token included in the request is expired')
  const why = state
    ? 'Authentication failed: the API key is not valid in this Region.'
    : 'Authentication failed: Please make sure your API Key is valid.'
  throw new Fault(403, 'AccessDeniedException', why)
}

function bySignature(header: string, signed: Signed, credentials: Credentials): Caller {
  const fields = Object.fromEntries(
    header
      .slice(17)
      .split(/,\s*/)
      .map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]),
  )
  const [keyId, date, region, service, end] = (fields.Credential ?? '').split('/')
  if (!fields.Signature || !fields.SignedHeaders || !keyId || !date || !region || end !== 'aws4_request')
    throw new Fault(403, 'IncompleteSignature', 'the Authorization header is not complete')
  if (keyId !== credentials.accessKeyId)
    throw new Fault(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.')
  if (service !== 'bedrock') throw mismatch(`the service in the scope is ${service}, expected bedrock`)
  if (credentials.sessionToken && signed.headers['x-amz-security-token'] !== credentials.sessionToken)
    throw new Fault(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.')
  const at = signed.headers['x-amz-date'] ?? ''
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(time - signed.now) < SKEW_MS)) throw new Fault(403, 'InvalidSignatureException', 'Signature expired')
  const bodyHash = sha256(signed.body)
  const saidHash = signed.headers['x-amz-content-sha256']
  if (saidHash !== undefined && saidHash !== bodyHash) throw mismatch('x-amz-content-sha256 is not the hash of the body')

  const toSign = [
    'AWS4-HMAC-SHA256',
    at,
    `${date}/${region}/${service}/aws4_request`,
    sha256(canonical(signed, fields.SignedHeaders, bodyHash)),
  ]
  const key = ['aws4_request', service, region, date].reduceRight<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credentials.secretAccessKey}`,
  )
  const expected = hmac(key, toSign.join('\n'))
  const given = Buffer.from(fields.Signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch('')
  return { by: 'sigv4', region }
}

/** The path is encoded once more than on the wire: `%3A` is signed as `%253A`, as every service but S3 has it. */
function canonical({ method, path, headers }: Signed, signedHeaders: string, bodyHash: string): string {
  const [pathname = '/', query = ''] = path.split('?')
  const twice = pathname.split('/').map(encodeRfc3986).join('/')
  const sorted = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .sort()
    .join('&')
  const lines = signedHeaders.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`)
  return [method, twice, sorted, lines.join(''), signedHeaders, bodyHash].join('\n')
}

const encodeRfc3986 = (segment: string) =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const mismatch = (detail: string) =>
  new Fault(403, 'InvalidSignatureException', `The request signature we calculated does not match the signature you provided. ${detail}`)
