import type { Scope } from '#core/actor.ts'

/**
 * One way into the studio. `createApp` refuses a route without a row, guards each by it, and the stacks make gateway routes and CDN
 * behaviours of it.
 */
export type RouteRow = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `:name` is one segment, a closing `*` the rest. */
  path: string
  /** `operator` is loopback (no proxy between) or an admin. */
  who: 'public' | 'user' | 'admin' | 'operator'
  /** Any one of them is enough; none asks only for a person. Admin routes need every scope, since they reach everything. */
  scopes?: readonly Scope[]
  /** Every scope is needed: what is done cannot be undone. */
  needsEveryScope?: true
  /** Longest body in bytes. Absent: `JSON_BODY_BYTES`. */
  bodyBytes?: number
  /** The same where no gateway stands between that would cut it. */
  wholeBodyBytes?: number
  /** After this the client is told `unavailable`. Absent: `TIMEOUT_SECONDS`. */
  timeoutSeconds?: number
  /** The body goes through in a stream and must announce its length. */
  isStreamed?: true
  /** May hold its answer open: it counts for no cap of requests in flight. */
  isLongLived?: true
  /** The one machine serves it itself; on AWS something else answers there. */
  isLocalOnly?: true
  /** Answered even while the server sheds load. */
  isVital?: true
}

export const JSON_BODY_BYTES = 1024 * 1024
export const TIMEOUT_SECONDS = 15
/** API Gateway ends an integration at 29 s, so a long-poll must answer well before. */
export const LONGEST_WAIT_SECONDS = 20

const READ = ['images:read'] as const
const WRITE = ['images:write'] as const
const MAKE = ['generate'] as const
/** A key that may only generate must still follow what it asked for. */
const FOLLOW = ['images:read', 'generate'] as const
const PUT_IN = ['images:write', 'generate'] as const
const WAITS = { timeoutSeconds: 300, isLongLived: true } as const
/** Lambda takes 6 MB; a server of one's own the 50 MB of one picture and some more. */
const PICTURES = { bodyBytes: 6 * 1024 ** 2, wholeBodyBytes: 64 * 1024 ** 2 } as const

const row = (method: RouteRow['method'], path: string, who: RouteRow['who'], more: Partial<RouteRow> = {}): RouteRow => ({
  method,
  path,
  who,
  ...more,
})

