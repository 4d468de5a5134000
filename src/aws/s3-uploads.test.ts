import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '#core/ports/samples.contract.ts'
import { type Send, uploadsContract } from '#core/ports/uploads.contract.ts'
import { SERVER_FOR } from '../../e2e/aws/servers.ts'
import { newBucket, newTables } from '../../e2e/aws/stores.ts'
import { dynamodbImages } from './dynamodb-images.ts'
import { dynamodbUploadRecords } from './dynamodb-upload-records.ts'
import { s3Blobs } from './s3-blobs.ts'
import { s3Uploads } from './s3-uploads.ts'

const send: Send = async ({ url, headers }, body) => {
  const answer = await fetch(url, { method: 'PUT', headers, body: body as BodyInit })
  await answer.arrayBuffer()
  return answer.ok ? { isOk: true, etag: (answer.headers.get('etag') ?? '').replaceAll('"', '') } : { isOk: false, status: answer.status }
}
const fresh = async (now = Date.now) => {
  // moto checks no signature, so everything a URL forbids is witnessed on MiniStack alone.
  const [{ s3, bucket, account }, tables] = await Promise.all([newBucket(SERVER_FOR.s3), newTables(SERVER_FOR.dynamodb)])
  const bucketOf = () => bucket
  const uploads = { ...s3Uploads({ s3, access: account, bucketOf, now }), ...dynamodbUploadRecords(tables) }
  return { s3, bucket, uploads, images: dynamodbImages({ ...tables, newId }), blobs: s3Blobs({ s3, bucketOf }), send }
}

uploadsContract(() => fresh())

describe('upload URLs of S3', () => {
  const cat = { key: 'originals/ada/1/upload', contentType: 'image/png', byteLength: 3 }
  const body = new TextEncoder().encode('cat')

  it.each(['if-none-match', 'content-type'])('refuse a PUT without the header %s', async (name) => {
    const { uploads, blobs } = await fresh()
    const signed = await uploads.sign({ ...cat, expiresAt: Date.now() + 60_000 })
    const { [name]: _, ...headers } = signed.headers
    expect(await send({ ...signed, headers }, body)).toEqual({ isOk: false, status: 403 })
    expect(await blobs.stat(cat.key)).toBeUndefined()
  })

  it('refuse a PUT that leaves out the checksum it was signed with', async () => {
    const { uploads, blobs } = await fresh()
    const sha256 = createHash('sha256').update(body).digest('hex')
    const signed = await uploads.sign({ ...cat, sha256, expiresAt: Date.now() + 60_000 })
    const { 'x-amz-checksum-sha256': checksum, ...headers } = signed.headers
    expect(checksum).toBe(Buffer.from(sha256, 'hex').toString('base64'))
    expect(await send({ ...signed, headers }, body)).toEqual({ isOk: false, status: 403 })
    expect(await blobs.stat(cat.key)).toBeUndefined()
  })

  it('end at their time', async () => {
    const anHourAgo = () => Date.now() - 3_600_000
    const { uploads, blobs } = await fresh(anHourAgo)
    const signed = await uploads.sign({ ...cat, expiresAt: anHourAgo() + 60_000 })
    expect(await send(signed, body)).toEqual({ isOk: false, status: 403 })
    expect(await blobs.stat(cat.key)).toBeUndefined()
  })

  it('live at most 15 minutes, whatever was asked, and none is signed for the past', async () => {
    const { uploads } = await fresh()
    const now = Date.now()
    const { expiresAt, url } = await uploads.sign({ ...cat, expiresAt: now + 86_400_000 })
    expect(expiresAt - now).toBeLessThanOrEqual(901_000)
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('900')
    await expect(uploads.sign({ ...cat, expiresAt: now - 1 })).rejects.toMatchObject({ code: 'gone' })
  })

  it('do not let a multi-part upload take a key that was taken meanwhile', async () => {
    const { uploads, blobs } = await fresh()
    const { session } = await uploads.begin(cat)
    const [part] = await uploads.signParts({ key: cat.key, session, numbers: [1], expiresAt: Date.now() + 60_000 })
    await send(part!, new TextEncoder().encode('late and longer'))
    await blobs.put(cat.key, body, { contentType: 'image/png' })
    const parts = await uploads.parts({ key: cat.key, session })
    const completed = uploads.complete({ key: cat.key, session, contentType: 'image/png', parts })
    await expect(completed).rejects.toMatchObject({ code: 'conflict' })
    expect(await blobs.read(cat.key)).toEqual(body)
  })
})
