import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployEngine } from './deployment.ts'
import {
  authorizerEvent,
  cognitoEvent,
  contextOf,
  restEvent,
  STORE_TEST,
  scheduleEvent,
  snsEvent,
  sqsRecord,
  storeNotice,
} from './events.ts'

// Every function as its bundle, invoked on MiniStack with events as AWS documents them.
const ADA = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b'
let studio: Awaited<ReturnType<typeof deployEngine>>
let issuer: Awaited<ReturnType<typeof newIssuer>>

/** An OpenID issuer on loopback that signs whatever it is asked to. */
async function newIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`
    const isKeys = request.url?.endsWith('/keys')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/keys` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const token = (claims: Record<string, unknown>, audience = 'studio') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(url)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
  return { url, token, close: () => server.close() }
}

beforeAll(async () => {
  issuer = await newIssuer()
  const GENZO_ISSUERS = JSON.stringify([{ issuer: issuer.url, audiences: ['studio'] }])
  studio = await deployEngine({ GENZO_ISSUERS, GENZO_ALLOWED_EMAIL_DOMAINS: 'example.com', GENZO_MAIL_FROM: 'studio@example.com' })
  const byEvent = ['deliver', 's3-metrics', 'sweeper', 'notify', 'cognito-triggers'] as const
  for (const name of ['api', 'authorizer', 'generate-upload-url', ...byEvent] as const) await studio.deploy(name)
}, 180_000)
afterAll(() => issuer?.close())

type Answer = { statusCode: number; headers: Record<string, string>; multiValueHeaders?: Record<string, string[]>; body: string }
const ask = async (name: 'api' | 'generate-upload-url', event: unknown) => (await studio.invoke(name, event)) as Answer
const problem = ({ body }: Answer) => (JSON.parse(body) as { code: string }).code

describe('api', () => {
  it('answers a proxy event as the person whom the authorizer found', async () => {
    const answer = await ask('api', restEvent({ path: '/api/images', query: { limit: '10' }, authorizer: contextOf(ADA) }))
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false })
    expect(JSON.parse(answer.body)).toEqual({ items: [] })
  })
  it('reads queries in any writing, names of headers in any case, and bodies in base64', async () => {
    const made = restEvent({ method: 'POST', path: '/api/albums', body: { title: '京都' }, authorizer: contextOf(ADA) })
    const encoded = { ...made, body: Buffer.from(made.body!).toString('base64'), isBase64Encoded: true }
    expect(JSON.parse((await ask('api', encoded)).body)).toMatchObject({ title: '京都' })
    const found = restEvent({ path: '/api/images', query: { q: '山 & 海+空', limit: '10' }, authorizer: contextOf(ADA) })
    expect(JSON.parse((await ask('api', found)).body)).toEqual({ items: [] })
    const token = await issuer.token({ sub: ADA, scope: 'images:read' })
    expect((await ask('api', restEvent({ path: '/api/me', headers: { AUTHORIZATION: `bearer ${token}` } }))).statusCode).toBe(200)
  })
  it('takes an event without headers, queries and a body, as the console sends to try a function', async () => {
    const event = { ...restEvent({ path: '/health' }), headers: null, multiValueHeaders: null }
    expect((await ask('api', event)).statusCode).toBe(200)
  })
  it('answers a refusal as a problem document', async () => {
    const answer = await ask('api', restEvent({ path: '/api/images/none', authorizer: contextOf(ADA) }))
    expect([answer.statusCode, answer.multiValueHeaders?.['content-type']]).toEqual([404, ['application/problem+json']])
  })
  it('looks at the credential itself where no authorizer did', async () => {
    const event = (token: string) => restEvent({ path: '/api/me', headers: { Authorization: `Bearer ${token}` } })
    expect((await ask('api', event('nonsense'))).statusCode).toBe(401)
    expect((await ask('api', event(await issuer.token({ sub: ADA, scope: 'images:read' })))).statusCode).toBe(200)
  })
  it('tells everybody how to sign in, without a credential', async () => {
    const site = JSON.parse((await ask('api', restEvent({ path: '/api/site' }))).body)
    expect(site).toMatchObject({ clientId: 'web', issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Test' })
    expect(site.scope).toContain('genzo/images:read')
  })
})

