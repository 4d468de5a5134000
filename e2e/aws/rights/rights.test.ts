import { PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FUNCTIONS, type FunctionName } from '../../../infra/functions.ts'
import { synthesized } from '../../../infra/testing.ts'
import { authorizerEvent, contextOf, restEvent, scheduleEvent, snsEvent } from '../functions/events.ts'
import type { Used } from './recorder.ts'
import { recordedStudio } from './studio.ts'

// What the functions ask of AWS, seen on the way, beside what the templates allow: the role of each must allow all that its function uses.
const ADA = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b'
const MIB = 1024 ** 2
let studio: Awaited<ReturnType<typeof recordedStudio>>

const photo = async (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()

/** A put by a signed URL has the rights of who signed it. */
const put = (signer: FunctionName, url: string, bytes: Uint8Array, headers: Record<string, string> = {}) =>
  studio.recorder.as(signer, async () => {
    const answer = await fetch(url, { method: 'PUT', body: bytes as BodyInit, headers })
    expect(answer.status).toBe(200)
    return (answer.headers.get('etag') ?? '').replaceAll('"', '')
  })

async function uploaded(bytes: Buffer, purpose: 'image' | 'mask' = 'image'): Promise<string> {
  const file = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: bytes.byteLength, purpose }
  const { imageId, uploadId, uploadUrl, headers } = await studio.ask('POST', '/api/uploads', { body: file })
  await put('api', uploadUrl, bytes, headers)
  return imageId ?? uploadId
}

/** Every row that is due some day is due now. */
async function allIsDue(): Promise<void> {
  for (const table of ['ImageMetadata', 'Generations', 'Studio']) {
    const TableName = `genzo-test-${table}`
    const { Items = [] } = await studio.dynamo.send(new ScanCommand({ TableName, FilterExpression: 'attribute_exists(dueAt)' }))
    for (const { imageId, generationId, pk, sk } of Items) {
      const Key = imageId ? { imageId } : pk ? { pk, sk: sk! } : { generationId: generationId! }
      const change = { UpdateExpression: 'set dueAt = :one', ExpressionAttributeValues: { ':one': { N: '1' } } }
      await studio.dynamo.send(new UpdateItemCommand({ TableName, Key, ...change }))
    }
  }
}

const maker = (rawPath: string) =>
  studio.call('deliver', {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method: 'GET', path: rawPath } },
  })

