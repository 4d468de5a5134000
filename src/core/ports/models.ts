import type { Model } from '../model.ts'
import type { InputRole, Task } from '../task.ts'
import type { Picture } from './pixels.ts'

/** One call. The request was checked against the catalogue; `seed` is chosen and inside the model's range. */
export type ModelRequest = {
  model: Model
  task: Task
  prompt?: string
  negativePrompt?: string
  width?: number
  height?: number
  aspectRatio?: string
  /** Pictures wanted of this call, at most `model.imagesPerCall`. */
  count: number
  seed?: number
  inputs: { role: InputRole; picture: Picture }[]
  parameters: Record<string, unknown>
}

export type MadePicture = {
  bytes: Uint8Array
  contentType: string
  /** The seed that the model says it used. */
  seed?: number
}

/** A refusal is an answer: shown, not charged, never retried. */
export type ModelAnswer =
  | {
      outcome: 'made'
      pictures: MadePicture[]
      /** How many of `count` the provider held back, with its reason. */
      refused?: { count: number; reason: string }
      adjustments: string[]
      requestId?: string
    }
  | { outcome: 'refused'; stage: 'prompt' | 'input image' | 'output image'; reason: string; rule?: string; requestId?: string }

/** The models that can be asked now, and the asking. */
export interface Models {
  /** The catalogue with the operator's overlay and the provider's lifecycles. Retired models are in it, as retired. */
  list(): Promise<Model[]>
  find(id: string): Promise<Model | undefined>
  /** Which model answers a task when the request names none. Undefined when no live model does it. */
  defaultFor(task: Task): Promise<Model | undefined>
  /**
   * Asks once (`maxAttempts: 1`; only the workflow retries). Throws `throttled` (with `retryAfterSeconds`), `model_retired`, `unavailable`,
   * `invalid_input`, `forbidden`; aborts with the signal.
   */
  invoke(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>
}

/** Text models, when configured; each method throws `unavailable` saying what to configure when not. */
export interface Wording {
  /** An idea as a full prompt. */
  expand(idea: string, about: { task: Task; model: Model }, signal: AbortSignal): Promise<string>
  /** A prompt in English, for models that take nothing else. */
  translate(prompt: string, signal: AbortSignal): Promise<string>
  readonly isConfigured: boolean
}

/** Vectors of texts and pictures in one space. Same rule when not configured. */
export interface Embeddings {
  text(text: string, signal: AbortSignal): Promise<Float32Array>
  picture(picture: Picture, signal: AbortSignal): Promise<Float32Array>
  readonly isConfigured: boolean
  /** Names the space, that is the model: vectors of two of them cannot be compared. */
  readonly space?: string
  /** List price of one picture's vector, in integer micro-dollars, where it is known. */
  readonly pictureMicroUsd?: number
}

/** Says yes or no before anything is spent, and names its rule. */
export interface Moderator {
  text(prompt: { prompt?: string; negativePrompt?: string }): Promise<Verdict>
  /** The 1280 px rendition's bytes. */
  picture(picture: { bytes: Uint8Array; contentType: string }): Promise<Verdict>
}
export type Verdict = { verdict: 'allow' } | { verdict: 'refuse'; rule: string; reason: string }
