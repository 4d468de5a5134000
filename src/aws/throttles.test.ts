import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { imageOf, newId } from '#core/ports/samples.contract.ts'
import { awsBytes } from './bytes.ts'
import { awsFacts } from './facts.ts'
import { TABLES, type TableNames } from './tables.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A service that answers everything with one refusal, as the wire has it; `asked` counts the requests, the SDK's own retries included. */
async function refusing(status: number, body: string, contentType: string) {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume().on('end', () => response.writeHead(status, { 'content-type': contentType }).end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const access = { region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  const tables = Object.fromEntries(Object.keys(TABLES).map((name) => [name, name])) as TableNames
  const facts = awsFacts({ access, tables, now: Date.now, newId })
  const bytes = awsBytes({ access, buckets: { originals: 'o', renditions: 'r' }, makers: { makers: 1, waiting: 1 }, now: Date.now })
  return { ...facts, ...bytes, asked: () => asked }
}
const dynamo = (type: string, status = 400) =>
  refusing(status, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'x' }), 'application/x-amz-json-1.0')
const s3 = (code: string, status = 503) =>
  refusing(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`, 'application/xml')

describe('DynamoDB that is asked too often', () => {
  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'is `throttled` with when to ask again, after the SDK has tried again (%s)',
    async (type) => {
      const { images, asked } = await dynamo(type)
      await expect(images.find(newId())).rejects.toMatchObject({ code: 'throttled', details: { retryAfterSeconds: expect.any(Number) } })
      expect(asked()).toBeGreaterThan(1)
    },
  )
  it('is `throttled` also in the middle of a transaction', async () => {
    const { images } = await dynamo('ThrottlingException')
    await expect(images.insert(imageOf({ ownerId: newId() }))).rejects.toMatchObject({ code: 'throttled' })
  })
  it('is `unavailable` when it fails by itself', async () => {
    const { images } = await dynamo('InternalServerError', 500)
    await expect(images.find(newId())).rejects.toMatchObject({ code: 'unavailable', details: { service: 'dynamodb' } })
  })
})

describe('S3 that is asked too often', () => {
  const key = 'originals/o/i/upload'
  it.each([
    ['read', (blobs: Awaited<ReturnType<typeof s3>>['blobs']) => blobs.read(key)],
    ['look, which gets no body', (blobs: Awaited<ReturnType<typeof s3>>['blobs']) => blobs.stat(key)],
    ['put', (blobs: Awaited<ReturnType<typeof s3>>['blobs']) => blobs.put(key, new Uint8Array(3), { contentType: 'image/png' })],
    ['list', (blobs: Awaited<ReturnType<typeof s3>>['blobs']) => blobs.list('originals/o/', { limit: 10 })],
    ['purge', (blobs: Awaited<ReturnType<typeof s3>>['blobs']) => blobs.purge('originals/o/')],
  ])('is `throttled` on a %s that 503 SlowDown answers', async (_, call) => {
    const { blobs, asked } = await s3('SlowDown')
    await expect(call(blobs)).rejects.toMatchObject({ code: 'throttled' })
    expect(asked()).toBeGreaterThan(1)
  })
  it('is `unavailable` when it is down, also where the answer has no body to say so', async () => {
    await expect((await s3('ServiceUnavailable')).blobs.read(key)).rejects.toMatchObject({ code: 'unavailable' })
    await expect((await s3('InternalError', 500)).blobs.stat(key)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
