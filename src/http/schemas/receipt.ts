import { z } from '@hono/zod-openapi'
import { Time } from './common.ts'

/** What an erasure removed, store by store. */
export const WireReceipt = z
  .object({
    ownerId: z.string(),
    at: Time,
    stores: z.array(z.object({ store: z.string(), removed: z.int().optional(), note: z.string() })),
  })
  .openapi('EraseReceipt')