describe('authorizer', () => {
  const authorize = (headers: Record<string, string>) => studio.invoke('authorizer', authorizerEvent(headers))
  it('lets a token of a trusted issuer through to the whole stage, with who it is', async () => {
    const token = await issuer.token({ sub: ADA, scope: 'images:read generate', groups: ['admin'], email: 'ada@example.com' })
    expect(await authorize({ authorization: `Bearer ${token}` })).toMatchObject({
      principalId: ADA,
      policyDocument: { Statement: [{ Effect: 'Allow', Resource: 'arn:aws:execute-api:us-east-1:123456789012:abc123/live/*' }] },
      context: { ownerId: ADA, role: 'admin', scopes: 'images:read generate', via: 'jwt', email: 'ada@example.com' },
    })
  })
  it('knows an API key, and one that was revoked', async () => {
    const made = await ask(
      'api',
      restEvent({ method: 'POST', path: '/api/keys', body: { name: 'k', scopes: ['images:read'] }, authorizer: contextOf(ADA) }),
    )
    const { key, secret } = JSON.parse(made.body) as { key: { id: string }; secret: string }
    expect(await authorize({ 'api-key': secret })).toMatchObject({
      context: { ownerId: ADA, via: 'key', keyId: key.id, scopes: 'images:read' },
    })
    await ask('api', restEvent({ method: 'DELETE', path: `/api/keys/${key.id}`, authorizer: contextOf(ADA) }))
    await expect(authorize({ 'api-key': secret })).rejects.toThrow('Unauthorized')
  })
  it.each([
    ['no credential', async () => ({})],
    ['a token for somebody else', async () => ({ authorization: `Bearer ${await issuer.token({ sub: ADA }, 'another')}` })],
    ['a malformed header', async () => ({ authorization: 'Basic YTpi' })],
  ])('answers Unauthorized to %s', async (_, headers) => {
    await expect(authorize(await headers())).rejects.toThrow('Unauthorized')
  })
})

describe('generate-upload-url', () => {
  const body = { fileName: 'a.jpg', contentType: 'image/jpeg', byteLength: 5 }
  const claimsOf = (more: Record<string, unknown> = {}) => ({
    sub: ADA,
    scope: 'genzo/images:write',
    iat: String(Math.floor(Date.now() / 1000)),
    ...more,
  })
  const post = (authorizer: Record<string, unknown> | null, sent: unknown = body) =>
    ask('generate-upload-url', restEvent({ method: 'POST', path: '/generate-upload-url', body: sent, authorizer }))

  it.each([
    ['no authorizer', null, body, 401, 'unauthenticated'],
    ['a token without the scope', { claims: claimsOf({ scope: 'genzo/images:read' }) }, body, 403, 'forbidden'],
    ['a body that is not one', contextOf(ADA), { fileName: 'a.jpg' }, 400, 'invalid_input'],
    ['a type that is no picture', contextOf(ADA), { ...body, contentType: 'text/html' }, 415, 'unsupported_type'],
    ['more than one URL takes', contextOf(ADA), { ...body, byteLength: 17 * 1024 ** 2 }, 413, 'too_large'],
  ])('refuses %s', async (_, authorizer, sent, status, code) => {
    const answer = await post(authorizer, sent)
    expect([answer.statusCode, problem(answer)]).toEqual([status, code])
  })
  it('refuses a token of before its bearer was signed out', async () => {
    const eve = '0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4aaa'
    const Item = { pk: { S: `person#${eve}` }, sk: { S: '-' }, id: { S: eve }, isDisabled: { BOOL: true }, createdAt: { N: '1' } }
    await studio.dynamo.send(new PutItemCommand({ TableName: 'genzo-test-Studio', Item }))
    const answer = await post({ claims: claimsOf({ sub: eve }) })
    expect([answer.statusCode, problem(answer)]).toEqual([401, 'unauthenticated'])
  })
  it('signs an address that takes exactly what was said: not a longer file, nor another type, nor a changed address', async () => {
    const { upload_url: url } = JSON.parse((await post(contextOf(ADA))).body) as { upload_url: string }
    const put = async (to: string, bytes: string, type = 'image/jpeg') =>
      (await fetch(to, { method: 'PUT', body: bytes, headers: { 'content-type': type, 'if-none-match': '*' } })).status
    expect(await put(url, 'too long')).toBe(403)
    expect(await put(url, 'right', 'text/html')).toBe(403)
    expect(await put(url.replace('X-Amz-Expires=', 'X-Amz-Expires=9'), 'right')).toBeGreaterThanOrEqual(400)
    expect(await put(url, 'right')).toBe(200)
  })
})

