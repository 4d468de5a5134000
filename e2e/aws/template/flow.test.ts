import { execFile as execFileWithCallback } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetQueueAttributesCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalOf } from '../../../src/core/canonical.ts'
import { type Sim, startBedrockSim } from '../../bedrock-sim/sim.ts'
import { storeNotice } from '../functions/events.ts'
import { installedPython } from '../install.ts'
import { refusing, SLOW_DOWN, THROTTLED_TABLES } from './refusing.ts'
import { codeFrom, exchanged, pkce } from './sign-in.ts'
import { deployStudio, type Person } from './studio.ts'

// The synthesized templates, deployed by CloudFormation on a server that holds to every role and policy in them; the real bundles as their
// functions. People come in by the login pages and the gateway, as a browser does. From the PUT on everything is run by that server.
const LATE = { timeout: 60_000, interval: 300 }
const [ORIGINALS, RENDITIONS] = ['originals', 'renditions'].map((name) => `genzo-dev-${name}-000000000000-us-east-1`) as [string, string]
let sim: Sim
let studio: Awaited<ReturnType<typeof deployStudio>>
let ada: Person
let operator: Person

beforeAll(async () => {
  const credentials = { accessKeyId: '', secretAccessKey: '', sessionToken: '' }
  sim = await startBedrockSim({ credentials })
  studio = await deployStudio({ identity: { isSignUpOpen: true }, variables: { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: sim.url } })
  // The simulator checks the signature of the one role that may call models.
  Object.assign(credentials, await studio.sessionOf('generation-task'))
  ada = await studio.newPerson('ada@example.com')
  operator = await studio.newPerson('operator@example.com', ['admin'])
}, 300_000)
afterAll(() => sim?.close())

const image = async (id: string) => (await ada.ask('GET', `/api/images/${id}`)).body
const stateOf = async (id: string) => (await image(id)).state as string
const isProcessing = ({ name }: { name: string }) => name === 'processing'
const photo = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()

