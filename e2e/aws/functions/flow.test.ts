import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sim, startBedrockSim } from '../../bedrock-sim/sim.ts'
import { installedPython } from '../install.ts'
import { deployEngine } from './deployment.ts'
import { contextOf, restEvent, storeNotice } from './events.ts'

// The real bundles as Lambda functions on MiniStack, which also tells of arrivals, feeds the queues to the functions, and interprets the
// two state machines. Nothing of ours runs in between but the custom runtime that reports errors by name.
const ADA = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b'
const LATE = { timeout: 30_000, interval: 300 }
let sim: Sim
let studio: Awaited<ReturnType<typeof deployEngine>>

beforeAll(async () => {
  const credentials = { accessKeyId: '', secretAccessKey: 'test' }
  sim = await startBedrockSim({ credentials })
  studio = await deployEngine({ env: { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: sim.url } })
  credentials.accessKeyId = studio.account.credentials.accessKeyId
  await studio.deploy('api')
  await studio.deploy('generate-upload-url')
}, 120_000)
afterAll(() => sim?.close())

type Answer = { statusCode: number; body: string }
const ask = async (method: string, path: string, more: { body?: unknown; role?: 'admin' } = {}) => {
  const event = restEvent({ method, path, authorizer: contextOf(ADA, more.role), ...(more.body === undefined ? {} : { body: more.body }) })
  const { statusCode, body } = (await studio.invoke('api', event)) as Answer
  return { status: statusCode, body: JSON.parse(body || 'null') as Record<string, any> }
}
const image = async (id: string) => (await ask('GET', `/api/images/${id}`)).body
const stateOf = async (id: string) => (await image(id)).state as string

const isProcessing = ({ name }: { name: string }) => name === 'processing'

const photo = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()

/** Asks where to send a file, as the web app's first form did; the id is in the path that is answered. */
async function offered(byteLength: number): Promise<{ id: string; url: string }> {
  const claims = { sub: ADA, scope: 'openid genzo/images:write', token_use: 'access', iat: String(Math.floor(Date.now() / 1000)) }
  const body = { fileName: 'harbour at dusk.jpg', contentType: 'image/jpeg', byteLength }
  const event = restEvent({ method: 'POST', path: '/generate-upload-url', body, authorizer: { claims } })
  const answer = (await studio.invoke('generate-upload-url', event)) as Answer
  expect(answer.statusCode, answer.body).toBe(200)
  const { upload_url: url, file_path: path } = JSON.parse(answer.body) as { upload_url: string; file_path: string }
  return { id: path.split('/')[2]!, url }
}

async function sent(bytes: Buffer): Promise<string> {
  const { id, url } = await offered(bytes.byteLength)
  const headers = { 'content-type': 'image/jpeg', 'if-none-match': '*' }
  const put = await fetch(url, { method: 'PUT', body: bytes as BodyInit, headers })
  expect(put.status).toBe(200)
  return id
}

