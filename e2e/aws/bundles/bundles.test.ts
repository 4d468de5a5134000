import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { marshall } from '@aws-sdk/util-dynamodb'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleFunction } from '../../../infra/bundles.ts'
import { FUNCTIONS, type FunctionDefinition, type FunctionName } from '../../../infra/functions.ts'
import { imageRow } from '../../../src/aws/image-rows.ts'
import type { Image } from '../../../src/core/image.ts'
import { originalKey } from '../../../src/core/ports/blobs.ts'
import { imageOf } from '../../../src/core/ports/samples.contract.ts'
import { newResources } from '../functions/deployment.ts'
import { contextOf, restEvent } from '../functions/events.ts'

// Two bundles in this process, for what a server of Lambda's API does not show: answers that stream, and pictures that are made.
const ADA = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b'
const ROOT = join(import.meta.dirname, '../../..')
let studio: Awaited<ReturnType<typeof newResources>>
const folders: string[] = []

/**
 * What Lambda's Node runtime gives a handler that streams (Lambda developer guide, "Response streaming for Lambda functions"; the runtime's
 * own HttpResponseStream): the metadata as JSON and eight zeros go before the first piece of the body, and only if there is one.
 */
const awslambda = {
  streamifyResponse: <T>(handler: T): T => handler,
  HttpResponseStream: {
    from(stream: LambdaStream, metadata: unknown): LambdaStream {
      stream.contentType = 'application/vnd.awslambda.http-integration-response'
      stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)])
      return stream
    },
  },
}
/** Takes pieces no faster than it must, as a network does. */
class LambdaStream extends Writable {
  contentType = ''
  prelude: Buffer | undefined
  pieces: Buffer[] = []
  constructor() {
    super({ highWaterMark: 64 * 1024 })
  }
  override _write(piece: Buffer, _: string, done: () => void) {
    if (this.prelude) this.pieces.push(this.prelude)
    this.prelude = undefined
    this.pieces.push(Buffer.from(piece))
    setImmediate(done)
  }
}
type Streamed = { statusCode: number; headers: Record<string, string>; body: Buffer }
async function streamed(event: unknown): Promise<Streamed> {
  const stream = new LambdaStream()
  const ended = new Promise((resolve) => stream.on('finish', resolve))
  await (api as unknown as (event: unknown, stream: LambdaStream, context: object) => Promise<void>)(event, stream, {})
  await ended
  expect(stream.contentType).toBe('application/vnd.awslambda.http-integration-response')
  const all = Buffer.concat(stream.pieces)
  const end = all.indexOf(Buffer.alloc(8))
  return { ...JSON.parse(all.subarray(0, end).toString()), body: all.subarray(end + 8) }
}

type Handler = (event: unknown) => Promise<any>
let api: Handler
let deliver: Handler
async function load(name: FunctionName): Promise<Handler> {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const dir = mkdtempSync(join(ROOT, '.cache/function-'))
  folders.push(dir)
  await bundleFunction(name, dir)
  Object.assign(process.env, studio.envOf(name))
  const { handler = 'handler' }: FunctionDefinition = FUNCTIONS[name]
  return (await import(join(dir, 'index.mjs')))[handler]
}

/** A ready image of Ada's whose original is there, and none of its renditions. */
async function added(bytes: Uint8Array, more: Partial<Image>): Promise<Image> {
  const image = imageOf({ ownerId: ADA, byteLength: bytes.byteLength, ...more })
  const Key = originalKey(ADA, image.id)
  const { VersionId } = await studio.s3.send(new PutObjectCommand({ Bucket: studio.buckets.originals, Key, Body: bytes }))
  const Item = marshall(imageRow({ ...image, blobVersion: VersionId! }), { removeUndefinedValues: true })
  await studio.dynamo.send(new PutItemCommand({ TableName: 'genzo-test-ImageMetadata', Item }))
  return image
}