/** Asks where to send a file, as the web app's first form did; the id is in the path that is answered. */
async function offered(byteLength: number): Promise<{ id: string; url: string }> {
  const { status, body } = await ada.ask('POST', '/generate-upload-url', {
    ...{ fileName: 'harbour at dusk.jpg', contentType: 'image/jpeg', byteLength },
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return { id: body.file_path.split('/')[2], url: body.upload_url }
}
const put = (url: string, bytes: Buffer, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body: bytes as BodyInit, headers: { 'content-type': 'image/jpeg', 'if-none-match': '*', ...headers } })

async function sent(bytes: Buffer): Promise<string> {
  const { id, url } = await offered(bytes.byteLength)
  expect((await put(url, bytes)).status).toBe(200)
  return id
}

/** A program in another language, with no code of ours. Not waited for in one stroke: connections that end meanwhile must be seen to. */
async function stranger(asked: Record<string, unknown>): Promise<Record<string, unknown>> {
  const program = execFile(installedPython(), [join(import.meta.dirname, 'read-records.py')])
  program.child.stdin!.end(JSON.stringify({ endpoint: studio.access.endpoint, account: 'test', ...asked }))
  return JSON.parse((await program).stdout) as Record<string, unknown>
}
const execFile = promisify(execFileWithCallback)
const delayed = async () => (await operator.ask('GET', '/api/admin/queues')).body.items.find(isProcessing).delayed as number

describe('signing in by the managed login', () => {
  it('gives a token that says who it is, with the claims that our trigger adds', async () => {
    const claims = JSON.parse(Buffer.from(ada.token.split('.')[1]!, 'base64url').toString())
    expect(claims).toMatchObject({ token_use: 'access', owner: ada.id, sub: ada.id, email: ada.email })
    expect((await ada.ask('GET', '/api/me')).body).toMatchObject({ id: ada.id, role: 'user', email: ada.email })
    expect((await operator.ask('GET', '/api/me')).body.role).toBe('admin')
  })
  it('gives nobody a token without the secret that the code was asked with, nor twice for one code', async () => {
    const { verifier, challenge } = pkce()
    const code = await codeFrom(studio.login, ada, challenge)
    const refused = { status: 400, body: { error: 'invalid_grant' } }
    expect(await exchanged(studio.login, code, '')).toMatchObject(refused)
    expect(await exchanged(studio.login, code, pkce().verifier)).toMatchObject(refused)
    expect((await exchanged(studio.login, code, verifier)).status).toBe(200)
    expect(await exchanged(studio.login, code, verifier)).toMatchObject(refused)
  })
  it('lets in neither a wrong password nor a page that the template does not name', async () => {
    const { challenge } = pkce()
    await expect(codeFrom(studio.login, { ...ada, password: 'guess' }, challenge)).rejects.toThrow('Incorrect username or password')
    const elsewhere = { ...studio.login, redirectUri: 'https://evil.example/signed-in' }
    await expect(codeFrom(elsewhere, ada, challenge)).rejects.toThrow('redirect_uri is not allowed')
  })
  it('is needed for everything but what is public', async () => {
    for (const token of [undefined, 'nonsense', `${ada.token.slice(0, -4)}AAAA`]) {
      expect((await studio.ask(token, 'GET', '/api/images')).status).toBe(401)
      expect((await studio.ask(token, 'POST', '/generate-upload-url', {})).status).toBe(401)
    }
    expect((await studio.ask(undefined, 'GET', '/health')).status).toBe(200)
    expect((await ada.ask('GET', '/api/admin/queues')).status).toBe(403)
  })
})

it('takes a file that boto3 sends by its signed URL through every function, and shows boto3 the records', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'genzo-flow-'))
  const file = join(dir, 'photo.jpg')
  const bytes = await photo(1400, 900, '#446688')
  writeFileSync(file, bytes)
  const { id, url } = await offered(bytes.byteLength)
  expect(await stranger({ put: url, file })).toEqual({ status: 200 })
  rmSync(dir, { recursive: true })
  await expect.poll(() => stateOf(id), LATE).toBe('ready')

  expect(await image(id)).toMatchObject({ width: 1400, height: 900, format: 'jpeg', title: 'harbour at dusk' })
  const seen = await stranger({ imageId: id, table: 'genzo-dev-ImageMetadata', bucket: RENDITIONS })
  expect(seen).toMatchObject({ state: 'ready', width: 1400 })
  expect(seen.keys).toContain(`renditions/${id}/v1/w640.webp`)
  expect((await ada.ask('GET', '/api/images?q=harbour')).body.items).toMatchObject([{ id }])
  await expect.poll(studio.news, LATE).toContainEqual(expect.objectContaining({ kind: 'image.ready', subjectId: id }))
}, 120_000)

it('changes nothing when arrivals and jobs come again, late and in another order', async () => {
  const id = await sent(await photo(320, 240, '#884422'))
  await expect.poll(() => stateOf(id), LATE).toBe('ready')
  const before = await image(id)
  const job = JSON.stringify({ job: { kind: 'process', imageId: id }, ownerId: ada.id })
  const sqs = new SQSClient(studio.access)
  for (const MessageBody of [job, storeNotice(ORIGINALS, `originals/${ada.id}/${id}/upload`), job])
    await sqs.send(new SendMessageCommand({ QueueUrl: studio.queues.processing, MessageBody }))
  // One that comes after them has been worked on, so they have been too.
  const last = await sent(await photo(200, 100, '#228844'))
  await expect.poll(() => stateOf(last), LATE).toBe('ready')
  // Telling of it is noted after it is ready, which raises the revision once.
  const lasting = ({ urls: _, revision: __, ...rest }: Record<string, any>) => rest
  expect(lasting(await image(id))).toEqual(lasting(before))
}, 120_000)

it('works once on what is delivered again while it is worked on', async () => {
  const bytes = await photo(1600, 1200, '#225577')
  const { id, url } = await offered(bytes.byteLength)
  const sqs = new SQSClient(studio.access)
  const job = JSON.stringify({ job: { kind: 'process', imageId: id }, ownerId: ada.id })
  expect((await put(url, bytes)).status).toBe(200)
  await expect.poll(() => stateOf(id), LATE).not.toBe('pending')
  for (const MessageBody of [job, storeNotice(ORIGINALS, `originals/${ada.id}/${id}/upload`), job])
    await sqs.send(new SendMessageCommand({ QueueUrl: studio.queues.processing, MessageBody }))
  await expect.poll(() => stateOf(id), LATE).toBe('ready')
  const last = await sent(await photo(210, 100, '#228844'))
  await expect.poll(() => stateOf(last), LATE).toBe('ready')
  expect(await image(id)).toMatchObject({ state: 'ready', width: 1600 })
  const s3 = new S3Client({ ...studio.access, forcePathStyle: true })
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: RENDITIONS, Prefix: `renditions/${id}/` }))
  expect(new Set(Versions.map(({ Key }) => Key)).size).toBe(Versions.length)
}, 120_000)

