import { z } from '@hono/zod-openapi'
import { ERROR_CODES } from '#core/errors.ts'
import { iso } from '#core/iso-time.ts'
import type { PageRequest } from '#core/page.ts'

/** ISO 8601 UTC on the wire, integer ms in stores. */
export const Time = z.iso.datetime().openapi({ example: '2026-11-21T09:30:00.000Z' })
/** `{ [name]: iso }`, or nothing when there is no such time: absent fields stay absent. */
export const someTime = <N extends string>(name: N, ms: number | undefined): { [K in N]?: string } =>
  (ms === undefined ? {} : { [name]: iso(ms) }) as { [K in N]?: string }

export const Id = z.string().min(1).max(64).openapi({ example: '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b' })
export const IdPath = z.object({ id: Id.openapi({ description: 'As another answer gave it.' }) })
export const MicroUsd = z.int().min(0).openapi({ description: 'Integer micro-dollars: 40000 is $0.04.' })

export const PageQuery = z.object({
  cursor: z.string().max(2048).optional().openapi({ description: 'The `nextCursor` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ description: 'How many a page holds at most.' }),
})

/** A parsed `PageQuery` as the ports take it: absent means absent. */
export const pageRequest = ({ cursor, limit }: z.infer<typeof PageQuery>): PageRequest => ({
  limit,
  ...(cursor !== undefined && { cursor }),
})

/** A page of `item`s. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional().openapi({ description: 'Absent on the last page.' }) })

/** A flag in a query. `z.coerce.boolean()` would read `false` as true. */
export const flag = (description: string) => z.stringbool().optional().openapi({ type: 'boolean', description })

export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES),
    detail: z.string().openapi({ description: 'One sentence: what was wrong with which value, and what would be right.' }),
  })
  .openapi('Problem')
