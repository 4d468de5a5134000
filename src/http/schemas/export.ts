import { z } from '@hono/zod-openapi'
import { Id, Time } from './common.ts'

/** An archive of everything of a person, on its way or ready. */
export const WireExport = z
  .object({
    id: Id,
    state: z.enum(['running', 'ready', 'failed']),
    createdAt: Time,
    expiresAt: Time.optional().openapi({ description: 'When the archive is removed: a day after it was ready.' }),
    byteLength: z.int().optional(),
    url: z.url().optional().openapi({ description: 'Signed, for an hour at most; ask again for the next. Present once it is ready.' }),
  })
  .openapi('Export')
export type WireExport = z.infer<typeof WireExport>
