import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { SignatureV4 } from '@smithy/signature-v4'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey } from '#core/ports/blobs.ts'
import { partLength, type Uploads } from '#core/ports/uploads.ts'
import type { AwsAccess } from './access.ts'
import type { BucketOf } from './buckets.ts'
import { Sha256 } from './sha256.ts'

/** Longest life of a signed URL, seconds, whatever is asked. It also dies with the session of the role that signed it. */
const MAX_URL_SECONDS = 900
/** S3's own bound (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
const MAX_PARTS = 10_000

type Options = { access: Pick<AwsAccess, 'region' | 'endpoint' | 'forcePathStyle' | 'credentials'>; bucketOf: BucketOf; now: () => number }
/** A PUT as it is signed: every header must come exactly so. */
type Put = { key: string; query: Record<string, string>; headers: Record<string, string>; expiresIn: number }

/**
 * Addresses to which clients send bytes. Signing is arithmetic and asks nobody, so this holds the signer alone: the S3 client around it
 * would be a third of what a cold start loads. Its addresses are those of the SDK's presigner, byte for byte.
 */
export function s3Signing({ access, bucketOf, now }: Options): Pick<Uploads, 'sign' | 'signParts'> {
  const { region, credentials = fromNodeProviderChain() } = access
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false })

  const secondsUntil = (expiresAt: number) => {
    const left = Math.floor((expiresAt - now()) / 1000)
    if (left < 1) throw new StudioError('gone', 'the upload has ended: ask for a new one', { what: 'upload' })
    return Math.min(left, MAX_URL_SECONDS)
  }
  const urlOf = async ({ key, query, headers, expiresIn }: Put): Promise<string> => {
    assertBlobKey(key)
    const { protocol, host, hostname, port, pathname: path } = addressOf(access, bucketOf(key), key)
    // The bytes are signed for by length and, where it is known, by their checksum; S3 takes no hash of a body it has not seen.
    const signed = { ...headers, host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }
    const request = { method: 'PUT', protocol, hostname, ...(port && { port: Number(port) }), path, query, headers: signed }
    const presigned = await signer.presign(request, {
      expiresIn,
      signingDate: new Date(now()),
      signableHeaders: new Set(['host', ...Object.keys(headers)]),
      // As a header the checksum is checked against the bytes; moved into the query it would only be a wish.
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    })
    return `${protocol}//${host}${path}?${queryText(presigned.query as Record<string, string>)}`
  }

  return {
    async sign({ key, contentType, byteLength, sha256, expiresAt }) {
      const expiresIn = secondsUntil(expiresAt)
      const headers = {
        'content-type': contentType,
        'if-none-match': '*',
        ...(sha256 !== undefined && { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') }),
      }
      // The length is signed for too, but clients set that header themselves.
      const all = { ...headers, 'content-length': String(byteLength) }
      const url = await urlOf({ key, query: { 'x-id': 'PutObject' }, headers: all, expiresIn })
      return { method: 'PUT', url, headers, expiresAt: now() + expiresIn * 1000 }
    },
    async signParts({ key, session, numbers, expiresAt, file }) {
      const expiresIn = secondsUntil(expiresAt)
      const wrong = numbers.find((number) => !Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      if (wrong !== undefined) throw new StudioError('invalid_input', `part number ${wrong} is not within 1–${MAX_PARTS}`)
      const signed = numbers.map(async (number) => {
        const query = { partNumber: String(number), uploadId: session, 'x-id': 'UploadPart' }
        const headers: Record<string, string> = file ? { 'content-length': String(partLength(number, file)) } : {}
        const url = await urlOf({ key, query, headers, expiresIn })
        return { number, method: 'PUT' as const, url, headers: {}, expiresAt: now() + expiresIn * 1000 }
      })
      return Promise.all(signed)
    },
  }
}

/** The bucket is in the host's name on AWS, and in the path where no name server knows it or its dots would not fit the certificate. */
function addressOf({ region, endpoint, forcePathStyle = endpoint !== undefined }: Options['access'], bucket: string, key: string): URL {
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`)
  if (forcePathStyle || bucket.includes('.')) return new URL(`/${bucket}/${key}`, base)
  return new URL(`/${key}`, `${base.protocol}//${bucket}.${base.host}`)
}

/** As it was signed: sorted, and with what `encodeURIComponent` leaves as it is encoded too. */
const queryText = (query: Record<string, string>) =>
  Object.keys(query)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(query[name]!)}`)
    .join('&')
const escaped = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
