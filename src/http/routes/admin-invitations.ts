import { z } from '@hono/zod-openapi'
import type { Ports } from '#core/ports/index.ts'
import { note, tags } from './admin-common.ts'
import { type Api, body, describe, json } from './route.ts'

/** Makes a one-time link that lets somebody register, mails it where an address is given, and returns it. */
export type Invite = (invitation: { email?: string; role: 'user' | 'admin'; days: number }) => Promise<string>

const NewInvitation = z.strictObject({
  email: z.email().max(254).optional().openapi({ description: 'Binds the link to this address, and mails it there.' }),
  role: z.enum(['user', 'admin']).default('user'),
  days: z.int().min(1).max(30).default(7).openapi({ description: 'How long the link works.' }),
})

/** Invitations of the embedded issuer; an outside issuer has its own. */
export function invitationRoutes(app: Api, ports: Ports, invite: Invite): void {
  app.openapi(
    describe({
      method: 'post',
      path: '/api/admin/invitations',
      tags,
      summary: 'Invite somebody',
      request: { body: body(NewInvitation) },
      responses: { 201: json(z.object({ link: z.url() }), 'A link that works once') },
    }),
    async (c) => {
      const { email, role, days } = c.req.valid('json')
      const link = await invite({ role, days, ...(email !== undefined && { email }) })
      await note(ports, { actorId: c.get('actor').id, action: 'user.invite', details: { role, days } })
      return c.json({ link }, 201)
    },
  )
}
