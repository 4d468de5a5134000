import { z } from '@hono/zod-openapi'
import type { Ports } from '#core/ports/index.ts'
import { Task } from '#core/task.ts'
import { expandPrompt, translatePrompt } from '#core/use-cases/help-with-prompt.ts'
import { type Api, body, describe, json } from './route.ts'

const tags = ['Prompts']
const Words = z.string().trim().min(1).max(10_000)
const Idea = z.strictObject({
  idea: Words,
  task: Task.default('text-to-image'),
  model: z.string().min(1).max(200).optional().openapi({ description: 'Which model is to draw it; absent: the default of the task.' }),
})
const Written = z.object({ prompt: z.string() })

/** Help with words by a text model; `unavailable` with the variable to set where none is configured. Nothing is charged. */
export function promptRoutes(app: Api, ports: Ports): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/prompts/expand',
      tags,
      summary: 'Write an idea out as a prompt',
      request: { body: body(Idea) },
      responses: { 200: json(Written, 'A prompt in English, to be taken or left') },
    }),
    async (c) => c.json({ prompt: await expandPrompt(ports, c.get('actor'), c.req.valid('json')) }, 200),
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/prompts/translate',
      tags,
      summary: 'Put a prompt into English',
      request: { body: body(z.strictObject({ prompt: Words })) },
      responses: { 200: json(Written, 'The translation') },
    }),
    async (c) => c.json({ prompt: await translatePrompt(ports, c.get('actor'), c.req.valid('json').prompt) }, 200),
  )
}
