import { z } from '@hono/zod-openapi'
import { type Activity, IMAGE_STATES, ORIGINS } from '#core/image.ts'
import { iso } from '#core/iso-time.ts'
import { Task } from '#core/task.ts'
import { Id, Time } from './common.ts'

const Camera = z.object({
  make: z.string().optional(),
  model: z.string().optional(),
  lens: z.string().optional(),
  takenAt: z.string().optional(),
  exposureSeconds: z.number().optional(),
  fNumber: z.number().optional(),
  iso: z.number().optional(),
  focalLengthMm: z.number().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
})

const MadeWith = z.object({
  modelId: z.string(),
  task: Task,
  prompt: z.string().optional(),
  promptSent: z.string().optional().openapi({ description: 'What the model was sent in its place: a translation.' }),
  negativePrompt: z.string().optional(),
  seed: z.int().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  inputs: z.array(z.object({ role: z.string(), imageId: z.string().optional(), uploadId: z.string().optional() })).optional(),
  adjustments: z.array(z.string()).optional().openapi({ description: 'What the studio changed of the request, one sentence each.' }),
  requestId: z.string().optional(),
})

export const ImageUrls = z
  .object({ thumbnail: z.url(), preview: z.url(), original: z.url(), srcset: z.string() })
  .openapi({ description: 'Signed; they stay the same for a day, so they cache. Present once the image is ready.' })
export type ImageUrls = z.infer<typeof ImageUrls>

/** An image as its owner sees it. */
export const WireImage = z
  .object({
    id: Id,
    state: z.enum(IMAGE_STATES),
    reason: z.string().optional(),
    reasonDetail: z.string().optional(),
    duplicateOf: z.string().optional(),
    origin: z.enum(ORIGINS),
    title: z.string(),
    tags: z.array(z.string()),
    isFavourite: z.boolean(),
    fileName: z.string().optional(),
    width: z.int().openapi({ description: 'Pixels of the upright picture; 0 until inspected.' }),
    height: z.int(),
    byteLength: z.int(),
    format: z.string().openapi({ description: "'' until inspected.", example: 'jpeg' }),
    frames: z.int().optional(),
    hasAlpha: z.boolean().optional(),
    placeholder: z.string().optional().openapi({ description: 'Base64 of a ThumbHash.' }),
    palette: z.array(z.string()).optional(),
    camera: Camera.optional(),
    parentId: z.string().optional(),
    generationId: z.string().optional(),
    outputIndex: z.int().optional(),
    madeWith: MadeWith.optional(),
    albumIds: z.array(z.string()).optional(),
    revision: z.int().openapi({ description: 'Also the ETag; send it in If-Match to change only what you saw.' }),
    createdAt: Time,
    updatedAt: Time,
    trashedAt: Time.optional(),
    urls: ImageUrls.optional(),
  })
  .openapi('Image')
export type WireImage = z.infer<typeof WireImage>

export const WireActivity = z
  .object({
    at: Time,
    step: z.string(),
    outcome: z.enum(['started', 'done', 'failed', 'skipped']),
    note: z.string().optional(),
    ms: z.number().optional(),
  })
  .openapi('Activity')

export const wireActivity = ({ at, ...rest }: Activity): z.infer<typeof WireActivity> => ({ at: iso(at), ...rest })
