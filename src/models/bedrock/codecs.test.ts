import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { preparePicture } from '#imaging/prepare.ts'
import { callFor, leftMask } from '../../../e2e/bedrock-sim/asking.ts'
import { BEDROCK_CATALOGUE } from '../catalogue/catalogue.ts'
import type { Prepare } from './codec.ts'
import { codecOf } from './codecs.ts'

const prepare: Prepare = (source, to) => preparePicture('bytes' in source ? source.bytes : new Uint8Array(), to)
const IMAGE = '<image>'
const MASK = '<mask>'

/** The body with its pictures named instead of written out: masks are told by their one channel. */
async function bodyOf(id: string, task: string, change: Parameters<typeof callFor>[2] = {}) {
  const model = BEDROCK_CATALOGUE.find((one) => one.id === id)!
  const call = await callFor(model, model.tasks.find((one) => one.task === task)!, { seed: 42, ...change })
  const { body } = await codecOf(model).encode(call, prepare)
  const named = async (value: unknown): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map(named))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, one]) => [name, await named(one)] as const)))
    if (typeof value !== 'string' || value.length < 100) return value
    return (await sharp(Buffer.from(value, 'base64')).metadata()).channels === 1 ? MASK : IMAGE
  }
  return named(body)
}

const words = { prompt: 'a red fox', negative_prompt: 'rain', seed: 42, output_format: 'png' }
const asked = { negativePrompt: 'rain' }
const both = ['source', 'mask'] as const
const config = { quality: 'standard', numberOfImages: 1, seed: 42 }
const amazonWords = { text: 'a red fox', negativeText: 'rain' }

