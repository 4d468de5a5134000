import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { blobsContract } from '#core/ports/blobs.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newBucket } from '../../e2e/aws/stores.ts'
import { s3Blobs } from './s3-blobs.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const png = { contentType: 'image/png' }

blobsContract(async () => {
  const { s3, bucket } = await newBucket(SERVER_FOR.s3)
  return s3Blobs({ s3, bucketOf: () => bucket })
})

describe('blobs on S3', () => {
  const fresh = async () => {
    const { s3, bucket } = await newBucket(SERVER_FOR.s3)
    return { s3, bucket, blobs: s3Blobs({ s3, bucketOf: () => bucket }) }
  }

  it('pins the version that was seen, also after another one was written over it from outside', async () => {
    const { s3, bucket, blobs } = await fresh()
    const first = await blobs.put('originals/a/1/upload', bytes('first'), png)
    expect(first.version).toBeTypeOf('string')
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'originals/a/1/upload', Body: 'second' }))
    const pinned = await blobs.read('originals/a/1/upload', { version: first.version! })
    expect(new TextDecoder().decode(pinned)).toBe('first')
    expect(await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: first.key }))).Body!.transformToString()).toBe('second')
  })

  it('purges every version and every delete marker, beyond one page of them', async () => {
    const { s3, bucket, blobs } = await fresh()
    for (let at = 0; at < 30; at += 10) {
      const puts = Array.from({ length: 10 }, (_, by) => blobs.put(`renditions/a/${at + by}`, bytes('x'), png))
      await Promise.all(puts)
    }
    for (const body of ['again', 'and again']) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'renditions/a/0', Body: body }))
    expect(await blobs.purge('renditions/a/')).toBe(30)
    const left = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    expect([left.Versions ?? [], left.DeleteMarkers ?? []]).toEqual([[], []])
  })

  it('stores a stream longer than one part whole, and nothing of one that broke off', async () => {
    const { s3, bucket, blobs } = await fresh()
    const chunk = new Uint8Array(1 << 20).fill(7)
    const stream = (chunks: number) =>
      new ReadableStream<Uint8Array>({ pull: (controller) => (chunks-- > 0 ? controller.enqueue(chunk) : controller.close()) })
    const whole = await blobs.put('originals/a/2/upload', stream(11), { ...png, byteLength: 11 << 20 })
    expect(whole.byteLength).toBe(11 << 20)
    expect((await blobs.read('originals/a/2/upload'))?.byteLength).toBe(11 << 20)
    await expect(blobs.put('originals/a/3/upload', stream(7), { ...png, byteLength: 11 << 20 })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(await blobs.stat('originals/a/3/upload')).toBeUndefined()
    const versions = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'originals/a/3/' }))
    expect(versions.Versions ?? []).toEqual([])
  })
})
