import { z } from '@hono/zod-openapi'
import type { InputLimits, Model, ParameterSpec, SizeRule } from '#core/model.ts'
import { InputRole, Task } from '#core/task.ts'

const ModelTask = z.object({
  task: Task,
  prompt: z.enum(['required', 'optional', 'none']),
  maxPromptLength: z.int(),
  negativePrompt: z.boolean(),
  inputs: z.array(z.object({ role: InputRole, required: z.boolean() })),
  inputLimits: z.custom<InputLimits>().openapi({ type: 'object' }).optional(),
  exactlyOneOf: z
    .array(z.string())
    .readonly()
    .optional()
    .openapi({ description: 'Inputs and parameters of which one, and only one, must come.' }),
  size: z.custom<SizeRule>().openapi({ type: 'object', description: 'How the size of the output is chosen, by `kind`.' }),
  parameters: z.array(z.custom<ParameterSpec>().openapi({ type: 'object', description: 'One knob: name, type, range, default.' })),
  seed: z.object({ min: z.int(), max: z.int() }).optional(),
})

/** A model as a form needs it. The provider's own ids and regions stay inside. */
export const WireModel = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.enum(['local', 'bedrock']),
    family: z.string(),
    isProcedural: z.boolean().openapi({ description: 'True when pictures are computed by rules, not by a trained network.' }),
    tasks: z.array(ModelTask),
    promptLanguages: z.array(z.string()).optional(),
    price: z.object({
      microUsdPerImage: z.int(),
      tiers: z
        .array(
          z.object({
            maxPixels: z.int().optional(),
            quality: z.string().optional(),
            minSteps: z.int().optional(),
            microUsdPerImage: z.int(),
          }),
        )
        .optional(),
      asOf: z.string(),
      source: z.string(),
    }),
    requestsPerMinute: z.number(),
    typicalSeconds: z.number(),
    lifecycle: z.object({
      state: z.enum(['active', 'legacy', 'retired']),
      legacyOn: z.string().optional(),
      retiredOn: z.string().optional(),
      successor: z.string().optional(),
    }),
    note: z.string().optional(),
  })
  .openapi('Model')

export function wireModel(model: Model): z.infer<typeof WireModel> {
  const { id, name, provider, family, isProcedural, promptLanguages, price, requestsPerMinute, typicalSeconds, lifecycle, note } = model
  const tasks = model.tasks.map(({ nativeId: _, inputs, parameters, seed, ...task }) => ({
    ...{ ...task, inputs: [...inputs], parameters: [...parameters] },
    ...(seed && { seed: { min: seed.min, max: seed.max } }),
  }))
  return {
    ...{ id, name, provider, family, isProcedural, tasks, requestsPerMinute, typicalSeconds, lifecycle, note },
    ...(promptLanguages && { promptLanguages: [...promptLanguages] }),
    price: { ...price, tiers: price.tiers?.map((tier) => ({ ...tier })) },
  }
}
