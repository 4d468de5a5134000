import { z } from '@hono/zod-openapi'
import { GENERATION_STATES, GenerationRequest } from '#core/generation.ts'
import { iso } from '#core/iso-time.ts'
import { Task } from '#core/task.ts'
import type { QueuedGeneration } from '#core/use-cases/request-generation.ts'
import { Id, MicroUsd, someTime, Time } from './common.ts'

const Output = z.object({
  id: Id.openapi({ description: 'The image; it can be asked for from the first moment.' }),
  state: z.enum(['waiting', 'made', 'refused', 'failed', 'cancelled']),
  reason: z.string().optional(),
  seed: z.int().optional(),
})

/** A generation as its owner sees it. */
export const WireGeneration = z
  .object({
    id: Id,
    state: z.enum(GENERATION_STATES),
    reason: z.string().optional(),
    reasonDetail: z.string().optional(),
    task: Task,
    model: z.string(),
    /** With defaults applied: enough to ask for it again. */
    request: GenerationRequest,
    promptSent: z.string().optional().openapi({ description: 'What the model is sent in place of the prompt: a translation.' }),
    images: z.array(Output),
    estimate: z.object({ microUsd: MicroUsd }),
    chargedMicroUsd: MicroUsd.optional(),
    providerCalls: z.int(),
    adjustments: z.array(z.string()).openapi({ description: 'What was changed of the request and why, one sentence each.' }),
    startsAfter: Time.optional().openapi({ description: 'Not before this, as reckoned from the rate.' }),
    createdAt: Time,
    startedAt: Time.optional(),
    settledAt: Time.optional(),
    cancelRequestedAt: Time.optional(),
  })
  .openapi('Generation')
export type WireGeneration = z.infer<typeof WireGeneration>

export function wireGeneration(generation: QueuedGeneration): WireGeneration {
  const { id, state, reason, reasonDetail, task, modelId, request, outputs, estimateMicroUsd, chargedMicroUsd } = generation
  const promptSent = generation.sent?.prompt
  const { providerCalls, adjustments, createdAt, startedAt, settledAt, cancelRequestedAt, startsAfter } = generation
  return {
    ...{ id, state, reason, reasonDetail, task, model: modelId, request, ...(promptSent && { promptSent }) },
    images: outputs.map(({ imageId, state, reason, seed }) => ({ id: imageId, state, reason, seed })),
    ...{ estimate: { microUsd: estimateMicroUsd }, chargedMicroUsd, providerCalls, adjustments, createdAt: iso(createdAt) },
    ...{ ...someTime('startedAt', startedAt), ...someTime('settledAt', settledAt), ...someTime('startsAfter', startsAfter) },
    ...someTime('cancelRequestedAt', cancelRequestedAt),
  }
}

export const WireEstimate = z
  .object({
    model: z.string(),
    microUsd: MicroUsd,
    images: z.int(),
    remaining: MicroUsd.optional().openapi({ description: 'What the tightest money limit leaves before this; absent without one.' }),
    adjustments: z.array(z.string()),
    startsAfter: Time.optional(),
  })
  .openapi('Estimate')
