// Events as AWS documents them (docs.aws.amazon.com/lambda/latest/dg, "Invoking Lambda with other services"), whole, so that a handler that
// reads a field which is not there in life is found here.
import { randomUUID } from 'node:crypto'

type Ask = {
  method?: string
  path: string
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  /** What the authorizer left: our own context, or `{claims}` of the Cognito authorizer. */
  authorizer?: Record<string, unknown> | null
}

/** REST API, Lambda proxy integration. */
export function restEvent({ method = 'GET', path, query, body, headers = {}, authorizer = null }: Ask) {
  const all: Record<string, string> = {
    ...{ Accept: 'application/json', Host: 'abc123.execute-api.us-east-1.amazonaws.com', 'X-Forwarded-Proto': 'https' },
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  }
  const lists = (of: Record<string, string>) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name, [value]]))
  return {
    ...{ resource: '/{proxy+}', path, httpMethod: method, headers: all, multiValueHeaders: lists(all) },
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query ? lists(query) : null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      ...{ resourceId: 'r1', resourcePath: '/{proxy+}', httpMethod: method, path: `/live${path}`, accountId: '123456789012' },
      ...{ protocol: 'HTTP/1.1', stage: 'live', domainName: all.Host, apiId: 'abc123', requestId: randomUUID() },
      ...{ requestTimeEpoch: Date.now(), identity: { sourceIp: '203.0.113.7', userAgent: 'test' } },
      ...(authorizer ? { authorizer } : {}),
    },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  }
}

/** The context that our authorizer leaves. */
export const contextOf = (ownerId: string, role: 'user' | 'admin' = 'user') => ({
  ...{ principalId: ownerId, integrationLatency: 12, ownerId, role, scopes: 'images:read images:write generate', via: 'jwt' },
})

/** A REQUEST authorizer's event. */
export const authorizerEvent = (headers: Record<string, string>) => ({
  ...{ type: 'REQUEST', methodArn: 'arn:aws:execute-api:us-east-1:123456789012:abc123/live/GET/api/images' },
  ...restEvent({ path: '/api/images', headers }),
})

export const sqsRecord = (body: string, attributes: Record<string, string> = {}) => ({
  ...{ messageId: randomUUID(), receiptHandle: `receipt-${randomUUID()}`, body, md5OfBody: '', messageAttributes: {} },
  attributes: {
    ...{
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795000000000',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1795000000001',
    },
    ...attributes,
  },
  ...{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:image-processing-queue', awsRegion: 'us-east-1' },
})

/** What S3 sends to a queue; the key as S3 encodes it. */
export const storeNotice = (bucket: string, encodedKey: string, eventName = 'ObjectCreated:Put') =>
  JSON.stringify({
    Records: [
      {
        ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventTime: '2026-11-21T00:00:00.000Z', eventName },
        ...{ userIdentity: { principalId: 'AWS:A' }, requestParameters: { sourceIPAddress: '203.0.113.7' }, responseElements: {} },
        s3: {
          ...{ s3SchemaVersion: '1.0', configurationId: 'uploads' },
          bucket: { name: bucket, ownerIdentity: { principalId: 'A' }, arn: `arn:aws:s3:::${bucket}` },
          object: { key: encodedKey, size: 3, eTag: 'd41d8cd98f00b204e9800998ecf8427e', versionId: 'v1', sequencer: '0055AED6DCD90281E5' },
        },
      },
    ],
  })

export const STORE_TEST = JSON.stringify({
  ...{ Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-11-21T00:00:00.000Z' },
  ...{ Bucket: 'originals', RequestId: 'R', HostId: 'H' },
})

export const scheduleEvent = {
  ...{ version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.events', account: '123456789012' },
  ...{ time: '2026-11-21T00:00:00Z', region: 'us-east-1', resources: ['arn:aws:events:us-east-1:123456789012:rule/sweep'], detail: {} },
}

export const snsEvent = (message: unknown) => ({
  Records: [
    {
      ...{
        EventVersion: '1.0',
        EventSource: 'aws:sns',
        EventSubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:image-processed-topic:s',
      },
      Sns: {
        ...{ Type: 'Notification', MessageId: randomUUID(), TopicArn: 'arn:aws:sns:us-east-1:123456789012:image-processed-topic' },
        ...{
          Subject: 's',
          Message: typeof message === 'string' ? message : JSON.stringify(message),
          Timestamp: '2026-11-21T00:00:00.000Z',
        },
        ...{ SignatureVersion: '1', Signature: 'x', SigningCertUrl: 'x', UnsubscribeUrl: 'x', MessageAttributes: {} },
      },
    },
  ],
})

/** What every Cognito trigger has; `response` is what the trigger fills in. */
export const cognitoEvent = (triggerSource: string, request: Record<string, unknown>, version = '1') => ({
  ...{ version, triggerSource, region: 'us-east-1', userPoolId: 'us-east-1_Test', userName: 'u1' },
  ...{ callerContext: { awsSdkVersion: 'aws-sdk-js-3', clientId: 'web' }, request, response: {} },
})
