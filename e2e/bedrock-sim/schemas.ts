import { z } from 'zod'
import type { Family } from './families.ts'

// Every range as documented (reference §2). Strict: an unknown field is a refusal.
const ASPECTS = ['16:9', '1:1', '21:9', '2:3', '3:2', '4:5', '5:4', '9:16', '9:21']
const STYLES =
  '3d-model analog-film anime cinematic comic-book digital-art enhance fantasy-art isometric line-art low-poly modeling-compound neon-punk origami photographic pixel-art tile-texture'
const words = z.string().max(10_000)
const prompt = words.min(1)
const image = z.base64().min(1)
const seed = z.int().min(0).max(4_294_967_294).optional()
const formats = z.enum(['jpeg', 'png', 'webp']).optional()
const style_preset = z.enum(STYLES.split(' ') as [string]).optional()
const negative_prompt = words.optional()
const aspect_ratio = z.enum(ASPECTS as [string]).optional()
const grow_mask = z.int().min(0).max(20).optional()
const fraction = (min: number, max: number) => z.number().min(min).max(max).optional()
const margin = z.int().min(0).max(2000).optional()
const basics = { negative_prompt, seed, output_format: formats }
const noWebp = z.enum(['jpeg', 'png']).optional()

const sd3 = z
  .strictObject({
    prompt,
    ...basics,
    aspect_ratio,
    mode: z.enum(['text-to-image', 'image-to-image']).optional(),
    image: image.optional(),
    strength: fraction(0, 1),
  })
  .refine(
    (body) => (body.image === undefined) === ((body.mode ?? 'text-to-image') === 'text-to-image'),
    'mode and image do not belong together',
  )
  .refine(
    (body) => body.image === undefined || (body.strength !== undefined && body.aspect_ratio === undefined),
    'an image needs strength and no aspect_ratio',
  )

const config = (cfg: z.ZodType, largestSeed: number, sizes: z.ZodType) =>
  z.strictObject({
    quality: z.enum(['standard', 'premium']).optional(),
    numberOfImages: z.int().min(1).max(5).optional(),
    width: sizes.optional(),
    height: sizes.optional(),
    cfgScale: cfg.optional(),
    seed: z.int().min(0).max(largestSeed).optional(),
  })

