import { Readable } from 'node:stream'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { StudioError } from '#core/errors.ts'
import { assertBlobKey, assertBlobPrefix, type BlobStat, type Blobs } from '#core/ports/blobs.ts'
import type { BucketOf } from './buckets.ts'
import { asking, isAnswer } from './errors.ts'

/** Blobs as S3 objects. The buckets are versioned in production; a bucket without versions works and pins nothing. */
export function s3Blobs({ s3, bucketOf }: { s3: S3Client; bucketOf: BucketOf }): Blobs {
  const at = (key: string) => {
    assertBlobKey(key)
    return { Bucket: bucketOf(key), Key: key }
  }
  const stat = async (key: string): Promise<BlobStat | undefined> => {
    const head = await absentIs404(() => s3.send(new HeadObjectCommand(at(key))))
    return head && statOf(key, head, head.ContentLength ?? 0)
  }
  const open: Blobs['open'] = async (key, { range, version } = {}) => {
    const got = await absentIs404(() =>
      s3.send(
        new GetObjectCommand({
          ...at(key),
          ...(range && { Range: `bytes=${range.start}-${range.end}` }),
          ...(version !== undefined && { VersionId: version }),
        }),
      ),
    )
    // `Content-Range: bytes 0-9/1234` carries the whole length; without a range the length is the body's.
    const total = got?.ContentRange?.split('/')[1]
    return got && { stat: statOf(key, got, Number(total ?? got.ContentLength ?? 0)), body: got.Body!.transformToWebStream() }
  }

  return {
    async put(key, bytes, { contentType, byteLength }) {
      const target = { ...at(key), ContentType: contentType, IfNoneMatch: '*' }
      if (bytes instanceof Uint8Array) {
        const whole = { ...target, Body: bytes, ContentLength: bytes.byteLength }
        await writingOnce(key, 4, () => s3.send(new PutObjectCommand(whole)))
      } else {
        // The length of a stream is only known at its end: lib-storage sends it in parts, and drops them when the stream fails.
        const upload = new Upload({ client: s3, params: { ...target, Body: exactly(bytes, byteLength) }, leavePartsOnError: false })
        await writingOnce(key, 1, () => upload.done())
      }
      // S3's answer to a put does not say when it wrote.
      const written = await stat(key)
      if (!written) throw new StudioError('unavailable', `blob ${key} was purged while it was written`, { service: 's3' })
      return written
    },
    open,
    stat,
    async read(key, { version } = {}) {
      const found = await open(key, version === undefined ? {} : { version })
      return found && new Uint8Array(await new Response(found.body).arrayBuffer())
    },
    async list(prefix, { cursor, limit }) {
      assertBlobPrefix(prefix)
      // The cursor is the last key given, which every S3 understands, also when the object has gone since.
      const page = await asking('s3', () =>
        s3.send(
          new ListObjectsV2Command({
            Bucket: bucketOf(prefix),
            Prefix: prefix,
            MaxKeys: Math.min(limit, 1000),
            ...(cursor !== undefined && { StartAfter: cursor }),
          }),
        ),
      )
      const items = (page.Contents ?? []).map((object) => statOf(object.Key!, object, object.Size ?? 0))
      const last = items.at(-1)
      return { items, ...(page.IsTruncated && last && { nextCursor: last.key }) }
    },
    async purge(prefix) {
      assertBlobPrefix(prefix)
      const keys = new Set<string>()
      // Always the first page: what was removed is gone from the listing, so a crash anywhere resumes by calling again.
      for (;;) {
        const page = await asking('s3', () =>
          s3.send(new ListObjectVersionsCommand({ Bucket: bucketOf(prefix), Prefix: prefix, MaxKeys: 1000 })),
        )
        const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }))
        if (objects.length === 0) return keys.size
        const removed = await asking('s3', () =>
          s3.send(new DeleteObjectsCommand({ Bucket: bucketOf(prefix), Delete: { Objects: objects, Quiet: true } })),
        )
        const failed = removed.Errors?.[0]
        if (failed)
          throw new StudioError('unavailable', `s3 did not remove ${failed.Key}: ${failed.Code}`, { retryAfterSeconds: 5, service: 's3' })
        for (const { Key } of objects) keys.add(Key!)
      }
    },
  }
}

type ObjectFacts = {
  ContentType?: string | undefined
  ETag?: string | undefined
  VersionId?: string | undefined
  LastModified?: Date | undefined
}

const statOf = (key: string, object: ObjectFacts, byteLength: number): BlobStat => ({
  key,
  byteLength,
  contentType: object.ContentType ?? '', // a listing does not say
  etag: (object.ETag ?? '').replaceAll('"', ''),
  ...(object.VersionId && object.VersionId !== 'null' && { version: object.VersionId }),
  writtenAt: object.LastModified?.getTime() ?? 0,
})

async function absentIs404<T extends Partial<GetObjectCommandOutput>>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    // HEAD has no body and so no name; a version that never was is `NoSuchVersion`, also 404.
    if (isAnswer(error, 404)) return undefined
    if (isAnswer(error, 416)) throw new StudioError('invalid_input', 'the range begins after the end of the blob', {}, { cause: error })
    return asking('s3', () => Promise.reject(error))
  }
}

/**
 * 412: the key is taken. 409: another put of the same key, or its removal, is under way; only afterwards is the key free or taken,
 * so bytes are sent again. A stream is spent, and its caller is told to ask again.
 */
async function writingOnce<T>(key: string, attempts: number, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (isAnswer(error, 412)) throw new StudioError('conflict', `blob ${key} exists`, {}, { cause: error })
    if (!isAnswer(error, 409)) return asking('s3', () => Promise.reject(error))
    if (attempts > 1) return writingOnce(key, attempts - 1, call)
    throw new StudioError('unavailable', `blob ${key} is being written`, { retryAfterSeconds: 1, service: 's3' }, { cause: error })
  }
}

/** The stream, failing at its end when it was not as long as promised: a truncated blob must not come to be. */
function exactly(bytes: ReadableStream<Uint8Array>, promised: number | undefined): Readable {
  const chunks = async function* () {
    let seen = 0
    for await (const chunk of bytes) {
      seen += chunk.byteLength
      yield chunk
    }
    if (promised !== undefined && seen !== promised) throw new StudioError('invalid_input', `the stream had ${seen} bytes, not ${promised}`)
  }
  return Readable.from(chunks())
}
