import type { CameraFacts } from '../image.ts'
import type { SettledTransform } from '../transform.ts'

/** What inspection found. Width and height are of the oriented picture, pixels. */
export type Inspection = {
  format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff' | 'heic'
  contentType: string
  width: number
  height: number
  /** 1–8, EXIF; already applied to width and height. */
  orientation: number
  frames: number
  hasAlpha: boolean
  byteLength: number
  sha256: string
  camera?: CameraFacts
  /** The settings a picture of another tool carries in its metadata (PNG text chunks), as written. Told to the owner. */
  embeddedPrompt?: string
}

export type InspectionLimits = { maxBytes: number; maxPixels: number; maxSide: number; maxFrames: number }

export type MadeRendition = { canonical: string; format: string; contentType: string; width: number; height: number; bytes: Uint8Array }

/** The set made of every image from one decode: the ladder, a small JPEG, the mezzanine, a placeholder and a palette. */
export type RenditionSet = { renditions: MadeRendition[]; placeholder: string; palette: string[] }

/** XMP written into the bytes of what a model made. `procedural` is computed by rules, not AI. */
export type ProvenanceMark = {
  digitalSourceType: 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia' | 'algorithmicMedia'
  creatorTool: string
}

/** A picture as a model's input or output: encoded bytes with their size. */
export type Picture = { bytes: Uint8Array; contentType: string; width: number; height: number; hasAlpha: boolean }

/** How an input must be prepared before a model sees it. */
export type Preparation = {
  formats: readonly ('jpeg' | 'png' | 'webp')[]
  maxPixels?: number
  maxSide?: number
  maxBytes?: number
  /** Scale to exactly this size (masks follow their source). */
  exact?: { width: number; height: number; fit: 'cover' | 'fill' }
  /** Flatten transparency onto white. */
  flatten?: boolean
  /**
   * One channel, white = change. `binary` makes it pure black and white; `invert` swaps them. `fromAlpha` reads a mask in OpenAI's way:
   * what is transparent changes, whatever its colour.
   */
  mask?: { binary: boolean; invert: boolean; featherPixels?: number; fromAlpha?: boolean }
}

/**
 * Everything that decodes or encodes pictures. Sources are blob keys (with the pinned version), so bytes need not travel.
 * Locally a pool of child processes killed at a deadline; on Lambda in process. A hostile file costs one child, never the server.
 * Fails with `unsupported_type`, `too_large` or `invalid_input` on a file that can never work, `unavailable` on what may pass.
 */
export interface Pixels {
  inspect(source: { key: string; version?: string }, limits: InspectionLimits): Promise<Inspection>
  makeSet(source: { key: string; version?: string }, about: { format: string; mark?: ProvenanceMark }): Promise<RenditionSet>
  /** Makes one derivative. `effort`: `low` while a client waits. */
  transform(
    source: { key: string; version?: string },
    to: SettledTransform,
    how: { effort: 'low' | 'high'; mark?: ProvenanceMark },
  ): Promise<{ bytes: Uint8Array; contentType: string }>
  /** A source as model input. */
  prepare(source: { key: string; version?: string } | { bytes: Uint8Array }, to: Preparation): Promise<Picture>
  /**
   * What a model answered, brought to exactly `exact` when given (crop, then resize) and marked. Pixels are untouched when nothing
   * must change.
   */
  finish(bytes: Uint8Array, how: { exact?: { width: number; height: number }; mark: ProvenanceMark }): Promise<Picture>
}
