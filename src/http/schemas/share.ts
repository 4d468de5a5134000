import { z } from '@hono/zod-openapi'
import { SHARE_MARKS, type Share } from '#core/use-cases/open-share.ts'
import { Id, someTime, Time } from './common.ts'

/** A shared picture as everybody may see it. */
export const WireShare = z
  .object({
    id: Id,
    title: z.string(),
    url: z.url(),
    srcset: z.string().optional().openapi({ description: 'Smaller ones of the same picture; absent where the link cuts it.' }),
    width: z.int().openapi({ description: 'Pixels of the picture at `url`.' }),
    height: z.int(),
    marks: z.array(z.enum(SHARE_MARKS)).openapi({ description: 'How the picture came to be.' }),
    expiresAt: Time.optional().openapi({ description: 'Absent for a link that opens until it is revoked.' }),
  })
  .openapi('Share')
export type WireShare = z.infer<typeof WireShare>

/** Only what may be told: the picture and how it came to be. */
export const wireShare = ({ id, title, url, srcset, width, height, marks, expiresAt }: Share): WireShare => ({
  ...{ id, title, url, width, height, marks, ...(srcset !== undefined && { srcset }), ...someTime('expiresAt', expiresAt) },
})