describe('image-processor', () => {
  const run = (...records: unknown[]) => studio.invoke('image-processor', { Records: records })
  it('names the messages that it could not take, and only them', async () => {
    const [good, poison, other] = [sqsRecord(STORE_TEST), sqsRecord('{"what":1}'), sqsRecord('not json')]
    expect(await run(good, poison, other)).toEqual({
      batchItemFailures: [{ itemIdentifier: poison.messageId }, { itemIdentifier: other.messageId }],
    })
  })
  it.each([
    ['a key with a space as a plus', `originals/${ADA}/my+file/upload`],
    ['a key with a percent that encodes nothing', `originals/${ADA}/100%/upload`],
    ['a key in percent encoding', `originals/${ADA}/%E5%B1%B1/upload`],
    ['a key with a plus in percent encoding', `originals/${ADA}/my%2Bfile/upload`],
    ['a key with a space in percent encoding', `originals/${ADA}/my%20file/upload`],
    ['a key in somebody’s own folder', `inbox/${ADA}/%F0%9F%8F%94/upload`],
    ['a key that leads elsewhere', `originals/${ADA}/..%2F..%2Fsecret/upload`],
    ['a key of nothing that was promised', `originals/${ADA}/0193a1b2-c3d4-4e5f-8a9b-ffffffffffff/upload`],
  ])('passes over %s', async (_, key) => {
    expect(await run(sqsRecord(storeNotice(studio.buckets.originals, key)))).toEqual({ batchItemFailures: [] })
  })
  it('passes over removals, several news in one message, and the same message twice in a batch', async () => {
    const removed = storeNotice(studio.buckets.originals, `originals/${ADA}/x/upload`, 'ObjectRemoved:DeleteMarkerCreated')
    const [one, other] = ['a', 'b'].map(
      (id) => JSON.parse(storeNotice(studio.buckets.originals, `originals/${ADA}/${id}/upload`)).Records[0],
    )
    const twice = sqsRecord(JSON.stringify({ Records: [one, other] }), { ApproximateReceiveCount: '2' })
    expect(await run(sqsRecord(removed), twice, twice)).toEqual({ batchItemFailures: [] })
  })
  it('is done with a job whose image is gone', async () => {
    const body = JSON.stringify({ job: { kind: 'process', imageId: '0193a1b2-c3d4-4e5f-8a9b-000000000000' }, ownerId: ADA })
    expect(await run(sqsRecord(body, { ApproximateReceiveCount: '3' }))).toEqual({ batchItemFailures: [] })
  })
})

describe('states of the workflows', () => {
  it('answer by their name, and report a refusal by the name that Catch matches', async () => {
    const gone = { task: 'Inspect', input: { imageId: '0193a1b2-c3d4-4e5f-8a9b-000000000000' } }
    expect(await studio.invoke('processing-task', gone)).toMatchObject({ go: false })
    await expect(studio.invoke('processing-task', { ...gone, task: 'Guess' })).rejects.toThrow('Genzo.internal')
    expect(await studio.invoke('generation-task', { task: 'Settle', input: { generationId: 'none', fence: 1 } })).toMatchObject({
      settled: false,
    })
  })
})

describe('by the clock', () => {
  it('the sweeper says what it repaired', async () => {
    expect(await studio.invoke('sweeper', scheduleEvent)).toEqual({ uploads: 0, images: 0, generations: 0, failures: 0 })
  })
  it('the stores are counted', async () => {
    expect(await studio.invoke('s3-metrics', scheduleEvent)).toMatchObject({ renditions: { objects: 0, bytes: 0 } })
  })
})

describe('notify', () => {
  it('takes news it does not write about, and news that is none', async () => {
    for (const news of [
      { kind: 'image.ready', ownerId: ADA, subjectId: 'x' },
      { kind: 'image.failed', ownerId: ADA, subjectId: 'x' },
      'not json',
    ])
      expect(await studio.invoke('notify', snsEvent(news))).toBeNull()
  })
})

