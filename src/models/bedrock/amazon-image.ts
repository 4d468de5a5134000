import { z } from 'zod'
import { modelTask } from '#core/catalogue.ts'
import { nativeSize } from '#core/catalogue-size.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import { madePicture, nonsense } from './answers.ts'
import { type Codec, type Encoded, type Prepare, present } from './codec.ts'
import { type MaskWire, sendInputs } from './inputs.ts'
import { chosenSeed } from './seed.ts'

// Black changes when inpainting, white changes when outpainting: the guide calls the two opposites, and its samples agree. Pure black and
// white in both.
const INPAINT: MaskWire = { polarity: 'black', binary: true }
const OUTPAINT: MaskWire = { polarity: 'white', binary: true }

/** Nova Canvas and Titan Image Generator v1 and v2: one `taskType` and one params object each. */
export const amazonImage: Codec = {
  async encode(request, prepare) {
    const { taskType, params, adjustments } = await paramsOf(request, prepare)
    if (taskType === 'BACKGROUND_REMOVAL') return { body: { taskType, ...params }, adjustments }
    return { body: { taskType, ...params, imageGenerationConfig: configOf(request) }, adjustments }
  },
  decode: decodeAmazon,
}

type Task = { taskType: string; params: Record<string, unknown>; adjustments: string[] }

async function paramsOf(request: ModelRequest, prepare: Prepare): Promise<Task> {
  const { task, parameters } = request
  const words = { text: request.prompt, negativeText: request.negativePrompt }
  const sent = await sendInputs(request, prepare, task === 'outpaint' ? OUTPAINT : INPAINT)
  const { source, mask, others, adjustments } = sent
  const make = (taskType: string, name: string, fields: Record<string, unknown>): Task => ({
    ...{ taskType, params: { [name]: present(fields) }, adjustments },
  })
  switch (task) {
    case 'image-to-image': {
      const images = [source, ...(others.reference ?? [])]
      const { similarityStrength } = parameters
      return make('IMAGE_VARIATION', 'imageVariationParams', { images, ...words, similarityStrength })
    }
    case 'inpaint':
    case 'erase':
      return make('INPAINTING', 'inPaintingParams', { image: source, ...words, maskImage: mask, maskPrompt: parameters.maskPrompt })
    case 'replace':
      return make('INPAINTING', 'inPaintingParams', { image: source, ...words, maskPrompt: parameters.searchPrompt })
    case 'outpaint': {
      const { maskPrompt, outPaintingMode } = parameters
      return make('OUTPAINTING', 'outPaintingParams', { image: source, ...words, maskImage: mask, maskPrompt, outPaintingMode })
    }
    case 'remove-background':
      return make('BACKGROUND_REMOVAL', 'backgroundRemovalParams', { image: source })
    case 'control-structure': {
      const { controlMode, controlStrength } = parameters
      return make('TEXT_IMAGE', 'textToImageParams', {
        ...words,
        conditionImage: source ?? others.structure?.[0],
        controlMode,
        controlStrength,
      })
    }
    case 'style-guide':
      return guidedByColor(others.style?.[0])
    default:
      if (parameters.colors) return guidedByColor(undefined)
      return make('TEXT_IMAGE', 'textToImageParams', { ...words, style: parameters.style })
  }
  function guidedByColor(referenceImage: string | undefined) {
    const fields = { ...words, colors: parameters.colors, referenceImage }
    return make('COLOR_GUIDED_GENERATION', 'colorGuidedGenerationParams', fields)
  }
}

/** Width and height are sent only where the task makes its own size: with an edit the service refuses them. */
function configOf(request: ModelRequest): Encoded['body'] {
  const { quality, cfgScale } = request.parameters
  const { size } = modelTask(request.model, request.task)
  const isFree = size.kind === 'list' || size.kind === 'range'
  const [width, height] = isFree ? size.default : []
  const native = isFree ? nativeSize(size, { width: request.width ?? width!, height: request.height ?? height! }) : {}
  return present({ quality, numberOfImages: request.count, ...native, cfgScale, seed: chosenSeed(request) })
}

const Answer = z.object({ images: z.array(z.string()).nullish(), error: z.string().nullish() })

/** `images` may be shorter than asked: what the filters held back is left out, and `error` says so under status 200. */
function decodeAmazon(answer: unknown, request: ModelRequest): ModelAnswer {
  const parsed = Answer.safeParse(answer)
  if (!parsed.success) throw nonsense('something else')
  const { error } = parsed.data
  const images = parsed.data.images ?? []
  if (images.length === 0 && error)
    return { outcome: 'refused', stage: stageOf(error), reason: error.slice(0, 200), rule: 'content filter' }
  if (images.length === 0) throw nonsense('nothing')
  // One seed starts the batch; only its first picture can be made again from it alone.
  const pictures = images.slice(0, request.count).map((image, at) => madePicture(image, at === 0 ? request.seed : undefined))
  const missing = request.count - pictures.length
  const refused = missing > 0 && error ? { refused: { count: missing, reason: error.slice(0, 200) } } : {}
  return { outcome: 'made', pictures, ...refused, adjustments: [] }
}

/** Which of the three the filters mean; their sentences are documented. */
export function stageOf(message: string): 'prompt' | 'input image' | 'output image' {
  if (/input image/i.test(message)) return 'input image'
  return /generated images/i.test(message) ? 'output image' : 'prompt'
}