beforeAll(async () => {
  studio = await recordedStudio(ADA)
  const { ask, work, call } = studio
  const person = { pk: `person#${ADA}`, sk: '-', id: ADA, email: 'ada@example.com', role: 'user' }
  const Item = {
    ...Object.fromEntries(Object.entries(person).map(([name, S]) => [name, { S }])),
    isDisabled: { BOOL: false },
    createdAt: { N: '1' },
  }
  await studio.dynamo.send(new PutItemCommand({ TableName: 'genzo-test-Studio', Item }))

  // The first door, for a picture and for a mask.
  for (const purpose of ['image', 'mask']) {
    const bytes = await photo(300, 200, '#334455')
    const body = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: bytes.byteLength, purpose }
    const event = restEvent({ method: 'POST', path: '/generate-upload-url', body, authorizer: contextOf(ADA) })
    const { upload_url } = JSON.parse((await call('generate-upload-url', event)).body)
    await put('generate-upload-url', upload_url, bytes, { 'content-type': 'image/jpeg', 'if-none-match': '*' })
  }
  // Small, as a mask, and in parts; one that is begun and left.
  const [first, second] = [await uploaded(await photo(1400, 900, '#446688')), await uploaded(await photo(640, 480, '#884466'))]
  await uploaded(await photo(1400, 900, '#000'), 'mask')
  const large = new Uint8Array(17 * MIB)
  large.set(await photo(64, 64, '#fff'))
  const offer = await ask('POST', '/api/uploads', { body: { fileName: 'b.jpg', contentType: 'image/jpeg', byteLength: large.byteLength } })
  const numbers = [1, 2, 3]
  const signed = await ask('POST', `/api/uploads/${offer.uploadId}/parts`, { body: { numbers } })
  const parts = await Promise.all(
    signed.parts.map(async ({ number, uploadUrl }: { number: number; uploadUrl: string }) => {
      const bytes = large.subarray((number - 1) * offer.partSize, number * offer.partSize)
      return { number, etag: await put('api', uploadUrl, bytes) }
    }),
  )
  await ask('GET', `/api/uploads/${offer.uploadId}`)
  await ask('POST', `/api/uploads/${offer.uploadId}/complete`, { body: { parts } })
  await ask('POST', '/api/uploads', { body: { fileName: 'c.jpg', contentType: 'image/jpeg', byteLength: 18 * MIB } })
  await ask('POST', '/api/uploads', { body: { fileName: 'd.jpg', contentType: 'image/jpeg', byteLength: 100 } })
  await work('processing')
  expect(await ask('GET', `/api/images/${first}`)).toMatchObject({ state: 'ready' })

  // The library.
  await ask('PATCH', `/api/images/${first}`, { body: { title: 'Harbour', tags: ['sea'] } })
  for (const path of ['', `/${first}`, `/${first}/lineage`, `/${first}/activity`, `/${first}/links`, `/${first}/albums`])
    await ask('GET', `/api/images${path}`)
  await ask('GET', '/api/images', { query: { q: 'harbour' } })
  const album = await ask('POST', '/api/albums', { body: { title: 'Sea', imageIds: [first] } })
  await ask('POST', `/api/albums/${album.id}/images`, { body: { imageIds: [second] } })
  await ask('GET', `/api/albums/${album.id}/images`)
  await ask('PATCH', `/api/albums/${album.id}`, { body: { title: 'Lake' } })
  const link = await ask('POST', `/api/images/${first}/links`, { body: { transform: { w: 800 }, public: true } })
  await ask('POST', `/api/images/${second}/links`, { body: { transform: { w: 640 }, public: true } })
  await ask('DELETE', `/api/images/${first}`)
  await ask('POST', `/api/images/${first}/restore`)
  await ask('DELETE', `/api/links/${link.id}`)
  await ask('POST', `/api/images/${first}/process`).catch(() => {})
  // Its vector was made when it was processed: this function opens no pictures.
  expect((await ask('GET', `/api/images/${first}/similar`)).items.length).toBeGreaterThan(0)
  await ask('GET', `/api/usage`)
  await ask('GET', '/api/events', { query: { after: '0' } })
  await ask('GET', '/api/me')
  for (const path of [`/renditions/${first}/v1/w640.webp`, `/renditions/${first}/v1/w500-h300-cover.webp`, `/originals/${first}`])
    await maker(path)
  const { secret } = await ask('POST', '/api/keys', { body: { name: 'k', scopes: ['images:read'] } })
  await call('authorizer', authorizerEvent({ 'api-key': secret }))

  // Generations, one stopped before it begins.
  const wish = { task: 'text-to-image', model: 'stable-image-core', prompt: 'a red fox in snow', count: 1 }
  const made = await ask('POST', '/api/generations', { body: wish })
  await work('generation')
  await work('processing')
  expect(await ask('GET', `/api/generations/${made.id}`)).toMatchObject({ state: 'succeeded' })
  await ask('POST', `/api/generations/${(await ask('POST', '/api/generations', { body: wish })).id}/cancel`)
  await work('generation')

  // An archive, by the queue.
  const archive = await ask('POST', '/api/me/exports')
  await work('processing')
  const { url } = await ask('GET', `/api/me/exports/${archive.id}`)
  await call('api', restEvent({ path: new URL(url).pathname, query: Object.fromEntries(new URL(url).searchParams) }))

  // Operators.
  const admin = { role: 'admin', as: '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4aaa' } as const
  const grace = await ask('POST', '/api/admin/users', { ...admin, body: { email: 'grace@example.com', password: 'Aa1!Aa1!Aa1!Aa1!' } })
  for (const body of [{ isDisabled: true }, { isDisabled: false }, { role: 'admin' }, { role: 'user' }])
    await ask('PATCH', `/api/admin/users/${grace.id}`, { ...admin, body })
  await ask('POST', `/api/admin/users/${grace.id}/sign-out`, admin)
  await ask('PUT', `/api/admin/users/${grace.id}/limits`, { ...admin, body: { monthImages: 5 } })
  for (const path of ['users', 'queues', 'queues/processing/dead', 'queues/generation/dead', 'spend', 'audit', `users/${grace.id}/limits`])
    await ask('GET', `/api/admin/${path}`, admin)
  for (const queue of ['processing', 'generation']) await ask('POST', `/api/admin/queues/${queue}/redrive`, admin)
  await ask('DELETE', `/api/admin/users/${grace.id}`, admin)

  // The clock: trash whose days are over, uploads that never came, work whose message was lost.
  await ask('DELETE', `/api/images/${second}`)
  await ask('POST', '/api/generations', { body: wish })
  await allIsDue()
  await call('sweeper', scheduleEvent)
  expect(await call('sweeper', { task: 'upkeep' })).toEqual({ trashed: expect.any(Number), isIndexed: true })
  await call('s3-metrics', scheduleEvent)
  await work('generation')
  await work('processing')

  // News of a failure, to somebody with an address.
  const broken = await uploaded(Buffer.from('GIF89a and then nothing'))
  await work('processing')
  const state = await ask('GET', `/api/images/${broken}`)
  await call('notify', snsEvent({ kind: 'image.failed', ownerId: ADA, subjectId: broken })).catch(() => {})
  expect(state.state).not.toBe('ready')

  await ask('DELETE', '/api/me', { query: { confirm: 'erase everything' } })
}, 600_000)
afterAll(() => studio?.close())