// Each body as its documentation page writes it.
describe.each([
  ['stable-image-core', 'text-to-image', { ...asked, aspectRatio: '16:9' }, { ...words, aspect_ratio: '16:9' }],
  ['stable-image-ultra', 'text-to-image', asked, { ...words, mode: 'text-to-image', aspect_ratio: '1:1' }],
  ['sd3-5-large', 'text-to-image', { ...asked, width: 900, height: 1600 }, { ...words, mode: 'text-to-image', aspect_ratio: '9:16' }],
  ['sd3-5-large', 'image-to-image', asked, { ...words, mode: 'image-to-image', image: IMAGE, strength: 0.7 }],
  [
    'stable-image-inpaint',
    'inpaint',
    { ...asked, parameters: { stylePreset: 'anime' } },
    { ...words, image: IMAGE, mask: MASK, grow_mask: 5, style_preset: 'anime' },
  ],
  [
    'stable-outpaint',
    'outpaint',
    {},
    { prompt: 'a red fox', image: IMAGE, left: 32, right: 0, up: 0, down: 16, creativity: 0.5, seed: 42, output_format: 'png' },
  ],
  ['stable-image-erase', 'erase', {}, { image: IMAGE, mask: MASK, grow_mask: 5, seed: 42, output_format: 'png' }],
  ['stable-image-replace', 'replace', asked, { ...words, image: IMAGE, search_prompt: 'the middle', grow_mask: 5 }],
  ['stable-image-recolor', 'recolor', asked, { ...words, image: IMAGE, select_prompt: 'the middle', grow_mask: 5 }],
  ['stable-image-remove-background', 'remove-background', {}, { image: IMAGE, output_format: 'png' }],
  ['stable-image-control-sketch', 'control-sketch', asked, { ...words, image: IMAGE, control_strength: 0.7 }],
  ['stable-image-control-structure', 'control-structure', asked, { ...words, image: IMAGE, control_strength: 0.7 }],
  ['stable-image-style-guide', 'style-guide', asked, { ...words, image: IMAGE, aspect_ratio: '1:1', fidelity: 0.5 }],
  [
    'stable-style-transfer',
    'style-transfer',
    asked,
    { ...words, init_image: IMAGE, style_image: IMAGE, composition_fidelity: 0.9, style_strength: 1, change_strength: 0.9 },
  ],
  ['stable-fast-upscale', 'upscale-fast', {}, { image: IMAGE, output_format: 'png' }],
  ['stable-conservative-upscale', 'upscale-conservative', asked, { ...words, image: IMAGE, creativity: 0.35 }],
  ['stable-creative-upscale', 'upscale-creative', asked, { ...words, image: IMAGE, creativity: 0.3 }],
  [
    'nova-canvas',
    'text-to-image',
    { ...asked, count: 3, width: 1280, height: 720, parameters: { style: 'PHOTOREALISM' } },
    {
      taskType: 'TEXT_IMAGE',
      textToImageParams: { ...amazonWords, style: 'PHOTOREALISM' },
      imageGenerationConfig: { ...config, numberOfImages: 3, width: 1280, height: 720, cfgScale: 6.5 },
    },
  ],
  [
    'nova-canvas',
    'text-to-image',
    { parameters: { colors: ['#ff0000', '#00ff00'] } },
    {
      taskType: 'COLOR_GUIDED_GENERATION',
      colorGuidedGenerationParams: { text: 'a red fox', colors: ['#ff0000', '#00ff00'] },
      imageGenerationConfig: { ...config, width: 1024, height: 1024, cfgScale: 6.5 },
    },
  ],
  [
    'nova-canvas',
    'image-to-image',
    {},
    {
      taskType: 'IMAGE_VARIATION',
      imageVariationParams: { images: [IMAGE, IMAGE], text: 'a red fox', similarityStrength: 0.7 },
      imageGenerationConfig: { numberOfImages: 1, width: 1024, height: 1024, cfgScale: 6.5, seed: 42 },
    },
  ],
  [
    'nova-canvas',
    'inpaint',
    { ...asked, roles: both },
    {
      taskType: 'INPAINTING',
      inPaintingParams: { image: IMAGE, ...amazonWords, maskImage: MASK },
      imageGenerationConfig: { ...config, cfgScale: 6.5 },
    },
  ],
  [
    'nova-canvas',
    'erase',
    { roles: both },
    { taskType: 'INPAINTING', inPaintingParams: { image: IMAGE, maskImage: MASK }, imageGenerationConfig: { ...config, cfgScale: 6.5 } },
  ],
  [
    'nova-canvas',
    'replace',
    {},
    {
      taskType: 'INPAINTING',
      inPaintingParams: { image: IMAGE, text: 'a red fox', maskPrompt: 'the middle' },
      imageGenerationConfig: { ...config, cfgScale: 6.5 },
    },
  ],
  [
    'nova-canvas',
    'outpaint',
    { roles: ['source'] as const, parameters: { maskPrompt: 'the cup', outPaintingMode: 'PRECISE' } },
    {
      taskType: 'OUTPAINTING',
      outPaintingParams: { image: IMAGE, text: 'a red fox', maskPrompt: 'the cup', outPaintingMode: 'PRECISE' },
      imageGenerationConfig: { ...config, cfgScale: 6.5 },
    },
  ],
  ['nova-canvas', 'remove-background', {}, { taskType: 'BACKGROUND_REMOVAL', backgroundRemovalParams: { image: IMAGE } }],
  [
    'nova-canvas',
    'control-structure',
    {},
    {
      taskType: 'TEXT_IMAGE',
      textToImageParams: { text: 'a red fox', conditionImage: IMAGE, controlMode: 'CANNY_EDGE', controlStrength: 0.7 },
      imageGenerationConfig: { ...config, width: 1024, height: 1024, cfgScale: 6.5 },
    },
  ],
  [
    'titan-image-v2',
    'style-guide',
    {},
    {
      taskType: 'COLOR_GUIDED_GENERATION',
      colorGuidedGenerationParams: { text: 'a red fox', colors: ['#dc1e1e'], referenceImage: IMAGE },
      imageGenerationConfig: { ...config, width: 1024, height: 1024, cfgScale: 8 },
    },
  ],
  [
    'titan-image-v1',
    'text-to-image',
    { width: 700, height: 380, parameters: { quality: 'premium' } },
    {
      taskType: 'TEXT_IMAGE',
      textToImageParams: { text: 'a red fox' },
      imageGenerationConfig: { quality: 'premium', numberOfImages: 1, width: 704, height: 384, cfgScale: 8, seed: 42 },
    },
  ],
  [
    'titan-image-v1',
    'outpaint',
    { roles: both },
    {
      taskType: 'OUTPAINTING',
      outPaintingParams: { image: IMAGE, text: 'a red fox', maskImage: MASK, outPaintingMode: 'DEFAULT' },
      imageGenerationConfig: { ...config, cfgScale: 8 },
    },
  ],
  [
    'sdxl',
    'text-to-image',
    { ...asked, width: 1300, height: 700, parameters: { steps: 60, sampler: 'DDIM' } },
    {
      text_prompts: [
        { text: 'a red fox', weight: 1 },
        { text: 'rain', weight: -1 },
      ],
      ...{ cfg_scale: 7, clip_guidance_preset: 'NONE', sampler: 'DDIM', samples: 1, seed: 42, steps: 60, width: 1344, height: 768 },
    },
  ],
  [
    'sdxl',
    'image-to-image',
    {},
    {
      text_prompts: [{ text: 'a red fox', weight: 1 }],
      ...{ cfg_scale: 7, clip_guidance_preset: 'NONE', samples: 1, seed: 42, steps: 30 },
      ...{ init_image: IMAGE, init_image_mode: 'IMAGE_STRENGTH', image_strength: 0.35 },
    },
  ],
  [
    'sdxl',
    'inpaint',
    {},
    {
      text_prompts: [{ text: 'a red fox', weight: 1 }],
      ...{ cfg_scale: 7, clip_guidance_preset: 'NONE', samples: 1, seed: 42, steps: 30 },
      ...{ init_image: IMAGE, mask_source: 'MASK_IMAGE_WHITE', mask_image: MASK },
    },
  ],
] as const)('%s %s', (id, task, change, body) => {
  it(`is asked as documented (${Object.keys(body).join(' ')})`, async () => {
    expect(await bodyOf(id, task, change as Parameters<typeof callFor>[2])).toEqual(body)
  })
})

