import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { awsBytes } from '#aws/bytes.ts'
import { awsFacts } from '#aws/facts.ts'
import { contentDisposition, PICTURE_HEADERS } from '#core/delivery-headers.ts'
import { StudioError } from '#core/errors.ts'
import { originalKey } from '#core/ports/blobs.ts'
import { deliverImage, ownOriginal } from '#core/use-cases/deliver-image.ts'
import { inProcessPixels } from '#imaging/in-process-pixels.ts'
import { ENV, readAwsEnv } from './aws-config.ts'
import { catalogueOnly } from './catalogue-only.ts'
import { awsAccess, bytesConfig, factsConfig, telemetryOf } from './on-aws.ts'
import { answered } from './proxy-answer.ts'

const env = readAwsEnv(ENV.deliver)
const { images } = awsFacts(factsConfig(env))
const { blobs, derivatives } = awsBytes(bytesConfig(env))
const pixels = inProcessPixels({ read: (key, version) => blobs.read(key, version === undefined ? {} : { version }) })
const ports = { images, blobs, derivatives, pixels, models: await catalogueOnly() }
const telemetry = telemetryOf(env, 'deliver')
const s3 = new S3Client(awsAccess())

/** Lambda answers with at most 6 MB, and bytes grow by a third as base64; a little is left for the headers. */
const MOST_BYTES = 4_400_000
const REDIRECT_SECONDS = 60

/**
 * What CloudFront asks when S3 has no such object: `/renditions/{imageId}/{canonical}` is made, stored under that very key, and sent. Only
 * CloudFront may call this (IAM), after its function has checked the signature. The original's bytes, and whatever is too large for
 * an answer, are fetched by the viewer from the store itself, by an address that lives a minute.
 */
export const handler = ({ rawPath }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
  answered(telemetry, async () => {
    const [, kind, imageId = '', canonical = ''] = /^\/(renditions|originals)\/([^/]+)(?:\/(.+))?$/.exec(rawPath) ?? []
    if (kind === 'originals') return original(imageId)
    if (kind !== 'renditions' || !canonical) throw new StudioError('not_found', 'there is no picture here', { what: 'image' })
    const made = await deliverImage(ports, { imageId, canonical })
    if (made.bytes.byteLength > MOST_BYTES) return redirect(env.GENZO_RENDITIONS_BUCKET, made.key)
    const headers = {
      ...PICTURE_HEADERS,
      'content-type': made.contentType,
      etag: `"${made.etag}"`,
      'cache-control': 'public, max-age=31536000',
    }
    return { statusCode: 200, headers, body: Buffer.from(made.bytes).toString('base64'), isBase64Encoded: true }
  })

async function original(imageId: string) {
  const image = await ownOriginal(ports, imageId)
  const name = contentDisposition('attachment', {
    title: image.fileName?.replace(/\.[^.]{1,5}$/, '') ?? image.title,
    extension: image.format,
  })
  // Never shown in place: the bytes are as they came, and may be anything that only claims to be a picture.
  return redirect(env.GENZO_ORIGINALS_BUCKET, originalKey(image.ownerId, image.id), {
    ...{ ResponseContentDisposition: name, ResponseContentType: 'application/octet-stream' },
    ...(image.blobVersion && { VersionId: image.blobVersion }),
  })
}

async function redirect(Bucket: string, Key: string, more: Record<string, string> = {}) {
  const location = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key, ...more }), { expiresIn: REDIRECT_SECONDS })
  return { statusCode: 302, headers: { location, 'cache-control': 'no-store' }, body: '' }
}
