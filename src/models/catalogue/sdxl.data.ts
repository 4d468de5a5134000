import type { Model, ModelTask, ParameterSpec } from '#core/model.ts'
import { STYLE_PRESETS } from './stability.data.ts'

// Source: Bedrock user guide, "Stability AI Diffusion 1.0" (text to image, image to image, masking).
const parameters: readonly ParameterSpec[] = [
  { name: 'stylePreset', type: 'choice', options: STYLE_PRESETS },
  { name: 'cfgScale', type: 'number', min: 0, max: 35, default: 7, step: 0.5 },
  { name: 'steps', type: 'integer', min: 10, max: 150, default: 30 },
  {
    ...{ name: 'sampler', type: 'choice', advanced: true },
    options: [
      ...['DDIM', 'DDPM', 'K_DPMPP_2M', 'K_DPMPP_2S_ANCESTRAL', 'K_DPM_2', 'K_DPM_2_ANCESTRAL', 'K_EULER', 'K_EULER_ANCESTRAL'],
      ...['K_HEUN', 'K_LMS'],
    ],
  },
  {
    ...{ name: 'clipGuidancePreset', type: 'choice', default: 'NONE', advanced: true },
    options: ['FAST_BLUE', 'FAST_GREEN', 'NONE', 'SIMPLE', 'SLOW', 'SLOWER', 'SLOWEST'],
  },
]
const SIZES = [
  ...([
    [1024, 1024],
    [1152, 896],
    [1216, 832],
    [1344, 768],
    [1536, 640],
  ] as const),
  ...([
    [640, 1536],
    [768, 1344],
    [832, 1216],
    [896, 1152],
  ] as const),
]
const shared = {
  ...{ prompt: 'required', maxPromptLength: 2000, negativePrompt: true, parameters },
  size: { kind: 'list', sizes: SIZES, default: [1024, 1024] },
  seed: { min: 0, max: 4_294_967_295, zeroIsRandom: true },
} as const satisfies Partial<ModelTask>
const edited = {
  inputLimits: { formats: ['png', 'jpeg'], minSide: 64, maxPixels: 1_048_576, alpha: 'opaque only' },
  size: { kind: 'input' },
} as const satisfies Partial<ModelTask>

export const SDXL: readonly Model[] = [
  {
    id: 'sdxl',
    name: 'Stable Diffusion XL 1.0',
    provider: 'bedrock',
    family: 'sdxl',
    nativeId: 'stability.stable-diffusion-xl-v1',
    regions: { 'us-east-1': 'stability.stable-diffusion-xl-v1', 'us-west-2': 'stability.stable-diffusion-xl-v1' },
    isProcedural: false,
    maskPolarity: 'white',
    promptLanguages: ['en'],
    tasks: [
      { ...shared, task: 'text-to-image', inputs: [] },
      {
        ...shared,
        ...edited,
        ...{ task: 'image-to-image', inputs: [{ role: 'source', required: true }] },
        parameters: [{ name: 'strength', type: 'number', min: 0, max: 1, default: 0.65, step: 0.05 }, ...parameters],
      },
      {
        ...shared,
        ...edited,
        task: 'inpaint',
        inputs: [
          { role: 'source', required: true },
          { role: 'mask', required: true },
        ],
      },
    ],
    imagesPerCall: 1,
    price: {
      microUsdPerImage: 40_000,
      tiers: [{ minSteps: 51, microUsdPerImage: 80_000 }],
      asOf: '2026-11-21',
      source: 'unverified: no listing of the last price was found',
    },
    requestsPerMinute: 60,
    concurrency: 4,
    typicalSeconds: 6,
    lifecycle: { state: 'retired', successor: 'sd3-5-large' },
    note: 'Retired in 2025; the exact day is not in the documentation any more.',
  },
]
