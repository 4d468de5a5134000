import { type RouteRow, TIMEOUT_SECONDS } from '#http/route-table.ts'

/** What the document is filled with. URIs are those of the gateway's own scheme, `arn:…:apigateway:…/invocations`. */
export type GatewayParts = {
  title: string
  /** Answers whole. */
  apiUri: string
  /** Answers as it goes, for routes that are long or large. */
  streamUri: string
  uploadUri: string
  authorizerUri: string
  userPoolArn: string
  /** Put before scopes: `genzo` in `genzo/images:write`. */
  resource: string
  /** May call from a page of its own; the site itself is of one origin with the API. */
  corsOrigin: string
  /** Every route below it wants a gateway key, which usage plans meter. */
  keyedPrefix?: string
}

/** API Gateway ends an integration that does not stream at 29 s. */
const LONGEST_MS = 29_000
const LONGEST_STREAM_MS = 900_000
/** How long the gateway takes an authorizer's word for a credential; a revocation may lag as long. */
export const AUTHORIZER_SECONDS = 60
const UPLOAD = '/generate-upload-url'

/** Routes that the gateway has: all that the one machine does not keep for itself, but pictures, which have a way of their own. */
export const gatewayRows = (table: readonly RouteRow[]): RouteRow[] =>
  table.filter(({ path, isLocalOnly }) => !isLocalOnly && !path.startsWith('/i/'))

/** `/api/images/:id` → `/api/images/{id}`; a closing `*` takes the rest. */
export const gatewayPath = (path: string): string => path.replace(/:([A-Za-z]+)/g, '{$1}').replace(/\*$/, '{proxy+}')

/** The API as one OpenAPI document with the gateway's extensions, made from the same table that the app is guarded by. */
export function gatewayDocument(table: readonly RouteRow[], parts: GatewayParts): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const row of gatewayRows(table)) {
    const path = (paths[gatewayPath(row.path)] ??= isCalledByPages(row.path) ? { options: preflight(row.path, parts.corsOrigin) } : {})
    path[row.method.toLowerCase()] = operation(row, parts)
  }
  return {
    openapi: '3.0.1',
    info: { title: parts.title, version: '1' },
    paths,
    components: { securitySchemes: securitySchemes(parts), schemas: { UploadUrlRequest } },
    'x-amazon-apigateway-request-validators': {
      parameters: { validateRequestParameters: true, validateRequestBody: false },
      all: { validateRequestParameters: true, validateRequestBody: true },
    },
    'x-amazon-apigateway-gateway-responses': gatewayResponses(parts),
    'x-amazon-apigateway-minimum-compression-size': 1024,
    // Answers that are not text: originals of an export, and pictures of a share.
    'x-amazon-apigateway-binary-media-types': ['image/*', 'application/octet-stream', 'application/zip', 'multipart/form-data'],
  }
}

const isCalledByPages = (path: string) => /^\/(api|v1|generate-upload-url)(\/|$)/.test(path)

