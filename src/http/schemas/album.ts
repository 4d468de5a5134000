import { z } from '@hono/zod-openapi'
import { iso } from '#core/iso-time.ts'
import type { Album } from '#core/ports/albums.ts'
import { Id, Time } from './common.ts'
import { WireImage } from './image.ts'

/** An album as its owner sees it. */
export const WireAlbum = z
  .object({
    id: Id,
    title: z.string(),
    images: z.int().openapi({ description: 'How many lie in it, those in the trash included: they may come back.' }),
    coverId: z.string().optional().openapi({ description: 'What its owner chose; absent, the newest stands for it.' }),
    cover: WireImage.optional().openapi({ description: 'Absent while no image in it can be shown.' }),
    createdAt: Time,
    updatedAt: Time,
  })
  .openapi('Album')
export type WireAlbum = z.infer<typeof WireAlbum>

export const wireAlbum = ({ id, title, images, coverId, createdAt, updatedAt }: Album, cover?: WireImage): WireAlbum => ({
  ...{ id, title, images, createdAt: iso(createdAt), updatedAt: iso(updatedAt) },
  ...{ ...(coverId !== undefined && { coverId }), ...(cover && { cover }) },
})
