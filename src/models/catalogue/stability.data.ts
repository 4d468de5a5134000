import type { InputLimits, Model, ModelTask, ParameterSpec } from '#core/model.ts'
import type { InputRole } from '#core/task.ts'

// Sources: Bedrock user guide, "Stability AI models" and the model cards (October 2026); quotas: AWS General Reference, Bedrock
// (October 2026). AWS shows prices only in a script-rendered table: these are the list prices repeated by third parties on the date given.
const PRICED = { asOf: '2026-11-21', source: 'https://aws.amazon.com/bedrock/pricing/ (as listed by third parties)' }
const ACTIVE = { state: 'active' } as const

export const STABILITY_ASPECTS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21'] as const
export const STYLE_PRESETS = [
  ...['3d-model', 'analog-film', 'anime', 'cinematic', 'comic-book', 'digital-art', 'enhance', 'fantasy-art', 'isometric', 'line-art'],
  ...['low-poly', 'modeling-compound', 'neon-punk', 'origami', 'photographic', 'pixel-art', 'tile-texture'],
]
/** The least maximum over all of the family: Core and Ultra document one more. */
const SEED = { min: 0, max: 4_294_967_294, zeroIsRandom: true } as const

const stylePreset: ParameterSpec = { name: 'stylePreset', type: 'choice', options: STYLE_PRESETS }
const growMask: ParameterSpec = { name: 'growMask', type: 'integer', min: 0, max: 20, default: 5, unit: 'px', advanced: true }
const formatOf = (...options: string[]): ParameterSpec => ({
  name: 'outputFormat',
  type: 'choice',
  options,
  default: 'png',
  advanced: true,
})
const anyFormat = formatOf('png', 'jpeg', 'webp')
const fraction = (name: string, from: number, to: number, byDefault: number): ParameterSpec => ({
  ...{ name, type: 'number' as const, min: from, max: to, default: byDefault, step: 0.05 },
})
const margin = (name: string): ParameterSpec => ({ name, type: 'integer', min: 0, max: 2000, default: 0, unit: 'px' })

/** Core, Ultra and SD3.5 Large are served in us-west-2 alone, by their own ids. */
const inOregon = (nativeId: string) => ({ nativeId, regions: { 'us-west-2': nativeId } })
/** The image services answer only to their cross-Region profile. */
const byProfile = (nativeId: string) => ({
  nativeId,
  regions: { 'us-east-1': `us.${nativeId}`, 'us-east-2': `us.${nativeId}`, 'us-west-2': `us.${nativeId}` },
})

const family = { provider: 'bedrock', isProcedural: false, imagesPerCall: 1, promptLanguages: ['en'], lifecycle: ACTIVE } as const
const textToImage = (formats: ParameterSpec): ModelTask => ({
  task: 'text-to-image',
  prompt: 'required',
  maxPromptLength: 10_000,
  negativePrompt: true,
  inputs: [],
  size: { kind: 'aspects', aspects: STABILITY_ASPECTS, default: '1:1', megapixels: 1.05 },
  seed: SEED,
  parameters: [formats],
})

const GENERATORS: readonly Model[] = [
  {
    ...family,
    ...inOregon('stability.stable-image-core-v1:1'),
    id: 'stable-image-core',
    name: 'Stable Image Core',
    family: 'stability-image',
    tasks: [textToImage(formatOf('png', 'jpeg'))],
    price: { microUsdPerImage: 40_000, ...PRICED },
    requestsPerMinute: 90,
    concurrency: 8,
    typicalSeconds: 5,
  },
  {
    ...family,
    ...inOregon('stability.sd3-5-large-v1:0'),
    id: 'sd3-5-large',
    name: 'Stable Diffusion 3.5 Large',
    family: 'stability-image',
    tasks: [
      textToImage(anyFormat),
      {
        task: 'image-to-image',
        prompt: 'required',
        maxPromptLength: 10_000,
        negativePrompt: true,
        inputs: [{ role: 'source', required: true }],
        inputLimits: { formats: ['jpeg', 'png', 'webp'], minSide: 64, maxPixels: 9_437_184, alpha: 'opaque only' },
        size: { kind: 'model' },
        seed: SEED,
        parameters: [fraction('strength', 0, 1, 0.7), anyFormat],
      },
    ],
    price: { microUsdPerImage: 80_000, ...PRICED },
    requestsPerMinute: 15,
    concurrency: 4,
    typicalSeconds: 10,
  },
  {
    ...family,
    ...inOregon('stability.stable-image-ultra-v1:1'),
    id: 'stable-image-ultra',
    name: 'Stable Image Ultra',
    family: 'stability-image',
    tasks: [textToImage(formatOf('png', 'jpeg'))],
    price: { microUsdPerImage: 140_000, ...PRICED },
    requestsPerMinute: 10,
    concurrency: 3,
    typicalSeconds: 12,
    note: 'The parameter page documents image-to-image, the model card denies it; it is left out until one of them changes.',
  },
]