const { data, engine, api, site, operations } = synthesized('dev', { mailFrom: 'studio@example.com' })
const all = [data, engine, api, site, operations].flatMap((template) => Object.values<any>(template.toJSON().Resources))
const statementsOf = (name: FunctionName): any[] =>
  all.find(({ Type, Properties }) => Type === 'AWS::IAM::Role' && Properties.Description?.startsWith(`Rights of genzo-dev-${name}:`))
    ?.Properties.Policies?.[0]?.PolicyDocument.Statement ?? []

/** What a statement's resource must name to be about a thing. */
function isAbout(on: string, resource: string): boolean {
  const [kind, name = ''] = on.split(':')
  switch (kind) {
    case 'table':
      return new RegExp(`Facts${name}[0-9A-F]{8}`).test(resource)
    case 'index':
      return isAbout(`table:${name}`, resource) && resource.includes('/index/*')
    case 'objects':
      return resource.includes(`/${name}/*`)
    case 'bucket':
      return new RegExp(`Bytes${name}`, 'i').test(resource) && !resource.includes('/*')
    case 'queue':
      return new RegExp(`${name.replace('-dlq', '')}${name.endsWith('-dlq') ? 'DeadLetters' : 'Queue'}`, 'i').test(resource)
    default:
      return true
  }
}
const allows = (statement: any, { action, on }: Used) =>
  [statement.Action].flat().includes(action) && isAbout(on, JSON.stringify(statement.Resource))

describe.each((Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => !['cognito-triggers', 'api-stream'].includes(name)))(
  '%s',
  (name) => {
    const used = () => studio.recorder.used().filter(({ by }) => by === name)

    it('may do all that it was seen to do', () => {
      expect(used().length).toBeGreaterThan(0)
      const refused = used().filter((right) => !statementsOf(name).some((statement) => allows(statement, right)))
      expect(refused.map(({ action, on }) => `${action} on ${on}`)).toEqual([])
    })
  },
)
