import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListParts,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey } from '#core/ports/blobs.ts'
import { partLength, type UploadPart, type Uploads } from '#core/ports/uploads.ts'
import { asking, isAnswer } from './errors.ts'
import type { BucketOf } from './s3-blobs.ts'

/** Longest life of a signed URL, seconds, whatever is asked. It also dies with the session of the role that signed it. */
const MAX_URL_SECONDS = 900
/** S3's own bound (docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html). */
const MAX_PARTS = 10_000
/** What S3 answers to parts that do not fit together. */
const BAD_PARTS = ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'MalformedXML']

export type SignedUploads = Pick<Uploads, 'sign' | 'begin' | 'signParts' | 'parts' | 'complete' | 'abort'>
type Session = { key: string; session: string }

/**
 * The way in for bytes, straight to S3. The client must be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`: otherwise the SDK
 * signs a checksum of no bytes into every URL, and S3 refuses what people send.
 */
export function s3Uploads({ s3, bucketOf, now }: { s3: S3Client; bucketOf: BucketOf; now: () => number }): SignedUploads {
  const at = (key: string) => {
    assertBlobKey(key)
    return { Bucket: bucketOf(key), Key: key }
  }
  const secondsUntil = (expiresAt: number) => {
    const left = Math.floor((expiresAt - now()) / 1000)
    if (left < 1) throw new StudioError('gone', 'the upload has ended: ask for a new one', { what: 'upload' })
    return Math.min(left, MAX_URL_SECONDS)
  }
  const headOf = async (key: string) => {
    try {
      return await asking('s3', () => s3.send(new HeadObjectCommand(at(key))))
    } catch (error) {
      if (isAnswer(error, 404)) return undefined
      throw error
    }
  }
  const parts = async ({ key, session }: Session): Promise<UploadPart[]> => {
    const found: UploadPart[] = []
    try {
      for await (const page of paginateListParts({ client: s3 }, { ...at(key), UploadId: session })) {
        for (const { PartNumber, ETag, Size } of page.Parts ?? [])
          found.push({ number: PartNumber!, etag: (ETag ?? '').replaceAll('"', ''), byteLength: Size ?? 0 })
      }
    } catch (error) {
      if (isAnswer(error, 404)) return []
      return asking('s3', () => Promise.reject(error))
    }
    return found
  }
  const abort = async ({ key, session }: Session) => {
    try {
      await asking('s3', () => s3.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: session })))
    } catch (error) {
      if (!isAnswer(error, 404)) throw error
    }
  }

  return {
    async sign({ key, contentType, byteLength, sha256, expiresAt }) {
      const expiresIn = secondsUntil(expiresAt)
      const checksum = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64')
      const put = new PutObjectCommand({
        ...at(key),
        ContentType: contentType,
        ContentLength: byteLength,
        IfNoneMatch: '*',
        ...(checksum !== undefined && { ChecksumSHA256: checksum }),
      })
      const url = await getSignedUrl(s3, put, {
        expiresIn,
        signingDate: new Date(now()),
        // The presigner leaves the type out of the signature unless it is named here: then a JPEG's URL would take a page of HTML.
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256']),
        // As a header the checksum is checked against the bytes; moved into the query it would only be a wish.
        unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
      })
      const headers = {
        'content-type': contentType,
        'if-none-match': '*',
        ...(checksum !== undefined && { 'x-amz-checksum-sha256': checksum }),
      }
      return { method: 'PUT', url, headers, expiresAt: now() + expiresIn * 1000 }
    },
    async begin({ key, contentType }) {
      const begun = await asking('s3', () => s3.send(new CreateMultipartUploadCommand({ ...at(key), ContentType: contentType })))
      return { session: begun.UploadId! }
    },
    async signParts({ key, session, numbers, expiresAt, file }) {
      const expiresIn = secondsUntil(expiresAt)
      const wrong = numbers.find((number) => !Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      if (wrong !== undefined) throw new StudioError('invalid_input', `part number ${wrong} is not within 1–${MAX_PARTS}`)
      const signed = numbers.map(async (number) => {
        const length = file && { ContentLength: partLength(number, file) }
        const part = new UploadPartCommand({ ...at(key), UploadId: session, PartNumber: number, ...length })
        const signableHeaders = new Set(['host', 'content-length'])
        const url = await getSignedUrl(s3, part, { expiresIn, signingDate: new Date(now()), signableHeaders })
        return { number, method: 'PUT' as const, url, headers: {}, expiresAt: now() + expiresIn * 1000 }
      })
      return Promise.all(signed)
    },
    parts,
    async complete({ key, session, parts: chosen }) {
      const Parts = [...chosen].sort((a, b) => a.number - b.number).map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
      try {
        const joined = { ...at(key), UploadId: session, MultipartUpload: { Parts }, IfNoneMatch: '*' }
        await asking('s3', () => s3.send(new CompleteMultipartUploadCommand(joined)))
      } catch (error) {
        if (BAD_PARTS.some((name) => isAnswer(error, name)))
          throw new StudioError(
            'invalid_input',
            'the parts named are not those received: send the missing ones, then complete again',
            {},
            { cause: error },
          )
        const isEnded = isAnswer(error, 404)
        if (!isEnded && !isAnswer(error, 412)) throw error
        // Completed before, by a call whose answer was lost: what is there is the same blob, and its parts are gone or left over.
        const [there, left] = await Promise.all([headOf(key), parts({ key, session })])
        if (isEnded && !there)
          throw new StudioError('gone', 'this multi-part upload has ended: begin a new one', { what: 'upload' }, { cause: error })
        const leftLength = left.reduce((sum, part) => sum + part.byteLength, 0)
        if (left.length > 0 && leftLength !== there?.ContentLength)
          throw new StudioError('conflict', `blob ${key} exists`, {}, { cause: error })
        await abort({ key, session })
      }
    },
    abort,
  }
}
