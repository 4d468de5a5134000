import { z } from '@hono/zod-openapi'
import { GenerationRequest } from '#core/generation.ts'
import type { Ports } from '#core/ports/index.ts'
import { cancelGeneration } from '#core/use-cases/cancel-generation.ts'
import { estimateGeneration } from '#core/use-cases/estimate-generation.ts'
import { getGeneration } from '#core/use-cases/get-generation.ts'
import { listGenerations } from '#core/use-cases/list-generations.ts'
import { requestGeneration } from '#core/use-cases/request-generation.ts'
import { retryGeneration } from '#core/use-cases/retry-generation.ts'
import { IdPath, PageQuery, pageOf, pageRequest, someTime } from '../schemas/common.ts'
import { WireEstimate, WireGeneration, wireGeneration } from '../schemas/generation.ts'
import { type Api, body, describe, json } from './route.ts'

const tags = ['Generations']
const IdempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'at most 255 printable ASCII characters')
    .optional()
    .openapi({ description: 'The same key and body answer the same generation for 24 hours; another body is a conflict.' }),
})

/** Asking for pictures, and following what was asked. */
export function generationRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/estimates',
      tags,
      summary: 'What would this cost?',
      request: { body: body(GenerationRequest) },
      responses: { 200: json(WireEstimate, 'The estimate; nothing is spent or kept') },
    }),
    async (c) => {
      const { modelId, startsAfter, ...estimate } = await estimateGeneration(ports, c.get('actor'), c.req.valid('json'))
      return c.json({ model: modelId, ...estimate, ...someTime('startsAfter', startsAfter) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/generations',
      tags,
      summary: 'Generate pictures',
      request: { headers: IdempotencyHeader, body: body(GenerationRequest) },
      responses: { 202: json(WireGeneration, 'Accepted: it will be run and settled') },
    }),
    async (c) => {
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      const generation = await requestGeneration(ports, c.get('actor'), c.req.valid('json'), { idempotencyKey })
      c.header('location', `/api/generations/${generation.id}`)
      return c.json(wireGeneration(generation), 202)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/generations',
      tags,
      summary: 'List generations, newest first',
      request: { query: PageQuery },
      responses: { 200: json(pageOf(WireGeneration), 'A page') },
    }),
    async (c) => {
      const { items, nextCursor } = await listGenerations(ports, c.get('actor'), pageRequest(c.req.valid('query')))
      return c.json({ items: items.map(wireGeneration), ...(nextCursor && { nextCursor }) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/generations/{id}',
      tags,
      summary: 'Get one generation',
      request: { params: IdPath },
      responses: { 200: json(WireGeneration, 'The generation') },
    }),
    async (c) => c.json(wireGeneration(await getGeneration(ports, c.get('actor'), c.req.valid('param').id)), 200),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/generations/{id}/cancel',
      tags,
      summary: 'Stop it; what was made is kept and charged, the rest refunded',
      request: { params: IdPath },
      responses: { 202: json(WireGeneration, 'It stops at the next step') },
    }),
    async (c) => c.json(wireGeneration(await cancelGeneration(ports, c.get('actor'), c.req.valid('param').id)), 202),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/generations/{id}/retry',
      tags,
      summary: 'Ask again for what was not made, as a new generation',
      request: { params: IdPath, headers: IdempotencyHeader },
      responses: { 202: json(WireGeneration, 'The new generation') },
    }),
    async (c) => {
      const idempotencyKey = c.req.valid('header')['idempotency-key']
      const generation = await retryGeneration(ports, c.get('actor'), c.req.valid('param').id, { idempotencyKey })
      return c.json(wireGeneration(generation), 202)
    },
  )
}
