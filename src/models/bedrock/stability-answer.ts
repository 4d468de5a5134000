import { z } from 'zod'
import { needsTranslation } from '#core/catalogue.ts'
import { StudioError } from '#core/errors.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import { madePicture, nonsense } from './answers.ts'

// Seeds are typed as text in the documentation and shown as numbers in its samples. A refusal has neither images nor seeds.
const Answer = z.object({
  images: z.array(z.string()).optional(),
  seeds: z.array(z.union([z.number(), z.string()]).nullable()).optional(),
  finish_reasons: z.array(z.string().nullable()).optional(),
})

const STAGES = {
  'Filter reason: prompt': 'prompt',
  'Filter reason: input image': 'input image',
  'Filter reason: output image': 'output image',
} as const

/** The answer of every Stability model on Bedrock but SDXL: one picture, or a refusal under status 200. */
export function decodeStability(answer: unknown, request: ModelRequest): ModelAnswer {
  const parsed = Answer.safeParse(answer)
  if (!parsed.success) throw nonsense('something else')
  const { images = [], seeds = [], finish_reasons: [reason] = [] } = parsed.data
  if (reason) return refusal(reason, request)
  return { outcome: 'made', pictures: [madePicture(images[0], seedOf(seeds[0], request))], adjustments: [] }
}

function refusal(reason: string, { model, prompt }: ModelRequest): ModelAnswer {
  if (Object.hasOwn(STAGES, reason)) {
    const stage = STAGES[reason as keyof typeof STAGES]
    return { outcome: 'refused', stage, reason: explain(stage, needsTranslation(model, prompt)), rule: reason }
  }
  if (reason === 'Inference error')
    throw new StudioError('internal', `${model.name} failed on this request (inference error); asking again may be billed again`)
  return {
    outcome: 'refused',
    stage: 'output image',
    reason: `the model withheld the picture: ${reason.slice(0, 100)}`,
    rule: reason.slice(0, 100),
  }
}

/** Prompts in other languages come back as if they were unsafe: saying so saves a person from guessing. */
function explain(stage: string, isForeign: boolean): string {
  if (stage !== 'prompt') return `the provider's filter withheld the ${stage}`
  const advice = ': this model takes English only; write it in English, or have an operator set BEDROCK_MODEL_ID, which translates'
  return `the provider's filter refused the prompt${isForeign ? advice : ''}`
}

function seedOf(seed: number | string | null | undefined, request: ModelRequest): number | undefined {
  const said = typeof seed === 'string' && seed !== '' ? Number(seed) : seed
  return typeof said === 'number' && Number.isSafeInteger(said) && said >= 0 ? said : request.seed
}
