import { z } from '@hono/zod-openapi'
import { StudioError } from '#core/errors.ts'
import type { Ports } from '#core/ports/index.ts'
import { TASKS } from '#core/task.ts'
import { WireModel, wireModel } from '../schemas/model.ts'
import { type Api, describe, json } from './route.ts'

const ModelList = z.object({
  items: z.array(WireModel),
  defaults: z.record(z.string(), z.string()).openapi({ description: 'Task → the model that answers when a request names none.' }),
})

/** The catalogue: what can be asked of which model, at what price. */
export function modelRoutes(app: Api, ports: Pick<Ports, 'models'>): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/models',
      tags: ['Models'],
      summary: 'List the models',
      responses: { 200: json(ModelList, 'All models, retired ones marked') },
    }),
    async (c) => {
      const models = await ports.models.list()
      const chosen = await Promise.all(TASKS.map(async (task) => [task, (await ports.models.defaultFor(task))?.id] as const))
      const defaults = Object.fromEntries(chosen.filter((pair): pair is [(typeof TASKS)[number], string] => pair[1] !== undefined))
      return c.json({ items: models.map(wireModel), defaults }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'get',
      path: '/api/models/{id}',
      tags: ['Models'],
      summary: 'Get one model',
      request: { params: z.object({ id: z.string().max(200).openapi({ description: 'As `GET /api/models` names it.' }) }) },
      responses: { 200: json(WireModel, 'The model') },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const model = await ports.models.find(id)
      if (!model) throw new StudioError('not_found', `no model ${id}; GET /api/models lists them`, { what: 'model', id })
      return c.json(wireModel(model), 200)
    },
  )
}