it('makes a picture that nobody asked for before, keeps it, and leads to the original', async () => {
  const bytes = await photo(800, 600, '#775522')
  const id = await sent(bytes)
  await expect.poll(() => stateOf(id), LATE).toBe('ready')
  const get = (rawPath: string) =>
    studio.invoke('deliver', {
      ...{ version: '2.0', rawPath, rawQueryString: '', headers: {} },
      requestContext: { http: { method: 'GET', path: rawPath } },
    })
  const asked = `/renditions/${id}/${canonicalOf({ w: 333 }, 'webp')}`
  const made = await get(asked)
  expect(made, made.body).toMatchObject({ statusCode: 200, headers: { 'content-type': 'image/webp' }, isBase64Encoded: true })
  expect(await sharp(Buffer.from(made.body, 'base64')).metadata()).toMatchObject({ format: 'webp', width: 333 })
  expect((await get(asked)).headers.etag).toBe(made.headers.etag)
  const original = await get(`/originals/${id}`)
  expect(original.statusCode).toBe(302)
  expect(Buffer.from(await (await fetch(original.headers.location)).arrayBuffer()).equals(bytes)).toBe(true)
}, 120_000)

it('generates with a model of Bedrock by the real SDK, is charged once, and gives the pictures to processing', async () => {
  const body = { task: 'text-to-image', model: 'stable-image-core', prompt: 'a red fox in snow', count: 1 }
  const accepted = await ada.ask('POST', '/api/generations', body)
  expect(accepted.status, JSON.stringify(accepted.body)).toBe(202)
  const generation = async () => (await ada.ask('GET', `/api/generations/${accepted.body.id}`)).body
  await expect.poll(async () => (await generation()).state, LATE).toBe('succeeded')
  const [made] = accepted.body.images as { id: string }[]
  await expect.poll(() => stateOf(made!.id), LATE).toBe('ready')
  expect((await image(made!.id)).origin).toBe('generated')
  expect(sim.requests).toMatchObject([{ by: 'sigv4', region: 'us-west-2', status: 200 }])
  const { periods } = (await ada.ask('GET', '/api/usage')).body as { periods: { images: number; microUsd: number }[] }
  expect(periods[0]).toMatchObject({ images: 1, microUsd: accepted.body.estimate.microUsd })
}, 120_000)

describe('work that cannot be done', () => {
  const dead = async () => (await operator.ask('GET', '/api/admin/queues/processing/dead')).body.items as Record<string, any>[]

  it('is set aside, shown to its owner, and done when an operator sends it again', async () => {
    await expect.poll(delayed, LATE).toBe(0)
    const { GENZO_RENDITIONS_BUCKET: bucket } = await studio.reconfigure('processing-task', { GENZO_RENDITIONS_BUCKET: 'no-such-bucket' })
    const id = await sent(await photo(300, 300, '#112233'))
    const row = { TableName: 'genzo-dev-ImageMetadata', Key: { imageId: { S: id } } }
    await expect.poll(delayed, LATE).toBe(1)
    // One of the three attempts is left out: the pause before it would be 40 seconds.
    const skip = { UpdateExpression: 'set attempts = :two', ExpressionAttributeValues: { ':two': { N: '2' } } }
    await new DynamoDBClient(studio.access).send(new UpdateItemCommand({ ...row, ...skip }))
    await expect.poll(() => stateOf(id), LATE).toBe('failed')
    expect((await image(id)).reason).toBe('processing_failed')
    await expect.poll(dead, LATE).toEqual([expect.objectContaining({ job: { kind: 'process', imageId: id } })])

    await studio.reconfigure('processing-task', { GENZO_RENDITIONS_BUCKET: bucket! })
    const redriven = await operator.ask('POST', '/api/admin/queues/processing/redrive')
    expect(redriven.status, JSON.stringify(redriven.body)).toBe(200)
    await expect.poll(() => stateOf(id), LATE).toBe('ready')
    await expect.poll(dead, LATE).toEqual([])
  }, 150_000)

  it('goes to the dead letters by the queue’s own rule when it is no work at all', async () => {
    const sqs = new SQSClient(studio.access)
    const QueueUrl = studio.queues.processing
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }))
    // It would hide for half an hour between two of its ten receptions.
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '0' } }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no job' }))
    const aside = async () => (await operator.ask('GET', '/api/admin/queues')).body.items.find(isProcessing).dead as number
    await expect.poll(aside, LATE).toBe(1)
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
  }, 120_000)
})