const LIMITS: InputLimits = { formats: ['jpeg', 'png', 'webp'], minSide: 64, maxPixels: 9_437_184, maxAspect: 2.5, alpha: 'kept' }

type Service = {
  id: string
  name: string
  nativeId: string
  cents: number
  perMinute?: number
  seconds?: number
  task: Pick<ModelTask, 'task' | 'prompt'> & { inputs: Partial<Record<InputRole, 'required' | 'optional'>> } & Partial<
      Pick<ModelTask, 'negativePrompt' | 'size' | 'inputLimits'>
    >
  isSeedless?: true
  parameters: readonly ParameterSpec[]
  note?: string
}

const SERVICES: readonly Service[] = [
  {
    ...{ id: 'stable-image-inpaint', name: 'Stable Image Inpaint', nativeId: 'stability.stable-image-inpaint-v1:0', cents: 7 },
    task: { task: 'inpaint', prompt: 'required', inputs: { source: 'required', mask: 'optional' } },
    parameters: [growMask, stylePreset],
    note: 'Without a mask, the transparent pixels of the picture are painted.',
  },
  {
    ...{ id: 'stable-outpaint', name: 'Stable Image Outpaint', nativeId: 'stability.stable-outpaint-v1:0', cents: 6, perMinute: 2 },
    task: { task: 'outpaint', prompt: 'optional', negativePrompt: false, inputs: { source: 'required' }, size: { kind: 'margins' } },
    parameters: [...['left', 'right', 'up', 'down'].map(margin), fraction('creativity', 0.1, 1, 0.5), stylePreset],
  },
  {
    ...{ id: 'stable-image-erase', name: 'Stable Image Erase', nativeId: 'stability.stable-image-erase-object-v1:0', cents: 7 },
    task: { task: 'erase', prompt: 'none', negativePrompt: false, inputs: { source: 'required', mask: 'optional' } },
    parameters: [growMask],
    note: 'Without a mask, the transparent pixels of the picture are erased.',
  },
  {
    ...{ id: 'stable-image-replace', name: 'Stable Image Search and Replace', cents: 7 },
    nativeId: 'stability.stable-image-search-replace-v1:0',
    task: { task: 'replace', prompt: 'required', inputs: { source: 'required' } },
    parameters: [{ name: 'searchPrompt', type: 'text', maxLength: 10_000, required: true }, growMask, stylePreset],
  },
  {
    ...{ id: 'stable-image-recolor', name: 'Stable Image Search and Recolor', cents: 7 },
    nativeId: 'stability.stable-image-search-recolor-v1:0',
    task: { task: 'recolor', prompt: 'required', inputs: { source: 'required' } },
    parameters: [{ name: 'selectPrompt', type: 'text', maxLength: 10_000, required: true }, growMask, stylePreset],
  },
  {
    ...{ id: 'stable-image-remove-background', name: 'Stable Image Remove Background', cents: 7 },
    nativeId: 'stability.stable-image-remove-background-v1:0',
    // A JPEG cannot say what was removed, so it is not offered.
    task: { task: 'remove-background', prompt: 'none', negativePrompt: false, inputs: { source: 'required' } },
    isSeedless: true,
    parameters: [formatOf('png', 'webp')],
  },
  {
    ...{ id: 'stable-image-control-sketch', name: 'Stable Image Control Sketch', cents: 7 },
    nativeId: 'stability.stable-image-control-sketch-v1:0',
    task: { task: 'control-sketch', prompt: 'required', inputs: { source: 'required' } },
    parameters: [fraction('controlStrength', 0, 1, 0.7), stylePreset],
  },
  {
    ...{ id: 'stable-image-control-structure', name: 'Stable Image Control Structure', cents: 7 },
    nativeId: 'stability.stable-image-control-structure-v1:0',
    task: { task: 'control-structure', prompt: 'required', inputs: { source: 'required' } },
    parameters: [fraction('controlStrength', 0, 1, 0.7), stylePreset],
  },
  {
    ...{ id: 'stable-image-style-guide', name: 'Stable Image Style Guide', cents: 7 },
    nativeId: 'stability.stable-image-style-guide-v1:0',
    task: {
      ...{ task: 'style-guide', prompt: 'required', inputs: { style: 'required' } },
      size: { kind: 'aspects', aspects: STABILITY_ASPECTS, default: '1:1', megapixels: 1.05 },
    },
    parameters: [fraction('fidelity', 0, 1, 0.5), stylePreset],
  },
  {
    ...{ id: 'stable-style-transfer', name: 'Stable Image Style Transfer', cents: 8 },
    nativeId: 'stability.stable-style-transfer-v1:0',
    task: { task: 'style-transfer', prompt: 'optional', inputs: { source: 'required', style: 'required' } },
    parameters: [fraction('compositionFidelity', 0, 1, 0.9), fraction('styleStrength', 0, 1, 1), fraction('changeStrength', 0.1, 1, 0.9)],
  },
  {
    ...{ id: 'stable-fast-upscale', name: 'Stable Image Fast Upscale', nativeId: 'stability.stable-fast-upscale-v1:0', cents: 3 },
    task: {
      ...{ task: 'upscale-fast', prompt: 'none', negativePrompt: false, inputs: { source: 'required' } },
      size: { kind: 'scale', factor: 4 },
      inputLimits: { formats: ['jpeg', 'png', 'webp'], minSide: 32, maxSide: 1536, minPixels: 1024, maxPixels: 1_048_576, alpha: 'kept' },
    },
    isSeedless: true,
    parameters: [],
  },
  {
    ...{ id: 'stable-conservative-upscale', name: 'Stable Image Conservative Upscale', cents: 40, perMinute: 2, seconds: 40 },
    nativeId: 'stability.stable-conservative-upscale-v1:0',
    task: { task: 'upscale-conservative', prompt: 'required', inputs: { source: 'required' } },
    parameters: [fraction('creativity', 0.1, 0.5, 0.35)],
    note: 'About 4K. Pictures above 1 megapixel are taken by one page of the documentation and not by another.',
  },
  {
    ...{ id: 'stable-creative-upscale', name: 'Stable Image Creative Upscale', cents: 60, perMinute: 2, seconds: 60 },
    nativeId: 'stability.stable-creative-upscale-v1:0',
    task: {
      ...{ task: 'upscale-creative', prompt: 'required', inputs: { source: 'required' } },
      inputLimits: { ...LIMITS, minPixels: 4096, maxPixels: 1_048_576 },
    },
    parameters: [fraction('creativity', 0.1, 0.5, 0.3), stylePreset],
    note: 'About 4K.',
  },
]