describe('a mask on the wire', () => {
  const lightAt = async (id: string, task: string, field: string) => {
    const model = BEDROCK_CATALOGUE.find((one) => one.id === id)!
    const call = await callFor(model, model.tasks.find((one) => one.task === task)!, { roles: both })
    const { body } = await codecOf(model).encode(call, prepare)
    const found = JSON.stringify(body).match(new RegExp(`"${field}":"([^"]+)"`))![1]!
    const bytes = Buffer.from(found, 'base64')
    const { channels, format } = await sharp(bytes).metadata()
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    return { left: data[0]!, right: data[(info.width - 1) * info.channels]!, channels, format }
  }
  // Ours is white on the left.
  it.each([
    ['stable-image-inpaint', 'inpaint', 'mask', 255],
    ['stable-image-erase', 'erase', 'mask', 255],
    ['nova-canvas', 'inpaint', 'maskImage', 0],
    ['nova-canvas', 'erase', 'maskImage', 0],
    ['nova-canvas', 'outpaint', 'maskImage', 255],
    ['titan-image-v2', 'inpaint', 'maskImage', 0],
    ['titan-image-v2', 'outpaint', 'maskImage', 255],
    ['sdxl', 'inpaint', 'mask_image', 255],
  ])('of %s %s has %s of %i where pixels change, as a PNG of one channel', async (id, task, field, changing) => {
    expect(await lightAt(id, task, field)).toEqual({ left: changing, right: 255 - changing, channels: 1, format: 'png' })
  })

  it('is not sent at all where the picture’s own transparency is the mask', async () => {
    expect(await bodyOf('stable-image-inpaint', 'inpaint', { roles: ['source'] })).not.toHaveProperty('mask')
    expect((await leftMask()).width).toBe(384)
  })
})
