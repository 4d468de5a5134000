import type { z } from 'zod'
import type { WireEstimate, WireGeneration } from '#http/schemas/generation.ts'
import type { WireActivity, WireImage } from '#http/schemas/image.ts'
import type { WireModel } from '#http/schemas/model.ts'

/** What the API says, by its own schemas: types only, so that no schema reaches the bundle. */
export type ImageView = WireImage
export type GenerationView = WireGeneration
export type ModelView = z.infer<typeof WireModel>
export type ModelTaskView = ModelView['tasks'][number]
export type EstimateView = z.infer<typeof WireEstimate>
export type ActivityView = z.infer<typeof WireActivity>
export type List<T> = { items: T[]; nextCursor?: string }
