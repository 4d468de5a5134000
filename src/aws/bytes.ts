import { S3Client } from '@aws-sdk/client-s3'
import type { Blobs } from '#core/ports/blobs.ts'
import type { Derivatives } from '#core/ports/derivatives.ts'
import type { AwsAccess } from './access.ts'
import { type Buckets, bucketsByFolder } from './buckets.ts'
import { s3Blobs } from './s3-blobs.ts'
import { type MakerLimits, s3Derivatives } from './s3-derivatives.ts'
import { type SignedUploads, s3Uploads } from './s3-uploads.ts'

export type BytesConfig = { access: AwsAccess; buckets: Buckets; makers: MakerLimits; now: () => number }

/** Everything that S3 keeps, over one client. */
export function awsBytes(config: BytesConfig): { blobs: Blobs; derivatives: Derivatives; signedUploads: SignedUploads } {
  const { access, buckets, makers, now } = config
  const s3 = new S3Client({
    ...access,
    // A bucket in the host name needs a name server that knows it: AWS's does, a server on loopback has none.
    forcePathStyle: access.forcePathStyle ?? access.endpoint !== undefined,
    // Otherwise every put is sent with a checksum that other S3s do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const bucketOf = bucketsByFolder(buckets)
  const blobs = s3Blobs({ s3, bucketOf })
  return { blobs, derivatives: s3Derivatives({ blobs, ...makers }), signedUploads: s3Uploads({ s3, access, bucketOf, now }) }
}
