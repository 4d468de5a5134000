import { PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import type { AwsAccess } from './access.ts'
import { s3Signing } from './s3-signing.ts'

const NOW = Date.UTC(2026, 10, 21, 13)
const key = 'originals/ada/1/upload'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/+=' }
const options = { expiresIn: 600, signingDate: new Date(NOW) }

describe.each<[string, AwsAccess, string]>([
  ['in Tokyo, by the credentials of a role', { region: 'ap-northeast-1', credentials: { ...keys, sessionToken: 'tok+/=en' } }, 'photos'],
  ['in Virginia', { region: 'us-east-1', credentials: keys }, 'photos'],
  ['in China', { region: 'cn-north-1', credentials: keys }, 'photos'],
  ['of a bucket with dots', { region: 'eu-west-1', credentials: keys }, 'photos.example.com'],
  ['on another server', { region: 'us-east-1', credentials: keys, endpoint: 'http://127.0.0.1:9000', forcePathStyle: true }, 'photos'],
  [
    'on another server with names',
    { region: 'us-east-1', credentials: keys, endpoint: 'https://s3.example', forcePathStyle: false },
    'photos',
  ],
])('an address %s', (_, access, Bucket) => {
  const s3 = new S3Client({ ...access, requestChecksumCalculation: 'WHEN_REQUIRED' })
  const signing = s3Signing({ access, bucketOf: () => Bucket, now: () => NOW })
  const expiresAt = NOW + 600_000

  it.each([
    ['', undefined],
    [', with its checksum', 'ab'.repeat(32)],
  ])('of one PUT%s is the SDK’s own, byte for byte', async (_, sha256) => {
    const more = sha256 && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') }
    const put = new PutObjectCommand({ Bucket, Key: key, ContentType: 'image/jpeg', ContentLength: 5, IfNoneMatch: '*', ...more })
    const wanted = await getSignedUrl(s3, put, {
      ...options,
      signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256']),
      unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
    })
    const given = await signing.sign({ key, contentType: 'image/jpeg', byteLength: 5, expiresAt, ...(sha256 && { sha256 }) })
    expect(given.url).toBe(wanted)
  })

  it.each([
    ['', undefined],
    [', with its length', { byteLength: 20_000_000, partSize: 8 * 1024 ** 2 }],
  ])('of a part%s is the SDK’s own, byte for byte', async (_, file) => {
    const session = "2~a+b/c=d'(e)*"
    const length = file && { ContentLength: 20_000_000 - 16 * 1024 ** 2 }
    const part = new UploadPartCommand({ Bucket, Key: key, UploadId: session, PartNumber: 3, ...length })
    const wanted = await getSignedUrl(s3, part, { ...options, signableHeaders: new Set(['host', 'content-length']) })
    const [given] = await signing.signParts({ key, session, numbers: [3], expiresAt, ...(file && { file }) })
    expect(given!.url).toBe(wanted)
  })
})
