import { z } from '@hono/zod-openapi'
import { iso } from '#core/iso-time.ts'
import type { Ports } from '#core/ports/index.ts'
import type { QueueName } from '#core/ports/queue.ts'
import { redriveDeadLetters } from '#core/use-cases/redrive-dead-letters.ts'
import { Time } from '../schemas/common.ts'
import { note, tags } from './admin-common.ts'
import { type Api, describe, json } from './route.ts'

const QUEUES = ['generation', 'processing'] as const satisfies readonly QueueName[]
const QueuePath = z.object({ name: z.enum(QUEUES).openapi({ description: 'The queue.' }) })
const Depth = z.object({
  name: z.enum(QUEUES),
  waiting: z.int(),
  delayed: z.int(),
  inFlight: z.int(),
  dead: z.int(),
  oldestAgeMs: z.number().optional(),
})
const DeadLetter = z.object({
  id: z.string(),
  job: z.union([
    z.object({ kind: z.literal('generate'), generationId: z.string() }),
    z.object({ kind: z.literal('process'), imageId: z.string() }),
    z.object({ kind: z.literal('export'), exportId: z.string() }),
  ]),
  ownerId: z.string(),
  reason: z.string(),
  at: Time,
})
const HowMany = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100).openapi({ description: 'How many at most.' }) })

/** Work that waits and work that was set aside. */
export function queueRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/queues',
      tags,
      summary: 'How much waits',
      responses: { 200: json(z.object({ items: z.array(Depth) }), 'Approximate counts') },
    }),
    async (c) => c.json({ items: await Promise.all(QUEUES.map(async (name) => ({ name, ...(await ports.queues[name].depth()) }))) }, 200),
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/queues/{name}/dead',
      tags,
      summary: 'What was set aside, and why',
      request: { params: QueuePath, query: HowMany },
      responses: { 200: json(z.object({ items: z.array(DeadLetter) }), 'Approximately oldest first') },
    }),
    async (c) => {
      const letters = await ports.queues[c.req.valid('param').name].listDead(c.req.valid('query').limit)
      return c.json({ items: letters.map(({ at, ...letter }) => ({ ...letter, at: iso(at) })) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/admin/queues/{name}/redrive',
      tags,
      summary: 'Send dead letters again',
      request: { params: QueuePath, query: HowMany },
      responses: { 200: json(z.object({ sent: z.int() }), 'How many were sent') },
    }),
    async (c) => {
      const { name } = c.req.valid('param')
      const sent = await redriveDeadLetters(ports, name, c.req.valid('query').limit)
      await note(ports, { actorId: c.get('actor').id, action: 'queue.redrive', subjectId: name, details: { sent } })
      return c.json({ sent }, 200)
    },
  )
}
