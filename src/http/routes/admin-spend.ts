import { z } from '@hono/zod-openapi'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import type { OwnerLimits } from '#core/ports/ledger.ts'
import { IdPath, MicroUsd, Time } from '../schemas/common.ts'
import { getUser, note, tags } from './admin-common.ts'
import { type Api, body, describe, json } from './route.ts'

const HowMany = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100).openapi({ description: 'How many at most.' }) })
const Money = z.int().min(0).nullable().optional()
const Limits = z
  .strictObject({ dayMicroUsd: Money, monthMicroUsd: Money, dayImages: Money, monthImages: Money, storageBytes: Money })
  .openapi('OwnerLimits', { description: '`null` lifts the default; absent keeps it.' })

/** What people may spend and did, and who decided it. */
export function spendRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/users/{id}/limits',
      tags,
      summary: 'Limits set for one user',
      request: { params: IdPath },
      responses: { 200: json(Limits, 'Empty where the defaults hold') },
    }),
    async (c) => c.json(await ports.ledger.limits((await getUser(ports, c.req.valid('param').id)).id), 200),
  )
  app.openapi(
    describe({
      method: 'put',
      path: '/api/admin/users/{id}/limits',
      tags,
      summary: 'Set limits for one user',
      request: { params: IdPath, body: body(Limits) },
      responses: { 200: json(Limits, 'As they now are') },
    }),
    async (c) => {
      const { id } = await getUser(ports, c.req.valid('param').id)
      const limits = c.req.valid('json') as OwnerLimits
      await ports.ledger.setLimits(id, limits)
      await note(ports, { actorId: c.get('actor').id, action: 'user.limits', subjectId: id, details: limits })
      return c.json(await ports.ledger.limits(id), 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/spend',
      tags,
      summary: 'Who used most in a day or month',
      request: {
        query: HowMany.extend({
          period: z
            .string()
            .regex(/^\d{4}-\d{2}(-\d{2})?$/, 'write 2026-11 or 2026-11-21')
            .optional()
            .openapi({ description: 'A day or a month; this month by default.' }),
        }),
      },
      responses: {
        200: json(
          z.object({
            period: z.string(),
            items: z.array(z.object({ ownerId: z.string(), period: z.string(), microUsd: MicroUsd, images: z.int() })),
          }),
          'Largest first',
        ),
      },
    }),
    async (c) => {
      const { limit, period = iso(ports.now()).slice(0, 7) } = c.req.valid('query')
      return c.json({ period, items: await ports.ledger.top(period, { limit }) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/audit',
      tags,
      summary: 'Who did what',
      request: { query: HowMany.extend({ before: Time.optional().openapi({ description: 'Entries older than this.' }) }) },
      responses: {
        200: json(
          z.object({
            items: z.array(
              z.object({
                at: Time,
                actorId: z.string(),
                action: z.string(),
                subjectId: z.string().optional(),
                details: z.record(z.string(), z.unknown()).optional(),
              }),
            ),
          }),
          'Newest first',
        ),
      },
    }),
    async (c) => {
      const { limit, before } = c.req.valid('query')
      const entries = await ports.audit.list({ limit, ...(before && { before: Date.parse(before) }) })
      return c.json({ items: entries.map(({ at, ...entry }) => ({ ...entry, at: iso(at) })) }, 200)
    },
  )
}
