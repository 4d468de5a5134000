import { modelTask } from '#core/catalogue.ts'
import { nearestAspect } from '#core/catalogue-size.ts'
import type { ModelRequest } from '#core/ports/models.ts'
import { type Codec, present } from './codec.ts'
import { sendInputs } from './inputs.ts'
import { chosenSeed } from './seed.ts'
import { decodeStability } from './stability-answer.ts'

const HAS_MODE = /\.sd3|\.stable-image-ultra/

/** Stable Image Core, Ultra and Stable Diffusion 3.5 Large. */
export const stabilityImage: Codec = {
  async encode(request, prepare) {
    const { parameters, task } = request
    const words = { prompt: request.prompt, negative_prompt: request.negativePrompt }
    const rest = { seed: chosenSeed(request), output_format: parameters.outputFormat }
    const mode = HAS_MODE.test(request.model.nativeId ?? '') ? task : undefined
    if (task === 'text-to-image') return { body: present({ ...words, mode, aspect_ratio: aspectOf(request), ...rest }), adjustments: [] }
    // An aspect beside a picture is refused: the picture has one.
    const { source, adjustments } = await sendInputs(request, prepare)
    return { body: present({ ...words, mode, image: source, strength: parameters.strength, ...rest }), adjustments }
  },
  decode: decodeStability,
}

/** The listed aspect nearest to the size asked for; what remains is cropped afterwards. */
export function aspectOf(request: ModelRequest): string | undefined {
  const { size } = modelTask(request.model, request.task)
  if (size.kind !== 'aspects') return undefined
  const { width, height, aspectRatio = size.default } = request
  if (width && height) return nearestAspect(size.aspects, { width, height })
  const [across = 1, down = 1] = aspectRatio.split(':').map(Number)
  return nearestAspect(size.aspects, { width: across, height: down })
}
