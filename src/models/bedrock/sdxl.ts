import { z } from 'zod'
import { modelTask } from '#core/catalogue.ts'
import { nativeSize } from '#core/catalogue-size.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import { madePicture, nonsense } from './answers.ts'
import { type Codec, present } from './codec.ts'
import { sendInputs } from './inputs.ts'
import { chosenSeed } from './seed.ts'

/** Stable Diffusion XL 1.0. Negative words are a prompt of negative weight; `MASK_IMAGE_WHITE` has our own polarity. */
export const sdxl: Codec = {
  async encode(request, prepare) {
    const { task, parameters } = request
    const { source, mask, adjustments } = await sendInputs(request, prepare, { polarity: 'white', binary: false })
    const negative = request.negativePrompt ? [{ text: request.negativePrompt, weight: -1 }] : []
    const common = present({
      text_prompts: [{ text: request.prompt ?? '', weight: 1 }, ...negative],
      cfg_scale: parameters.cfgScale,
      clip_guidance_preset: parameters.clipGuidancePreset,
      sampler: parameters.sampler,
      samples: 1,
      seed: chosenSeed(request),
      steps: parameters.steps,
      style_preset: parameters.stylePreset,
    })
    if (task === 'text-to-image') return { body: { ...common, ...sizeOf(request) }, adjustments }
    if (task === 'inpaint')
      return { body: { ...common, init_image: source, mask_source: 'MASK_IMAGE_WHITE', mask_image: mask }, adjustments }
    // Ours says how much may change, as the newer models do; this one says how much is kept.
    const strength = Math.round((1 - Number(parameters.strength ?? 0.65)) * 100) / 100
    return { body: { ...common, init_image: source, init_image_mode: 'IMAGE_STRENGTH', image_strength: strength }, adjustments }
  },
  decode: decodeSdxl,
}

function sizeOf(request: ModelRequest) {
  const { size } = modelTask(request.model, request.task)
  if (size.kind !== 'list') return {}
  return nativeSize(size, { width: request.width ?? size.default[0], height: request.height ?? size.default[1] })
}

const Answer = z.object({
  artifacts: z.array(z.object({ seed: z.number().optional(), base64: z.string().optional(), finishReason: z.string() })),
})

function decodeSdxl(answer: unknown, request: ModelRequest): ModelAnswer {
  const parsed = Answer.safeParse(answer)
  const artifact = parsed.data?.artifacts[0]
  if (!artifact) throw nonsense('something else')
  // A filtered artifact may still hold a blurred picture: it is not what was asked for.
  if (artifact.finishReason === 'CONTENT_FILTERED')
    return {
      outcome: 'refused',
      stage: 'output image',
      reason: "the provider's filter withheld the output image",
      rule: 'CONTENT_FILTERED',
    }
  if (artifact.finishReason !== 'SUCCESS') throw nonsense('an error')
  return { outcome: 'made', pictures: [madePicture(artifact.base64, artifact.seed ?? request.seed)], adjustments: [] }
}
