import type { InputRole, Task } from './task.ts'

/** One knob of a model's task: what the form shows, the validator checks and the codec translates. Names are ours, camelCase. */
export type ParameterSpec = {
  name: string
  required?: boolean
  /** Advanced knobs are folded away in the form. */
  advanced?: boolean
} & (
  | { type: 'number'; min: number; max: number; default?: number; step?: number; unit?: string }
  | { type: 'integer'; min: number; max: number; default?: number; unit?: string }
  | { type: 'choice'; options: readonly string[]; default?: string }
  | { type: 'text'; maxLength: number; default?: string }
  | { type: 'boolean'; default?: boolean }
  | { type: 'colors'; maxItems: number }
)

/** How a task decides the output's size. Whatever the rule, an exact width × height asked for is met by crop and resize, and said so. */
export type SizeRule =
  | { kind: 'aspects'; aspects: readonly string[]; default: string; megapixels: number }
  | { kind: 'list'; sizes: readonly (readonly [width: number, height: number])[]; default: readonly [number, number] }
  | {
      kind: 'range'
      min: number
      max: number
      multipleOf: number
      maxPixels: number
      maxAspect: number
      default: readonly [number, number]
    }
  /** The output has the source's size. */
  | { kind: 'input' }
  /** The output is `factor` times the source. */
  | { kind: 'scale'; factor: number }
  /** The source grown by the margins asked for. */
  | { kind: 'margins' }
  /** Only the model knows (upscalers to "4K"). */
  | { kind: 'model' }

/** What an input picture must be. Larger pictures are scaled down before they are sent; smaller ones are refused. Pixels and bytes. */
export type InputLimits = {
  formats: readonly ('jpeg' | 'png' | 'webp')[]
  minSide?: number
  maxSide?: number
  minPixels?: number
  maxPixels?: number
  maxAspect?: number
  maxBytes?: number
  alpha?: 'kept' | 'opaque only' | 'is mask'
}

/** One task a model can do, and everything needed to offer, check, price and send it. */
export type ModelTask = {
  task: Task
  prompt: 'required' | 'optional' | 'none'
  maxPromptLength: number
  negativePrompt: boolean
  inputs: readonly { role: InputRole; required: boolean }[]
  inputLimits?: InputLimits
  /** Of these input roles and parameters exactly one must be given (a mask or the words that find it). */
  exactlyOneOf?: readonly string[]
  size: SizeRule
  parameters: readonly ParameterSpec[]
  /** Absent: the task takes no seed. `zeroIsRandom`: 0 on the wire asks for a random one, so 0 is never sent for a chosen seed. */
  seed?: { min: number; max: number; zeroIsRandom: boolean }
  /** The service's own id of this task where it differs from the model's (Stability Image Services are one model per task). */
  nativeId?: string
}

/** A list price. Integer micro-dollars an image; `tiers` refine by pixels and quality, first match wins. */
export type Price = {
  microUsdPerImage: number
  tiers?: readonly { maxPixels?: number; quality?: string; minSteps?: number; microUsdPerImage: number }[]
  /** ISO date on which the price was read. */
  asOf: string
  source: string
}

export type Lifecycle = {
  state: 'active' | 'legacy' | 'retired'
  legacyOn?: string
  retiredOn?: string
  successor?: string
}

/** A catalogue entry: data, overlaid by the operator's `genzo.models.json`. */
export type Model = {
  /** Ours, stable: `sketch`, `stable-image-core`, … */
  id: string
  name: string
  provider: 'local' | 'bedrock'
  /** Names the codec. */
  family: string
  /** The service's model id, e.g. `stability.stable-image-core-v1:1`; local models have none. */
  nativeId?: string
  /** Region → the id to invoke there (an inference profile where the bare id is refused). */
  regions?: Readonly<Record<string, string>>
  /** True when pictures are computed by rules, not by a trained network. Shown everywhere. */
  isProcedural: boolean
  tasks: readonly ModelTask[]
  imagesPerCall: number
  /** Which pixels of a mask change on this model's wire; ours is always white. */
  maskPolarity?: 'white' | 'black' | 'white to keep'
  /** Languages of prompts it takes; absent means any. */
  promptLanguages?: readonly string[]
  price: Price
  /** Requests a minute that the service documents for a new account. */
  requestsPerMinute: number
  /** Images in flight at once. */
  concurrency: number
  /** Typical seconds an image, for `startsAfter` and the picker. */
  typicalSeconds: number
  lifecycle: Lifecycle
  note?: string
}
