import type { Task } from './task.ts'

/**
 * `pending → processing → ready | failed | rejected`, then `trashed` (restorable) and `purging` (its row is removed when its bytes
 * are).
 */
export const IMAGE_STATES = ['pending', 'processing', 'ready', 'failed', 'rejected', 'trashed', 'purging'] as const
export type ImageState = (typeof IMAGE_STATES)[number]

export const ORIGINS = ['upload', 'generated', 'edited'] as const
export type Origin = (typeof ORIGINS)[number]

/** A stored derived file. `canonical` is the last part of its blob key and begins with the encoder's version. */
export type Rendition = { canonical: string; format: string; width: number; height: number; byteLength: number }

/** What a camera wrote. Told to the owner only; never in public bytes. Place in degrees, time as written (no zone) or with one. */
export type CameraFacts = {
  make?: string
  model?: string
  lens?: string
  takenAt?: string
  exposureSeconds?: number
  fNumber?: number
  iso?: number
  focalLengthMm?: number
  latitude?: number
  longitude?: number
}

/** All settings a generated image was made with: enough to make it again. */
export type MadeWith = {
  modelId: string
  task: Task
  /** As the person wrote it. */
  prompt?: string
  /** What the model was sent in its place: a translation. */
  promptSent?: string
  negativePrompt?: string
  seed?: number
  width?: number
  height?: number
  parameters?: Record<string, unknown>
  inputs?: { role: string; imageId?: string; uploadId?: string }[]
  /** What the studio changed of the request, one sentence each: "cropped 1344 × 768 to 1280 × 720". */
  adjustments?: string[]
  /** The service's request id. */
  requestId?: string
}

/** Bytes uploaded, generated or edited; never changed once written. Times are integer ms since 1970 UTC. */
export type Image = {
  id: string
  ownerId: string
  origin: Origin
  state: ImageState
  /** Why it failed or was rejected: a word of a closed set where one fits (`upload_expired`, `duplicate`, `unsupported_type`, …). */
  reason?: string
  /** One sentence for a person beside `reason`. */
  reasonDetail?: string
  duplicateOf?: string
  /** The state to return to on restore; present only while trashed. */
  stateBeforeTrash?: ImageState
  trashedAt?: number
  title: string
  tags: string[]
  isFavourite: boolean
  fileName?: string
  /** Of the oriented picture, pixels. 0 until inspected. */
  width: number
  height: number
  byteLength: number
  /** `jpeg`, `png`, `webp`, `avif`, `gif`, `tiff`, `heic`. '' until inspected. */
  format: string
  sha256?: string
  frames?: number
  hasAlpha?: boolean
  /** Base64 of a ThumbHash. */
  placeholder?: string
  /** Dominant colours, `#rrggbb`, most of the picture first. */
  palette?: string[]
  camera?: CameraFacts
  renditions: Rendition[]
  parentId?: string
  generationId?: string
  /** Index among the generation's outputs. */
  outputIndex?: number
  madeWith?: MadeWith
  albumIds?: string[]
  /** The store's version of the original, pinned at inspection where the store has versions. */
  blobVersion?: string
  attempts: number
  /** Raised by one on every write: the condition of a patch, and the ETag of the record. */
  revision: number
  createdAt: number
  updatedAt: number
  /** When the sweeper must look at it again; absent when nothing is owed. */
  dueAt?: number
}

/** One line of an image's history, for people. Kept one year. */
export type Activity = { at: number; step: string; outcome: 'started' | 'done' | 'failed' | 'skipped'; note?: string; ms?: number }
