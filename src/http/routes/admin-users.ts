import { z } from '@hono/zod-openapi'
import { StudioError } from '#core/errors.ts'
import { iso } from '#core/iso-time.ts'
import type { User } from '#core/ports/access.ts'
import type { Ports } from '#core/ports/index.ts'
import { eraseOwner } from '#core/use-cases/erase-owner.ts'
import { IdPath, PageQuery, pageOf, pageRequest, someTime, Time } from '../schemas/common.ts'
import { WireReceipt } from '../schemas/receipt.ts'
import { getUser, note, tags } from './admin-common.ts'
import { type Api, body, describe, json } from './route.ts'

const Role = z.enum(['user', 'admin'])
const WireUser = z
  .object({ id: z.string(), email: z.string(), role: Role, isDisabled: z.boolean(), createdAt: Time, lastSeenAt: Time.optional() })
  .openapi('User')
const NewUser = z.strictObject({ email: z.email().max(254), password: z.string().max(128).optional(), role: Role.default('user') })
const wireUser = ({ id, email, role, isDisabled, createdAt, lastSeenAt }: User): z.infer<typeof WireUser> => ({
  ...{ id, email, role, isDisabled, createdAt: iso(createdAt), ...someTime('lastSeenAt', lastSeenAt) },
})

/** People: who is in, what they may spend. `forget` makes a change of rights hold at once in this process. */
export function userRoutes(app: Api, ports: Ports, { forget }: { forget: () => void }): void {
  app.openapi(
    describe({
      method: 'get',
      path: '/api/admin/users',
      tags,
      summary: 'List users',
      request: { query: PageQuery },
      responses: { 200: json(pageOf(WireUser), 'A page') },
    }),
    async (c) => {
      const { items, nextCursor } = await ports.directory.list(pageRequest(c.req.valid('query')))
      return c.json({ items: items.map(wireUser), ...(nextCursor && { nextCursor }) }, 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/admin/users',
      tags,
      summary: 'Add a user',
      request: { body: body(NewUser) },
      responses: { 201: json(WireUser, 'The user') },
    }),
    async (c) => {
      const { email, password, role } = c.req.valid('json')
      const user = await ports.directory.create({ email, role, ...(password !== undefined && { password }) })
      await note(ports, { actorId: c.get('actor').id, action: 'user.create', subjectId: user.id, details: { role } })
      return c.json(wireUser(user), 201)
    },
  )
  app.openapi(
    describe({
      method: 'patch',
      path: '/api/admin/users/{id}',
      tags,
      summary: 'Disable, enable, or change the role',
      request: { params: IdPath, body: body(z.strictObject({ isDisabled: z.boolean().optional(), role: Role.optional() })) },
      responses: { 200: json(WireUser, 'The user') },
    }),
    async (c) => {
      const { id } = await getUser(ports, c.req.valid('param').id)
      const { isDisabled, role } = c.req.valid('json')
      const actorId = c.get('actor').id
      if (id === actorId)
        throw new StudioError('conflict', 'you cannot disable or demote yourself; ask another administrator', { reason: 'self' })
      if (isDisabled !== undefined) await ports.directory.setDisabled(id, isDisabled)
      if (role !== undefined) await ports.directory.setRole(id, role)
      // A token carries the role it was issued with, so a demotion must end the tokens too.
      if (role === 'user') await ports.directory.revokeTokens(id, ports.now())
      forget()
      await note(ports, {
        actorId,
        action: 'user.change',
        subjectId: id,
        details: { ...(isDisabled !== undefined && { isDisabled }), ...(role && { role }) },
      })
      return c.json(wireUser(await getUser(ports, id)), 200)
    },
  )
  app.openapi(
    describe({
      method: 'post',
      path: '/api/admin/users/{id}/sign-out',
      tags,
      summary: 'End all sessions of a user; API keys stay',
      request: { params: IdPath },
      responses: { 204: { description: 'Tokens issued before now are refused' } },
    }),
    async (c) => {
      const { id } = await getUser(ports, c.req.valid('param').id)
      await ports.directory.revokeTokens(id, ports.now())
      forget()
      await note(ports, { actorId: c.get('actor').id, action: 'user.sign-out', subjectId: id })
      return c.body(null, 204)
    },
  )
  app.openapi(
    describe({
      method: 'delete',
      path: '/api/admin/users/{id}',
      tags,
      summary: 'Erase a user and everything of theirs',
      request: { params: IdPath },
      responses: { 200: json(WireReceipt, 'A receipt for each store') },
    }),
    async (c) => {
      const receipt = await eraseOwner(ports, c.get('actor'), (await getUser(ports, c.req.valid('param').id)).id)
      forget()
      return c.json(receipt, 200)
    },
  )
}
