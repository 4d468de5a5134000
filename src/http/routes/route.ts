import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { AppEnv } from '../env.ts'
import { Problem } from '../schemas/common.ts'

export type Api = OpenAPIHono<AppEnv>

/** One JSON answer of a route. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
/** An answer that is no JSON. */
export const bytes = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.string().openapi({ format: 'binary' }) } },
})
/** A JSON body that must be there. */
export const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } }) as const

const SECURITY = [{ bearer: [] }, { apiKey: [] }]
/** Described once for every route: an error is thrown, so no handler returns it and no handler's type needs to name it. */
export const PROBLEMS = { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema: Problem } } }

type Described = Omit<RouteConfig, 'path'> & { path: string }

/** Describes a route for people and for the validator. Who may call it is the route table's to say. */
export const describe = <P extends string, R extends Omit<Described, 'path'> & { path: P }>(route: R) =>
  createRoute({ security: SECURITY, ...route } as R)