function operation(row: RouteRow, parts: GatewayParts): Record<string, unknown> {
  const { method, path, isLongLived, timeoutSeconds = TIMEOUT_SECONDS } = row
  const isUpload = path === UPLOAD
  const isStream = Boolean(isLongLived)
  const milliseconds = Math.min((timeoutSeconds + 4) * 1000, isStream ? LONGEST_STREAM_MS : LONGEST_MS)
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(.)?/g, (_, letter: string = '') => letter.toUpperCase())}`,
    parameters: pathParameters(path),
    security: security(row, parts),
    'x-amazon-apigateway-request-validator': isUpload ? 'all' : 'parameters',
    ...(isUpload && {
      requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/UploadUrlRequest' } } } },
    }),
    responses: { default: { description: 'As the studio’s own OpenAPI document says' } },
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: isUpload ? parts.uploadUri : isStream ? parts.streamUri : parts.apiUri,
      passthroughBehavior: 'when_no_match',
      timeoutInMillis: milliseconds,
      ...(isStream && { responseTransferMode: 'STREAM' }),
    },
  }
}

const pathParameters = (path: string) =>
  [...gatewayPath(path).matchAll(/\{([A-Za-z]+)\+?\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }))

/** Public routes are open; uploads are the user pool's alone, by scope; all else is the one authorizer's, that knows every credential. */
function security({ path, who, scopes = [] }: RouteRow, { resource, keyedPrefix }: GatewayParts) {
  if (who === 'public') return []
  if (path === UPLOAD) return [{ people: scopes.map((scope) => `${resource}/${scope}`) }]
  const isKeyed = keyedPrefix !== undefined && path.startsWith(keyedPrefix)
  return [{ credentials: [], ...(isKeyed && { gatewayKey: [] }) }]
}

function securitySchemes({ authorizerUri, userPoolArn, keyedPrefix }: GatewayParts) {
  return {
    people: {
      ...{ type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'cognito_user_pools' },
      'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools', providerARNs: [userPoolArn] },
    },
    credentials: {
      ...{ type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'request', authorizerUri, identitySource: 'method.request.header.Authorization' },
        authorizerResultTtlInSeconds: AUTHORIZER_SECONDS,
      },
    },
    ...(keyedPrefix && { gatewayKey: { type: 'apiKey', name: 'x-api-key', in: 'header' } }),
  }
}

/** Refused at the gateway already: what has none of it cannot be signed for. The rest is the function's to check. */
const UploadUrlRequest = {
  type: 'object',
  required: ['fileName', 'contentType', 'byteLength'],
  properties: {
    fileName: { type: 'string', minLength: 1 },
    contentType: { type: 'string', minLength: 1 },
    byteLength: { type: 'integer', minimum: 1 },
  },
}

const METHODS = 'GET,POST,PUT,PATCH,DELETE,OPTIONS'
const HEADERS = 'authorization,content-type,idempotency-key,if-match,if-none-match,api-key,x-api-key'

/** Answered by the gateway itself, for the site. Other sites that the stage names are let in by CloudFront's headers. */
function preflight(path: string, corsOrigin: string): Record<string, unknown> {
  const header = (value: string) => `'${value}'`
  const names = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Methods', 'Access-Control-Allow-Headers', 'Access-Control-Max-Age']
  return {
    parameters: pathParameters(path),
    security: [],
    responses: {
      204: { description: 'Allowed', headers: Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' } }])) },
    },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode": 204}' },
      passthroughBehavior: 'when_no_templates',
      responses: {
        default: {
          statusCode: '204',
          responseParameters: {
            'method.response.header.Access-Control-Allow-Origin': header(corsOrigin),
            'method.response.header.Access-Control-Allow-Methods': header(METHODS),
            'method.response.header.Access-Control-Allow-Headers': header(HEADERS),
            'method.response.header.Access-Control-Max-Age': header('3600'),
          },
        },
      },
    },
  }
}

/** What the gateway says by itself, in the studio's own form: a problem document with a code of the closed list. */
function gatewayResponses({ corsOrigin }: GatewayParts) {
  const problem = (status: number, code: string, title: string) => ({
    statusCode: status,
    responseTemplates: {
      'application/json': JSON.stringify({ type: `/errors/${code}`, title, status, code }),
    },
    responseParameters: {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Access-Control-Allow-Origin': `'${corsOrigin}'`,
      ...(status === 429 && { 'gatewayresponse.header.Retry-After': "'1'" }),
    },
  })
  return {
    UNAUTHORIZED: problem(401, 'unauthenticated', 'Sign in'),
    ACCESS_DENIED: problem(403, 'forbidden', 'Not allowed'),
    INVALID_API_KEY: problem(403, 'forbidden', 'Not allowed'),
    // What the gateway calls a missing token is a path that it does not have.
    MISSING_AUTHENTICATION_TOKEN: problem(404, 'not_found', 'Not found'),
    BAD_REQUEST_BODY: problem(400, 'invalid_input', 'The request is not valid'),
    BAD_REQUEST_PARAMETERS: problem(400, 'invalid_input', 'The request is not valid'),
    REQUEST_TOO_LARGE: problem(413, 'too_large', 'Too large'),
    THROTTLED: problem(429, 'throttled', 'Too many requests'),
    QUOTA_EXCEEDED: problem(429, 'limit_reached', 'The limit is reached'),
    WAF_FILTERED: problem(403, 'forbidden', 'Not allowed'),
    INTEGRATION_TIMEOUT: problem(503, 'unavailable', 'Not available'),
    INTEGRATION_FAILURE: problem(503, 'unavailable', 'Not available'),
    AUTHORIZER_FAILURE: problem(503, 'unavailable', 'Not available'),
    DEFAULT_5XX: problem(500, 'internal', 'An error of the studio'),
  }
}