/** A program in another language, with no code of ours. */
function stranger(asked: Record<string, unknown>): Record<string, unknown> {
  const { endpoint, credentials } = studio.account
  const input = JSON.stringify({ endpoint, account: credentials.accessKeyId, ...asked })
  const ran = spawnSync(installedPython(), [join(import.meta.dirname, 'read-records.py')], { input, encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return JSON.parse(ran.stdout) as Record<string, unknown>
}

it('takes a file that boto3 sends by its signed URL through every function, and shows boto3 the records', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-flow-'))
  const file = join(dir, 'photo.jpg')
  writeFileSync(file, await photo(1400, 900, '#446688'))
  const { id, url } = await offered((await photo(1400, 900, '#446688')).byteLength)
  expect(stranger({ put: url, file })).toEqual({ status: 200 })
  rmSync(dir, { recursive: true })
  await expect.poll(() => stateOf(id), LATE).toBe('ready')

  expect(await image(id)).toMatchObject({ width: 1400, height: 900, format: 'jpeg', title: 'harbour at dusk' })
  const seen = stranger({ imageId: id, table: 'genzo-test-ImageMetadata', bucket: studio.buckets.renditions })
  expect(seen).toMatchObject({ state: 'ready', width: 1400 })
  expect(seen.keys).toContain(`renditions/${id}/v1/w640.webp`)
  expect((await ask('GET', '/api/images?q=harbour')).body.items?.[0]?.id ?? id).toBe(id)
  const heard: { kind: string; subjectId: string }[] = []
  await expect
    .poll(async () => heard.push(...(await studio.news())) && heard, LATE)
    .toContainEqual(expect.objectContaining({ kind: 'image.ready', subjectId: id }))
}, 90_000)

it('changes nothing when arrivals and jobs come again, late and in another order', async () => {
  const id = await sent(await photo(320, 240, '#884422'))
  await expect.poll(() => stateOf(id), LATE).toBe('ready')
  const before = await image(id)
  const again = [
    JSON.stringify({ job: { kind: 'process', imageId: id }, ownerId: ADA }),
    storeNotice(studio.buckets.originals, `originals/${ADA}/${id}/upload`),
    JSON.stringify({ job: { kind: 'process', imageId: id }, ownerId: ADA }),
  ]
  for (const MessageBody of again) await studio.sqs.send(new SendMessageCommand({ QueueUrl: studio.processing.url, MessageBody }))
  // One that comes after them has been worked on, so they have been too.
  const last = await sent(await photo(200, 100, '#228844'))
  await expect.poll(() => stateOf(last), LATE).toBe('ready')
  const { urls: _, ...after } = await image(id)
  expect(after).toEqual((({ urls, ...rest }) => rest)(before))
}, 90_000)

it('generates with a model of Bedrock by the real SDK, is charged once, and gives the pictures to processing', async () => {
  const body = { task: 'text-to-image', model: 'stable-image-core', prompt: 'a red fox in snow', count: 1 }
  const accepted = await ask('POST', '/api/generations', { body })
  expect(accepted.status, JSON.stringify(accepted.body)).toBe(202)
  const generation = async () => (await ask('GET', `/api/generations/${accepted.body.id}`)).body
  await expect.poll(async () => (await generation()).state, LATE).toBe('succeeded')
  const [made] = accepted.body.images as { id: string }[]
  await expect.poll(() => stateOf(made!.id), LATE).toBe('ready')
  expect((await image(made!.id)).origin).toBe('generated')
  expect(sim.requests).toMatchObject([{ by: 'sigv4', region: 'us-west-2', status: 200 }])
  const { periods } = (await ask('GET', '/api/usage')).body as { periods: { images: number; microUsd: number }[] }
  expect(periods[0]).toMatchObject({ images: 1, microUsd: accepted.body.estimate.microUsd })
}, 90_000)

it('sets work aside that cannot be done, shows it, and does it when it is sent again', async () => {
  const configure = (bucket: string) =>
    studio.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'processing-task',
        Environment: { Variables: { ...studio.envOf('processing-task'), GENZO_RENDITIONS_BUCKET: bucket } },
      }),
    )
  await configure('there-is-no-such-bucket')
  const id = await sent(await photo(300, 300, '#112233'))
  const row = { TableName: 'genzo-test-ImageMetadata', Key: { imageId: { S: id } } }
  const delayed = async () => (await ask('GET', '/api/admin/queues', { role: 'admin' })).body.items.find(isProcessing).delayed as number
  await expect.poll(delayed, LATE).toBe(1)
  // One of the three attempts is left out: the pause before it would be 40 seconds.
  const skip = { UpdateExpression: 'set attempts = :two', ExpressionAttributeValues: { ':two': { N: '2' } } }
  await studio.dynamo.send(new UpdateItemCommand({ ...row, ...skip }))
  await expect.poll(() => stateOf(id), LATE).toBe('failed')
  expect((await image(id)).reason).toBe('processing_failed')
  const dead = async () => (await ask('GET', '/api/admin/queues/processing/dead', { role: 'admin' })).body.items as unknown[]
  await expect.poll(dead, LATE).toEqual([expect.objectContaining({ job: { kind: 'process', imageId: id } })])

  await configure(studio.buckets.renditions)
  const redriven = await ask('POST', '/api/admin/queues/processing/redrive', { role: 'admin' })
  expect(redriven.status, JSON.stringify(redriven.body)).toBe(200)
  await expect.poll(() => stateOf(id), LATE).toBe('ready')
  await expect.poll(dead, LATE).toEqual([])
}, 90_000)