describe('services that are asked too often', () => {
  it('are told of as such, with when to ask again', async () => {
    const tables = await refusing(...THROTTLED_TABLES)
    await studio.reconfigure('generate-upload-url', { AWS_ENDPOINT_URL_DYNAMODB: tables.url })
    const file = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 }
    const answer = await ada.ask('POST', '/generate-upload-url', file)
    expect([answer.status, answer.body.code]).toEqual([429, 'throttled'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await studio.reconfigure('generate-upload-url', { AWS_ENDPOINT_URL_DYNAMODB: studio.access.endpoint })
    expect((await ada.ask('POST', '/generate-upload-url', file)).status).toBe(200)
    tables.close()
  }, 60_000)

  it('cost an image that waits for them no attempt', async () => {
    const [store, dynamo] = [await refusing(...SLOW_DOWN), new DynamoDBClient(studio.access)]
    await studio.reconfigure('processing-task', { AWS_ENDPOINT_URL_S3: store.url })
    const id = await sent(await photo(310, 300, '#332211'))
    await expect.poll(store.asked, LATE).toBeGreaterThan(0)
    // Counted while it is tried, and given back when it turns out to be a wait.
    const Key = { imageId: { S: id } }
    const row = async () => (await dynamo.send(new GetItemCommand({ TableName: 'genzo-dev-ImageMetadata', Key }))).Item
    await expect.poll(async () => [(await row())?.state?.S, (await row())?.attempts?.N], LATE).toEqual(['processing', '0'])
    await studio.reconfigure('processing-task', { AWS_ENDPOINT_URL_S3: studio.access.endpoint })
    store.close()
    await expect.poll(() => stateOf(id), LATE).toBe('ready')
  }, 180_000)
})

describe('what the templates forbid', () => {
  it('is refused to a role, though another has it', async () => {
    const dynamo = new DynamoDBClient({ ...studio.access, credentials: await studio.sessionOf('authorizer') })
    const write = new UpdateItemCommand({ TableName: 'genzo-dev-ImageMetadata', Key: { imageId: { S: 'x' } } })
    await expect(dynamo.send(write)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const sender = new SQSClient({ ...studio.access, credentials: await studio.sessionOf('generate-upload-url') })
    const send = new SendMessageCommand({ QueueUrl: studio.queues.processing, MessageBody: 'x' })
    await expect(sender.send(send)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
  it('is refused to everybody without TLS', async () => {
    const bytes = await photo(20, 20, '#ffffff')
    const { url } = await offered(bytes.byteLength)
    expect((await put(url, bytes, { 'x-forwarded-proto': 'http' })).status).toBe(403)
    expect((await put(url, bytes)).status).toBe(200)
  })
})

it('takes no upload from somebody whom an operator has removed', async () => {
  const eve = await studio.newPerson('eve@example.com')
  const file = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 }
  const disabled = await operator.ask('PATCH', `/api/admin/users/${eve.id}`, { isDisabled: true })
  expect(disabled.status, JSON.stringify(disabled.body)).toBe(200)
  expect((await eve.ask('POST', '/generate-upload-url', file)).status).toBe(401)
  expect((await eve.ask('GET', '/api/images')).status).toBe(401)
  await expect(codeFrom(studio.login, eve, pkce().challenge)).rejects.toThrow('disabled')
}, 60_000)