export const ROUTE_TABLE: readonly RouteRow[] = [
  row('GET', '/health', 'public', { isVital: true }),
  row('GET', '/ready', 'public', { isVital: true }),
  row('GET', '/metrics', 'operator', { isVital: true, isLocalOnly: true }),
  row('GET', '/docs', 'public'),
  row('GET', '/docs/:file', 'public'),
  row('GET', '/api/openapi.json', 'public'),
  row('GET', '/api/site', 'public'),

  row('GET', '/api/models', 'user'),
  row('GET', '/api/models/:id', 'user'),
  row('POST', '/api/estimates', 'user', { scopes: MAKE }),
  row('POST', '/api/generations', 'user', { scopes: MAKE }),
  row('GET', '/api/generations', 'user', { scopes: FOLLOW }),
  row('GET', '/api/generations/:id', 'user', { scopes: FOLLOW }),
  row('POST', '/api/generations/:id/cancel', 'user', { scopes: MAKE }),
  row('POST', '/api/generations/:id/retry', 'user', { scopes: MAKE }),

  row('POST', '/api/prompts/expand', 'user', { scopes: MAKE }),
  row('POST', '/api/prompts/translate', 'user', { scopes: MAKE }),

  row('POST', '/generate-upload-url', 'user', { scopes: WRITE }),
  row('POST', '/api/uploads', 'user', { scopes: PUT_IN }),
  row('GET', '/api/uploads/:id', 'user', { scopes: PUT_IN }),
  row('POST', '/api/uploads/:id/parts', 'user', { scopes: PUT_IN }),
  row('POST', '/api/uploads/:id/complete', 'user', { scopes: PUT_IN, timeoutSeconds: 25 }),
  // The signature in its query is what lets it in, as on S3. One part of a large upload at most, or one small file.
  row('PUT', '/uploads/*', 'public', {
    isLocalOnly: true,
    bodyBytes: 5 * 1024 ** 3,
    timeoutSeconds: 900,
    isStreamed: true,
    isLongLived: true,
  }),

  row('GET', '/api/images', 'user', { scopes: READ }),
  row('GET', '/api/images/:id', 'user', { scopes: FOLLOW }),
  row('PATCH', '/api/images/:id', 'user', { scopes: WRITE }),
  row('DELETE', '/api/images/:id', 'user', { scopes: WRITE, timeoutSeconds: 25 }),
  row('POST', '/api/images/:id/restore', 'user', { scopes: WRITE }),
  row('GET', '/api/images/:id/similar', 'user', { scopes: READ }),
  row('GET', '/api/images/:id/lineage', 'user', { scopes: READ }),
  row('GET', '/api/images/:id/activity', 'user', { scopes: READ }),
  row('POST', '/api/images/:id/process', 'user', { scopes: WRITE }),
  row('GET', '/api/images/:id/original', 'user', { scopes: READ, isLongLived: true, timeoutSeconds: 900 }),
  row('POST', '/api/images/:id/links', 'user', { scopes: WRITE }),
  row('GET', '/api/images/:id/links', 'user', { scopes: READ }),
  row('DELETE', '/api/links/:id', 'user', { scopes: WRITE }),
  // Whoever has a link's id may see what it shows.
  row('GET', '/api/shares/:id', 'public'),
  row('GET', '/s/:linkId', 'public'),
  // Signed: an <img> carries no token.
  row('GET', '/i/:imageId', 'public'),

  row('GET', '/api/albums', 'user', { scopes: READ }),
  row('POST', '/api/albums', 'user', { scopes: WRITE }),
  row('GET', '/api/albums/:id', 'user', { scopes: READ }),
  row('PATCH', '/api/albums/:id', 'user', { scopes: WRITE }),
  row('DELETE', '/api/albums/:id', 'user', { scopes: WRITE, timeoutSeconds: 25 }),
  row('GET', '/api/albums/:id/images', 'user', { scopes: READ }),
  row('POST', '/api/albums/:id/images', 'user', { scopes: WRITE }),
  row('DELETE', '/api/albums/:id/images/:imageId', 'user', { scopes: WRITE }),
  row('GET', '/api/images/:id/albums', 'user', { scopes: READ }),

  // OpenAI's images API. The answer comes when the pictures are there.
  row('POST', '/v1/images/generations', 'user', { scopes: MAKE, ...WAITS }),
  row('POST', '/v1/images/edits', 'user', { scopes: MAKE, ...WAITS, ...PICTURES }),
  row('POST', '/v1/images/variations', 'user', { scopes: MAKE, ...WAITS, ...PICTURES }),
  row('GET', '/v1/images/files/:file', 'public'),
  row('GET', '/v1/models', 'user'),
  row('GET', '/v1/models/:id', 'user'),

  row('GET', '/api/usage', 'user'),
  row('GET', '/api/events', 'user', { scopes: FOLLOW, timeoutSeconds: LONGEST_WAIT_SECONDS + 5, isLongLived: true }),
  row('GET', '/api/me', 'user'),
  row('GET', '/api/me/export', 'user', { scopes: READ, timeoutSeconds: 300, isLongLived: true }),
  row('POST', '/api/me/exports', 'user', { scopes: READ }),
  row('GET', '/api/me/exports/:id', 'user', { scopes: READ }),
  // Signed: a download carries no token.
  row('GET', '/api/me/exports/:id/file', 'public', { isLongLived: true, timeoutSeconds: 900 }),
  row('DELETE', '/api/me', 'user', { scopes: WRITE, needsEveryScope: true, timeoutSeconds: 300 }),
  row('GET', '/api/keys', 'user'),
  row('POST', '/api/keys', 'user'),
  row('DELETE', '/api/keys/:id', 'user'),

  row('GET', '/api/admin/queues', 'admin'),
  row('GET', '/api/admin/queues/:name/dead', 'admin'),
  row('POST', '/api/admin/queues/:name/redrive', 'admin'),
  row('GET', '/api/admin/users', 'admin'),
  row('POST', '/api/admin/users', 'admin'),
  row('POST', '/api/admin/invitations', 'admin', { isLocalOnly: true }),
  row('PATCH', '/api/admin/users/:id', 'admin'),
  row('POST', '/api/admin/users/:id/sign-out', 'admin'),
  row('DELETE', '/api/admin/users/:id', 'admin', { timeoutSeconds: 300 }),
  row('GET', '/api/admin/users/:id/limits', 'admin'),
  row('PUT', '/api/admin/users/:id/limits', 'admin'),
  row('GET', '/api/admin/spend', 'admin'),
  row('GET', '/api/admin/audit', 'admin'),
  row('GET', '/api/admin/outbox', 'admin', { isLocalOnly: true }),
]

/** `GET /api/images/:id`: how a row is named in logs, numbers and the guard. */
export const routeName = ({ method, path }: Pick<RouteRow, 'method' | 'path'>): string => `${method} ${path}`
