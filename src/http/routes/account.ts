import { z } from '@hono/zod-openapi'
import { SCOPES } from '#core/actor.ts'
import { iso } from '#core/iso-time.ts'
import type { ApiKey } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { createKey } from '#core/use-cases/create-key.ts'
import { listKeys } from '#core/use-cases/list-keys.ts'
import { revokeKey } from '#core/use-cases/revoke-key.ts'
import { usage } from '#core/use-cases/usage.ts'
import { Id, IdPath, MicroUsd, someTime, Time } from '../schemas/common.ts'
import { type Api, body, describe, json } from './route.ts'

const tags = ['Account']
const Me = z
  .object({
    id: z.string(),
    email: z.string().optional(),
    role: z.enum(['user', 'admin']),
    scopes: z.array(z.enum(SCOPES)),
    via: z.enum(['jwt', 'key']),
  })
  .openapi('Me')
const Periods = z.object({
  periods: z.array(
    z.object({
      period: z.string().openapi({ example: '2026-11-21' }),
      images: z.int(),
      microUsd: MicroUsd,
      limitImages: z.int().optional(),
      limitMicroUsd: MicroUsd.optional(),
      resetsAt: Time,
    }),
  ),
})
const Scopes = z.array(z.enum(SCOPES)).min(1)
const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: Scopes.default([...SCOPES]),
  expiresAt: Time.optional(),
})
const WireKey = z
  .object({
    id: Id,
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    role: z.enum(['user', 'admin']),
    hint: z.string().openapi({ description: 'Its first characters.' }),
    createdAt: Time,
    lastUsedAt: Time.optional(),
    expiresAt: Time.optional(),
    revokedAt: Time.optional(),
  })
  .openapi('ApiKey')

const wireKey = ({ id, name, scopes, role, hint, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey): z.infer<typeof WireKey> => ({
  ...{ id, name, scopes, role, hint, createdAt: iso(createdAt), ...someTime('lastUsedAt', lastUsedAt) },
  ...{ ...someTime('expiresAt', expiresAt), ...someTime('revokedAt', revokedAt) },
})

/** Who is asking, what they used, and their keys. `forget` makes a revocation hold at once in this process. */
export function accountRoutes(app: Api, ports: Ports, { forget }: { forget: () => void }): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/me',
      tags,
      summary: 'Who am I?',
      responses: { 200: json(Me, 'You, as this credential shows you') },
    }),
    (c) => {
      const { id, email, role, scopes, via } = c.get('actor')
      return c.json({ id, email, role, scopes: [...scopes], via }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/usage',
      tags,
      summary: 'What this day and month used',
      responses: { 200: json(Periods, 'Day, then month (UTC)') },
    }),
    async (c) => {
      const periods = await usage(ports, c.get('actor'))
      return c.json({ periods: periods.map(({ resetsAt, ...period }) => ({ ...period, resetsAt: iso(resetsAt) })) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/keys',
      tags,
      summary: 'Your API keys',
      responses: { 200: json(z.object({ items: z.array(WireKey) }), 'Revoked ones included') },
    }),
    async (c) => c.json({ items: (await listKeys(ports, c.get('actor'))).map(wireKey) }, 200),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/keys',
      tags,
      summary: 'Make an API key',
      request: { body: body(NewKey) },
      responses: { 201: json(z.object({ key: WireKey, secret: z.string() }), 'The secret is told this once') },
    }),
    async (c) => {
      const { expiresAt, ...wanted } = c.req.valid('json')
      const end = expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }
      const { key, secret } = await createKey(ports, c.get('actor'), { ...wanted, ...end })
      return c.json({ key: wireKey(key), secret }, 201)
    },
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/keys/{id}',
      tags,
      summary: 'Revoke an API key',
      request: { params: IdPath },
      responses: { 200: json(WireKey, 'Revoked') },
    }),
    async (c) => {
      const key = await revokeKey(ports, c.get('actor'), c.req.valid('param').id)
      forget()
      return c.json(wireKey(key), 200)
    },
  )
}
