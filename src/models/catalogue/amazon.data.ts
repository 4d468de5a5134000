import type { InputLimits, Model, ModelTask, ParameterSpec, SizeRule } from '#core/model.ts'

// Retired: kept for history, for accounts with a private arrangement (overlay: lifecycle active) and for the tests.
// Sources: Nova user guide (image generation), Bedrock user guide (Titan Image Generator), lifecycle tables, October 2026.
const PRICED = {
  asOf: '2026-11-21',
  source: 'third-party listings of https://aws.amazon.com/bedrock/pricing/; last price before retirement',
}

const quality: ParameterSpec = { name: 'quality', type: 'choice', options: ['standard', 'premium'], default: 'standard' }
const cfgScale = (byDefault: number): ParameterSpec => ({
  ...{ name: 'cfgScale', type: 'number' as const, min: 1.1, max: 10, default: byDefault, step: 0.1, advanced: true },
})
const maskPrompt = (maxLength: number): ParameterSpec => ({ name: 'maskPrompt', type: 'text', maxLength })
const colors: ParameterSpec = { name: 'colors', type: 'colors', maxItems: 10 }
const similarity: ParameterSpec = { name: 'similarityStrength', type: 'number', min: 0.2, max: 1, default: 0.7, step: 0.05 }
const outPaintingMode: ParameterSpec = { name: 'outPaintingMode', type: 'choice', options: ['DEFAULT', 'PRECISE'], default: 'DEFAULT' }
const controlMode: ParameterSpec = { name: 'controlMode', type: 'choice', options: ['CANNY_EDGE', 'SEGMENTATION'], default: 'CANNY_EDGE' }
const controlStrength: ParameterSpec = { name: 'controlStrength', type: 'number', min: 0, max: 1, default: 0.7, step: 0.05 }
const novaStyle: ParameterSpec = {
  ...{ name: 'style', type: 'choice' },
  options: [
    ...['3D_ANIMATED_FAMILY_FILM', 'DESIGN_SKETCH', 'FLAT_VECTOR_ILLUSTRATION', 'GRAPHIC_NOVEL_ILLUSTRATION', 'MAXIMALISM'],
    ...['MIDCENTURY_RETRO', 'PHOTOREALISM', 'SOFT_DIGITAL_PAINTING'],
  ],
}

type Family = {
  words: number
  cfg: number
  size: SizeRule
  limits: InputLimits
  /** Largest documented 2,147,483,646; Nova's samples stay below 858,993,460, which is safe in both. */
  maxSeed: number
  isNova: boolean
  isFirst?: boolean
}

function tasksOf({ words, cfg, size, limits, maxSeed, isNova, isFirst = false }: Family): ModelTask[] {
  const base = {
    ...{ maxPromptLength: words, negativePrompt: true, inputLimits: limits },
    seed: { min: 0, max: maxSeed, zeroIsRandom: false },
  }
  const config = [quality, cfgScale(cfg)]
  const source = { role: 'source', required: true } as const
  const mask = (required: boolean) => ({ role: 'mask', required }) as const
  const both: ModelTask[] = [
    {
      ...base,
      ...{ task: 'text-to-image', prompt: 'required', inputs: [], size },
      parameters: [...(isNova ? [novaStyle] : []), ...(isFirst ? [] : [colors]), ...config],
    },
    {
      ...base,
      ...{ task: 'image-to-image', prompt: 'optional', inputs: [source, { role: 'reference', required: false }], size },
      parameters: isFirst ? config : isNova ? [similarity, cfgScale(cfg)] : [similarity, ...config],
    },
    {
      ...base,
      ...{ task: 'inpaint', prompt: 'required', inputs: [source, mask(false)], size: { kind: 'input' } },
      exactlyOneOf: ['mask', 'maskPrompt'],
      parameters: [maskPrompt(words), ...config],
    },
    {
      ...base,
      ...{ task: 'outpaint', prompt: 'required', inputs: [source, mask(false)], size: { kind: 'input' } },
      exactlyOneOf: ['mask', 'maskPrompt'],
      parameters: [maskPrompt(words), outPaintingMode, ...config],
    },
    {
      ...base,
      ...{ task: 'erase', prompt: 'none', inputs: [source, mask(false)], size: { kind: 'input' } },
      exactlyOneOf: ['mask', 'maskPrompt'],
      parameters: [maskPrompt(words), ...config],
    },
    {
      ...base,
      ...{ task: 'replace', prompt: 'required', inputs: [source], size: { kind: 'input' } },
      parameters: [{ name: 'searchPrompt', type: 'text', maxLength: words, required: true }, ...config],
    },
  ]
  if (isFirst) return both
  const { seed: _, ...seedless } = base
  return [
    ...both,
    {
      ...seedless,
      ...{ task: 'remove-background', prompt: 'none', negativePrompt: false, inputs: [source], size: { kind: 'input' } },
      parameters: [],
    },
    {
      ...base,
      ...{ task: 'control-structure', prompt: 'required', inputs: [source], size },
      parameters: [controlMode, controlStrength, ...config],
    },
    {
      ...base,
      ...{ task: 'style-guide', prompt: 'required', inputs: [{ role: 'style', required: true }], size },
      parameters: [{ ...colors, required: true }, ...config],
    },
  ]
}