/** Nova Canvas and both Titans: the same shapes with other limits. */
function amazon({ most, isNova, isFirst }: { most: number; isNova: boolean; isFirst: boolean }) {
  const text = z.string().min(1).max(most)
  const mask = { maskImage: image.optional(), maskPrompt: text.optional() }
  const oneMask = (body: { maskImage?: unknown; maskPrompt?: unknown }) =>
    (body.maskImage === undefined) !== (body.maskPrompt === undefined)
  const returnMask = isNova ? {} : { returnMask: z.boolean().optional() }
  const side = isNova ? z.int().min(320).max(4096).multipleOf(16) : z.int().min(320).max(1408)
  const imageGenerationConfig = config(z.number().min(1.1).max(10), 2_147_483_646, side).optional()
  const ofInput = imageGenerationConfig.refine(
    (given) => !isNova || (given?.width === undefined && given?.height === undefined),
    'width and height follow the image',
  )
  const second = {
    conditionImage: image.optional(),
    controlMode: z.enum(['CANNY_EDGE', 'SEGMENTATION']).optional(),
    controlStrength: fraction(0, 1),
  }
  const NOVA_STYLES =
    '3D_ANIMATED_FAMILY_FILM DESIGN_SKETCH FLAT_VECTOR_ILLUSTRATION GRAPHIC_NOVEL_ILLUSTRATION MAXIMALISM MIDCENTURY_RETRO PHOTOREALISM SOFT_DIGITAL_PAINTING'
  const textToImage = z
    .strictObject({
      text,
      negativeText: text.optional(),
      ...(isFirst ? {} : second),
      ...(isNova ? { style: z.enum(NOVA_STYLES.split(' ') as [string]).optional() } : {}),
    })
    .refine((body) => !('controlStrength' in body) || 'conditionImage' in body, 'controlStrength needs conditionImage')
  const variation = { images: z.array(image).min(1).max(5), text: text.optional(), negativeText: text.optional() }
  const kinds = [
    z.strictObject({ taskType: z.literal('TEXT_IMAGE'), textToImageParams: textToImage, imageGenerationConfig }),
    z.strictObject({
      taskType: z.literal('INPAINTING'),
      inPaintingParams: z
        .strictObject({ image, text: text.optional(), negativeText: text.optional(), ...mask, ...returnMask })
        .refine(oneMask, 'one of maskPrompt and maskImage'),
      imageGenerationConfig: ofInput,
    }),
    z.strictObject({
      taskType: z.literal('OUTPAINTING'),
      outPaintingParams: z
        .strictObject({
          image,
          text,
          negativeText: text.optional(),
          ...mask,
          ...returnMask,
          outPaintingMode: z.enum(['DEFAULT', 'PRECISE']).optional(),
        })
        .refine(oneMask, 'one of maskPrompt and maskImage'),
      imageGenerationConfig: ofInput,
    }),
    z.strictObject({
      taskType: z.literal('IMAGE_VARIATION'),
      imageVariationParams: z.strictObject({ ...variation, ...(isFirst ? {} : { similarityStrength: fraction(0.2, 1) }) }),
      imageGenerationConfig: isNova
        ? imageGenerationConfig.refine((given) => given?.quality === undefined, 'quality is not taken')
        : imageGenerationConfig,
    }),
    ...(isFirst
      ? []
      : [
          z.strictObject({
            taskType: z.literal('COLOR_GUIDED_GENERATION'),
            colorGuidedGenerationParams: z.strictObject({
              text,
              negativeText: text.optional(),
              colors: z
                .array(z.string().regex(/^#[0-9a-f]{6}$/i))
                .min(1)
                .max(10),
              referenceImage: image.optional(),
            }),
            imageGenerationConfig,
          }),
          z.strictObject({ taskType: z.literal('BACKGROUND_REMOVAL'), backgroundRemovalParams: z.strictObject({ image }) }),
        ]),
  ] as const
  return z.union(kinds as unknown as [z.ZodType, z.ZodType])
}

const SDXL_SIZES = ['1024x1024', '1152x896', '1216x832', '1344x768', '1536x640', '640x1536', '768x1344', '832x1216', '896x1152']
const sdxl = z
  .strictObject({
    text_prompts: z.array(z.strictObject({ text: z.string().min(1).max(2000), weight: z.number().optional() })).min(1),
    cfg_scale: fraction(0, 35),
    clip_guidance_preset: z.enum(['FAST_BLUE', 'FAST_GREEN', 'NONE', 'SIMPLE', 'SLOW', 'SLOWER', 'SLOWEST']).optional(),
    width: z.int().optional(),
    height: z.int().optional(),
    sampler: z
      .enum([
        'DDIM',
        'DDPM',
        'K_DPMPP_2M',
        'K_DPMPP_2S_ANCESTRAL',
        'K_DPM_2',
        'K_DPM_2_ANCESTRAL',
        'K_EULER',
        'K_EULER_ANCESTRAL',
        'K_HEUN',
        'K_LMS',
      ])
      .optional(),
    samples: z.literal(1).optional(),
    seed: z.int().min(0).max(4_294_967_295).optional(),
    steps: z.int().min(10).max(150).optional(),
    style_preset,
    init_image: image.optional(),
    init_image_mode: z.enum(['IMAGE_STRENGTH', 'STEP_SCHEDULE']).optional(),
    image_strength: fraction(0, 1),
    mask_source: z.enum(['MASK_IMAGE_WHITE', 'MASK_IMAGE_BLACK', 'INIT_IMAGE_ALPHA']).optional(),
    mask_image: image.optional(),
  })
  .refine((body) => body.width === undefined || SDXL_SIZES.includes(`${body.width}x${body.height}`), 'this size is not in the list')
  .refine((body) => body.mask_source === undefined || body.init_image !== undefined, 'mask_source needs init_image')

const imageOrText = (body: { inputText?: unknown; inputImage?: unknown }) => body.inputText !== undefined || body.inputImage !== undefined
const dimensions = z.union([z.literal(256), z.literal(384), z.literal(1024)])
const PURPOSES = 'GENERIC_INDEX GENERIC_RETRIEVAL TEXT_RETRIEVAL IMAGE_RETRIEVAL CLASSIFICATION CLUSTERING'

export const SCHEMAS: Readonly<Record<Exclude<Family, 'text'>, z.ZodType>> = {
  core: z.strictObject({ prompt, ...basics, aspect_ratio, seed: z.int().min(0).max(4_294_967_295).optional(), output_format: noWebp }),
  ultra: z.strictObject({
    ...{ prompt, ...basics, aspect_ratio, output_format: noWebp },
    mode: z.literal('text-to-image').optional(),
    image: image.optional(),
    strength: fraction(0, 1),
  }),
  sd3,
  inpaint: z.strictObject({ prompt, image, mask: image.optional(), grow_mask, style_preset, ...basics }),
  outpaint: z
    .strictObject({
      image,
      left: margin,
      right: margin,
      up: margin,
      down: margin,
      prompt: words.optional(),
      creativity: fraction(0.1, 1),
      style_preset,
      seed,
      output_format: formats,
    })
    .refine(({ left = 0, right = 0, up = 0, down = 0 }) => left + right + up + down > 0, 'at least one direction must be above 0'),
  erase: z.strictObject({ image, mask: image.optional(), grow_mask, seed, output_format: formats }),
  'search-replace': z.strictObject({ prompt, image, search_prompt: prompt, grow_mask, style_preset, ...basics }),
  'search-recolor': z.strictObject({ prompt, image, select_prompt: prompt, grow_mask, style_preset, ...basics }),
  'remove-background': z.strictObject({ image, output_format: formats }),
  control: z.strictObject({ prompt, image, control_strength: fraction(0, 1), style_preset, ...basics }),
  'style-guide': z.strictObject({ prompt, image, aspect_ratio, fidelity: fraction(0, 1), style_preset, ...basics }),
  'style-transfer': z.strictObject({
    ...{ init_image: image, style_image: image, prompt: words.optional(), ...basics },
    ...{ composition_fidelity: fraction(0, 1), style_strength: fraction(0, 1), change_strength: fraction(0.1, 1) },
  }),
  'creative-upscale': z.strictObject({ prompt, image, creativity: fraction(0.1, 0.5), style_preset, ...basics }),
  'conservative-upscale': z.strictObject({ prompt, image, creativity: fraction(0.1, 0.5), ...basics }),
  'fast-upscale': z.strictObject({ image, output_format: formats }),
  nova: amazon({ most: 1024, isNova: true, isFirst: false }),
  'titan-v2': amazon({ most: 512, isNova: false, isFirst: false }),
  'titan-v1': amazon({ most: 512, isNova: false, isFirst: true }),
  sdxl,
  'titan-embed': z
    .strictObject({
      inputText: z.string().optional(),
      inputImage: image.optional(),
      embeddingConfig: z.strictObject({ outputEmbeddingLength: dimensions.optional() }).optional(),
    })
    .refine(imageOrText, 'inputText or inputImage is needed'),
  'nova-embed': z.strictObject({
    schemaVersion: z.literal('nova-multimodal-embed-v1').optional(),
    taskType: z.literal('SINGLE_EMBEDDING'),
    singleEmbeddingParams: z.strictObject({
      embeddingPurpose: z.enum(PURPOSES.split(' ') as [string]),
      embeddingDimension: z.union([dimensions, z.literal(3072)]).optional(),
      text: z.strictObject({ truncationMode: z.enum(['START', 'END', 'NONE']), value: z.string().min(1).max(8192) }).optional(),
      image: z
        .strictObject({
          format: z.enum(['png', 'jpeg', 'gif', 'webp']),
          detailLevel: z.enum(['STANDARD_IMAGE', 'DOCUMENT_IMAGE']).optional(),
          source: z.strictObject({ bytes: image }),
        })
        .optional(),
    }),
  }),
}