/** Only the model knows the size of these. */
const MADE_BY_MODEL = new Set(['upscale-conservative', 'upscale-creative'])

function serviceModel({ id, name, nativeId, cents, perMinute = 10, seconds = 10, task, isSeedless, parameters, note }: Service): Model {
  const { inputs, ...rest } = task
  const hasFormat = parameters.some((one) => one.name === 'outputFormat')
  return {
    ...family,
    ...byProfile(nativeId),
    ...{ id, name, family: 'stability-services', maskPolarity: 'white' },
    tasks: [
      {
        maxPromptLength: 10_000,
        negativePrompt: true,
        inputLimits: LIMITS,
        size: MADE_BY_MODEL.has(task.task) ? { kind: 'model' } : { kind: 'input' },
        ...(isSeedless ? {} : { seed: SEED }),
        ...rest,
        inputs: Object.entries(inputs).map(([role, need]) => ({ role: role as InputRole, required: need === 'required' })),
        parameters: hasFormat ? parameters : [...parameters, anyFormat],
      },
    ],
    price: { microUsdPerImage: cents * 10_000, ...PRICED },
    requestsPerMinute: perMinute,
    // Two a minute is no reason to hold more than two connections open.
    concurrency: perMinute > 2 ? 3 : 2,
    typicalSeconds: seconds,
    ...(note && { note }),
  }
}

export const STABILITY: readonly Model[] = [...GENERATORS, ...SERVICES.map(serviceModel)]
