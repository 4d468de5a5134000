import { z } from 'zod'
import { InputRole, Task } from './task.ts'

export const GENERATION_STATES = ['queued', 'running', 'succeeded', 'partial', 'refused', 'failed', 'cancelled'] as const
export type GenerationState = (typeof GENERATION_STATES)[number]
/** States that are never left. */
export const SETTLED_STATES = ['succeeded', 'partial', 'refused', 'failed', 'cancelled'] as const satisfies readonly GenerationState[]

/** What a person asks for. Ranges that depend on the model are checked against its catalogue entry afterwards. */
export const GenerationRequest = z.strictObject({
  model: z.string().min(1).max(200).optional(),
  task: Task.default('text-to-image'),
  prompt: z.string().max(40_000).optional(),
  negativePrompt: z.string().max(40_000).optional(),
  width: z.int().min(1).max(16_384).optional(),
  height: z.int().min(1).max(16_384).optional(),
  aspectRatio: z
    .string()
    .regex(/^\d{1,5}:\d{1,5}$/, 'write it as 16:9')
    .optional(),
  count: z.int().min(1).max(10).default(1),
  /** Absent: the studio draws one and records it. */
  seed: z.int().min(0).max(4_294_967_295).optional(),
  inputs: z
    .array(
      z
        .strictObject({ role: InputRole, imageId: z.string().max(64).optional(), uploadId: z.string().max(64).optional() })
        .refine((input) => (input.imageId === undefined) !== (input.uploadId === undefined), 'give imageId or uploadId, one of the two'),
    )
    .max(16)
    .optional(),
  parameters: z.record(z.string().max(64), z.unknown()).optional(),
})
export type GenerationRequest = z.infer<typeof GenerationRequest>

/** One of the pictures a generation makes. Its image id is allocated when the generation is accepted. */
export type Output = {
  index: number
  imageId: string
  seed?: number
  state: 'waiting' | 'made' | 'refused' | 'failed' | 'cancelled'
  reason?: string
}

/** One request for n outputs by one task with one model. Times are integer ms. */
export type Generation = {
  id: string
  ownerId: string
  state: GenerationState
  modelId: string
  task: Task
  /** The request with defaults applied and checked; `model` is always present. */
  request: GenerationRequest
  /** Words of the request as the model is sent them where that is not how they were written, by field. */
  sent?: Record<string, string>
  outputs: Output[]
  /** Micro-dollars reserved at acceptance, for all outputs. */
  estimateMicroUsd: number
  /** Micro-dollars committed at settlement. */
  chargedMicroUsd?: number
  /** Calls made to the provider, refused and failed ones included: providers may bill what we do not. */
  providerCalls: number
  reason?: string
  reasonDetail?: string
  /** What was changed of the request and why, one sentence each. */
  adjustments: string[]
  cancelRequestedAt?: number
  /** A hash of what the client sent, where a repeat must be known by its content: clients of the OpenAI door send no key. */
  fingerprint?: string
  attempts: number
  /** Raised by each claim; writes carrying a lower one are refused. */
  fence: number
  createdAt: number
  updatedAt: number
  startedAt?: number
  settledAt?: number
  /** When the sweeper must look at it again; absent once settled. */
  dueAt?: number
}