beforeAll(async () => {
  studio = await newResources({ GENZO_LOG_LEVEL: 'error' })
  Object.assign(globalThis, { awslambda })
  api = await load('api-stream')
  deliver = await load('deliver')
}, 120_000)
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true })
})

describe('the function that streams', () => {
  const get = (path: string) => streamed(restEvent({ path, authorizer: contextOf(ADA) }))

  it('hands out an original that is larger than Lambda’s other way of answering takes', async () => {
    const bytes = randomBytes(8 * 1024 ** 2)
    const { id } = await added(bytes, { title: 'harbour' })
    const { statusCode, headers, body } = await get(`/api/images/${id}/original`)
    expect([statusCode, headers['content-length']]).toEqual([200, String(bytes.length)])
    expect(headers['content-disposition']).toContain('attachment')
    expect(body.equals(bytes)).toBe(true)
  })
  it('answers a refusal as a problem document, and news as JSON', async () => {
    const gone = await get(`/api/images/${crypto.randomUUID()}/original`)
    expect([gone.statusCode, gone.headers['content-type'], JSON.parse(gone.body.toString()).code]).toEqual([
      404,
      'application/problem+json',
      'not_found',
    ])
    const news = await streamed(restEvent({ path: '/api/events', query: { after: 'now' }, authorizer: contextOf(ADA) }))
    expect([news.statusCode, JSON.parse(news.body.toString())]).toEqual([200, { items: [], cursor: 0 }])
  })
})

describe('the maker', () => {
  const get = (rawPath: string) =>
    deliver({ version: '2.0', rawPath, rawQueryString: '', headers: {}, requestContext: { http: { method: 'GET', path: rawPath } } })
  const photo = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#446688' } })
      .jpeg()
      .toBuffer()

  it('makes a picture that nobody asked for before, stores it under the very name, and answers the same from then on', async () => {
    const { id } = await added(await photo(900, 600), { width: 900, height: 600 })
    const path = `/renditions/${id}/v1/w320.webp`
    const made = await get(path)
    expect(made).toMatchObject({
      statusCode: 200,
      isBase64Encoded: true,
      headers: { 'content-type': 'image/webp', 'cache-control': 'public, max-age=31536000' },
    })
    const bytes = Buffer.from(made.body, 'base64')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 320 })
    const stored = await studio.s3.send(new GetObjectCommand({ Bucket: studio.buckets.renditions, Key: path.slice(1) }))
    expect(Buffer.from(await stored.Body!.transformToByteArray()).equals(bytes)).toBe(true)
    expect(stored.ContentType).toBe('image/webp')
    const again = await get(path)
    expect([again.headers.etag, again.body]).toEqual([made.headers.etag, made.body])
  })
  it('sends the viewer to the store for what is too large for an answer of Lambda', async () => {
    const { id } = await added(await photo(900, 600), { width: 900, height: 600 })
    const Key = `renditions/${id}/v1/w640.webp`
    const large = randomBytes(5 * 1024 ** 2)
    await studio.s3.send(new PutObjectCommand({ Bucket: studio.buckets.renditions, Key, Body: large, ContentType: 'image/webp' }))
    const { statusCode, headers } = await get(`/${Key}`)
    expect([statusCode, headers['cache-control']]).toEqual([302, 'no-store'])
    const answer = await fetch(headers.location)
    expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true)
  })
  it('gives the original from the store, to be saved and never shown in place', async () => {
    const bytes = await photo(300, 200)
    const { id } = await added(bytes, { title: '港の夕暮れ' })
    const { statusCode, headers } = await get(`/originals/${id}`)
    expect(statusCode).toBe(302)
    const answer = await fetch(headers.location)
    // MiniStack does not do as it is bid here; S3 does, and the signature covers what it is bid.
    const bid = new URL(headers.location).searchParams
    expect(bid.get('response-content-type')).toBe('application/octet-stream')
    expect(bid.get('response-content-disposition')).toContain('attachment;')
    expect(bid.get('response-content-disposition')).toContain("filename*=UTF-8''%E6%B8%AF")
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
  })
})