describe('deliver', () => {
  const get = (rawPath: string) =>
    studio.invoke('deliver', {
      version: '2.0',
      rawPath,
      rawQueryString: '',
      headers: {},
      requestContext: { http: { method: 'GET', path: rawPath } },
    })
  it.each([
    '/renditions/0193a1b2-c3d4-4e5f-8a9b-000000000000/v1/w640.webp',
    '/originals/0193a1b2-c3d4-4e5f-8a9b-000000000000',
    '/elsewhere',
  ])('knows nothing at %s', async (path) => {
    expect(await get(path)).toMatchObject({ statusCode: 404, headers: { 'cache-control': 'no-store' } })
  })
})

describe('cognito-triggers', () => {
  const signUp = (email: string, source = 'PreSignUp_SignUp') =>
    studio.invoke('cognito-triggers', cognitoEvent(source, { userAttributes: { email }, validationData: null }))
  it('lets people of the allowed domains register, and whom an operator invites', async () => {
    expect(await signUp('ada@Example.com')).toMatchObject({ response: {} })
    expect(await signUp('ada@elsewhere.org', 'PreSignUp_AdminCreateUser')).toMatchObject({ response: {} })
    for (const stranger of ['eve@elsewhere.org', 'eve@evil-example.com', 'eve@example.com.evil.net', 'nobody'])
      await expect(signUp(stranger)).rejects.toThrow('example.com')
  })
  it('asks people of other providers for an allowed address too', async () => {
    expect(await signUp('ada@example.com', 'PreSignUp_ExternalProvider')).toMatchObject({ response: {} })
    await expect(signUp('eve@elsewhere.org', 'PreSignUp_ExternalProvider')).rejects.toThrow('example.com')
  })
  it.each(['Authentication', 'HostedAuth', 'NewPasswordChallenge', 'AuthenticateDevice', 'RefreshTokens'])(
    'puts the owner into tokens of every version by %s',
    async (how) => {
      const request = { userAttributes: { sub: ADA, email: 'ada@example.com', email_verified: 'false' }, groupConfiguration: {} }
      const claimsOf = async (version: string) => {
        const { response } = (await studio.invoke('cognito-triggers', cognitoEvent(`TokenGeneration_${how}`, request, version))) as any
        return response.claimsOverrideDetails ?? response.claimsAndScopeOverrideDetails.accessTokenGeneration
      }
      // The address is not proven, so it stays out of them.
      for (const version of ['1', '2', '3']) expect((await claimsOf(version)).claimsToAddOrOverride).toEqual({ owner: ADA })
    },
  )
  it('leaves what it is not asked about as it is', async () => {
    const event = cognitoEvent('PostConfirmation_ConfirmSignUp', { userAttributes: { sub: ADA } })
    expect(await studio.invoke('cognito-triggers', event)).toEqual(event)
  })
  it('puts the owner into tokens, and a proven address into access tokens, groups untouched', async () => {
    const request = {
      userAttributes: { sub: ADA, email: 'ada@example.com', email_verified: 'true' },
      groupConfiguration: { groupsToOverride: ['admin'], iamRolesToOverride: [], preferredRole: null },
      scopes: ['openid'],
    }
    const old = await studio.invoke('cognito-triggers', cognitoEvent('TokenGeneration_Authentication', request))
    expect(old).toMatchObject({ response: { claimsOverrideDetails: { claimsToAddOrOverride: { owner: ADA } } } })
    const now = await studio.invoke('cognito-triggers', cognitoEvent('TokenGeneration_HostedAuth', request, '2'))
    const accessTokenGeneration = { claimsToAddOrOverride: { owner: ADA, email: 'ada@example.com' } }
    const groupOverrideDetails = request.groupConfiguration
    expect(now).toMatchObject({ response: { claimsAndScopeOverrideDetails: { accessTokenGeneration, groupOverrideDetails } } })
  })
})

it('does not start without its variables, and names all that are missing', async () => {
  studio.values.GENZO_RENDITIONS_BUCKET = ''
  studio.values.GENZO_TABLE_PREFIX = undefined
  await expect(studio.redeploy('sweeper')).rejects.toThrow(/GENZO_TABLE_PREFIX is missing.*GENZO_RENDITIONS_BUCKET is missing/)
})
