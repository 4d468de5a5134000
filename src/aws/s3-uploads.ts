import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  paginateListParts,
  type S3Client,
} from '@aws-sdk/client-s3'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey } from '#core/ports/blobs.ts'
import type { UploadPart, Uploads } from '#core/ports/uploads.ts'
import type { AwsAccess } from './access.ts'
import type { BucketOf } from './buckets.ts'
import { asking, isAnswer } from './errors.ts'
import { s3Signing } from './s3-signing.ts'

/** What S3 answers to parts that do not fit together. */
const BAD_PARTS = ['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'MalformedXML']

export type SignedUploads = Pick<Uploads, 'sign' | 'begin' | 'signParts' | 'parts' | 'complete' | 'abort'>
type Session = { key: string; session: string }

type Options = { s3: S3Client; access: AwsAccess; bucketOf: BucketOf; now: () => number }

/** The way in for bytes, straight to S3: signed addresses, and the sessions of uploads in parts. */
export function s3Uploads({ s3, access, bucketOf, now }: Options): SignedUploads {
  const at = (key: string) => {
    assertBlobKey(key)
    return { Bucket: bucketOf(key), Key: key }
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
    ...s3Signing({ access, bucketOf, now }),
    async begin({ key, contentType }) {
      const begun = await asking('s3', () => s3.send(new CreateMultipartUploadCommand({ ...at(key), ContentType: contentType })))
      return { session: begun.UploadId! }
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
