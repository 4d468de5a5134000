import type { WireAlbum } from '#http/schemas/album.ts'
import type { WireEstimate, WireGeneration } from '#http/schemas/generation.ts'
import type { WireActivity, WireImage } from '#http/schemas/image.ts'
import type { WireModel } from '#http/schemas/model.ts'
import type { WireShare } from '#http/schemas/share.ts'

/** What the API says, by its own schemas: types only, so that no schema reaches the bundle. */
export type ImageView = WireImage
export type AlbumView = WireAlbum
export type GenerationView = WireGeneration
export type ModelView = (typeof WireModel)['_output']
export type ModelTaskView = ModelView['tasks'][number]
export type EstimateView = (typeof WireEstimate)['_output']
export type ActivityView = (typeof WireActivity)['_output']
/** A shared picture as everybody sees it. */
export type ShareView = WireShare
export type List<T> = { items: T[]; nextCursor?: string }