const NOVA_SIZES: SizeRule = {
  ...{ kind: 'range', min: 320, max: 4096, multipleOf: 16, maxPixels: 4_194_304, maxAspect: 4, default: [1024, 1024] },
}
const NOVA_LIMITS: InputLimits = {
  ...{ formats: ['png', 'jpeg'], minSide: 320, maxSide: 4096, maxPixels: 4_194_304, maxAspect: 4, alpha: 'opaque only' },
}
const TITAN_SIZES: SizeRule = {
  kind: 'list',
  sizes: [
    ...([
      [1024, 1024],
      [768, 768],
      [512, 512],
      [768, 1152],
      [384, 576],
      [1152, 768],
      [576, 384],
      [768, 1280],
      [384, 640],
    ] as const),
    ...([
      [1280, 768],
      [640, 384],
      [896, 1152],
      [448, 576],
      [1152, 896],
      [576, 448],
      [768, 1408],
      [384, 704],
      [1408, 768],
    ] as const),
    ...([
      [704, 384],
      [640, 1408],
      [320, 704],
      [1408, 640],
      [704, 320],
      [1152, 640],
      [1173, 640],
    ] as const),
  ],
  default: [1024, 1024],
}
const TITAN_LIMITS: InputLimits = { formats: ['png', 'jpeg'], maxSide: 1408, maxBytes: 5_000_000, alpha: 'opaque only' }
/** 768 × 768 and every smaller size of the list are of the class documented as 512 × 512. */
const SMALL_TITAN = 589_824
const titanTiers = [
  { maxPixels: SMALL_TITAN, quality: 'standard', microUsdPerImage: 8_000 },
  { maxPixels: SMALL_TITAN, quality: 'premium', microUsdPerImage: 10_000 },
  { quality: 'standard', microUsdPerImage: 10_000 },
  { quality: 'premium', microUsdPerImage: 12_000 },
]
const NOVA_SMALL = 1_048_576
const family = { provider: 'bedrock', isProcedural: false, maskPolarity: 'black', promptLanguages: ['en'], imagesPerCall: 5 } as const
const titan = { ...family, family: 'amazon-image', requestsPerMinute: 60, concurrency: 4, typicalSeconds: 6 } as const
const TITAN = { words: 512, cfg: 8, size: TITAN_SIZES, limits: TITAN_LIMITS, maxSeed: 2_147_483_646, isNova: false }

export const AMAZON: readonly Model[] = [
  {
    ...family,
    id: 'nova-canvas',
    name: 'Amazon Nova Canvas',
    family: 'amazon-image',
    nativeId: 'amazon.nova-canvas-v1:0',
    regions: Object.fromEntries(['us-east-1', 'eu-west-1', 'ap-northeast-1'].map((region) => [region, 'amazon.nova-canvas-v1:0'])),
    tasks: tasksOf({ words: 1024, cfg: 6.5, size: NOVA_SIZES, limits: NOVA_LIMITS, maxSeed: 858_993_459, isNova: true }),
    price: {
      microUsdPerImage: 60_000,
      tiers: [
        { maxPixels: NOVA_SMALL, quality: 'standard', microUsdPerImage: 40_000 },
        { maxPixels: NOVA_SMALL, quality: 'premium', microUsdPerImage: 60_000 },
        { quality: 'standard', microUsdPerImage: 60_000 },
        { quality: 'premium', microUsdPerImage: 80_000 },
      ],
      ...PRICED,
    },
    requestsPerMinute: 100,
    concurrency: 4,
    typicalSeconds: 8,
    lifecycle: { state: 'retired', legacyOn: '2026-03-30', retiredOn: '2026-09-30', successor: 'sd3-5-large' },
  },
  {
    ...titan,
    id: 'titan-image-v2',
    name: 'Amazon Titan Image Generator v2',
    nativeId: 'amazon.titan-image-generator-v2:0',
    regions: { 'us-east-1': 'amazon.titan-image-generator-v2:0', 'us-west-2': 'amazon.titan-image-generator-v2:0' },
    tasks: tasksOf(TITAN),
    price: { microUsdPerImage: 10_000, tiers: titanTiers, ...PRICED, source: `${PRICED.source}; premium unverified` },
    lifecycle: { state: 'retired', legacyOn: '2025-12-30', retiredOn: '2026-06-30', successor: 'stable-image-core' },
  },
  {
    ...titan,
    id: 'titan-image-v1',
    name: 'Amazon Titan Image Generator v1',
    nativeId: 'amazon.titan-image-generator-v1',
    regions: { 'us-east-1': 'amazon.titan-image-generator-v1', 'us-west-2': 'amazon.titan-image-generator-v1' },
    tasks: tasksOf({ ...TITAN, isFirst: true }),
    price: { microUsdPerImage: 10_000, tiers: titanTiers, ...PRICED, source: 'unverified: no listing of the last price was found' },
    lifecycle: { state: 'retired', successor: 'stable-image-core' },
    note: 'Retired in 2025; the exact day is not in the documentation any more.',
  },
]
