import { createHash, randomInt } from 'node:crypto'
import type { Family } from './families.ts'
import { invalid } from './fault.ts'
import * as pixels from './pixels.ts'
import { type Canvas, colorOf, encode, type Rules } from './pixels.ts'

export type Body = Record<string, unknown>
export type Settings = { /** Side in pixels of what "4K" means; AWS's is 4096. */ upscaledSide: number }
/** The families that answer as Stability's newer models do. */
export type StabilityFamily = Exclude<Family, 'nova' | 'titan-v2' | 'titan-v1' | 'sdxl' | 'titan-embed' | 'nova-embed' | 'text'>

const FORMATS = ['jpeg', 'png', 'webp']
const LIMITS: Rules = { formats: FORMATS, minSide: 64, maxPixels: 9_437_184, maxAspect: 2.5 }
const BY_FAMILY: Partial<Record<Family, Rules>> = {
  sd3: { formats: FORMATS, minSide: 64 },
  ultra: { formats: FORMATS, minSide: 64 },
  'creative-upscale': { ...LIMITS, minPixels: 4096, maxPixels: 1_048_576 },
  'fast-upscale': { formats: FORMATS, minSide: 32, maxSide: 1536, minPixels: 1024, maxPixels: 1_048_576 },
}

/** One picture by rules: flat colours of the words, and inputs changed where, and only where, they were to be changed. */
export async function makeStability(family: StabilityFamily, body: Body, settings: Settings): Promise<{ image: string; seed: number }> {
  const seed = (body.seed as number | undefined) || randomInt(1, 4_294_967_294)
  const canvas = await canvasOf(family, body, { seed, settings })
  return { image: await encode(canvas, (body.output_format as string | undefined) ?? 'png'), seed }
}

async function canvasOf(family: StabilityFamily, body: Body, { seed, settings }: { seed: number; settings: Settings }): Promise<Canvas> {
  const color = colorOf(`${body.prompt ?? 'plain'}`)
  const read = (field: string) => pixels.readPicture(body[field] as string, field, BY_FAMILY[family] ?? LIMITS)
  switch (family) {
    case 'core':
    case 'ultra':
    case 'sd3': {
      if (body.image === undefined) return pixels.filled(...sizeOf(body.aspect_ratio), shade(color, seed))
      const from = await read('image')
      return pixels.painted(from, Buffer.alloc(from.width * from.height, Math.round(Number(body.strength ?? 0.35) * 255)), color)
    }
    case 'style-guide':
      await read('image')
      return pixels.filled(...sizeOf(body.aspect_ratio), shade(color, seed))
    case 'control': {
      const from = await read('image')
      return pixels.painted(from, Buffer.alloc(from.width * from.height, 128), color)
    }
    case 'inpaint':
    case 'erase': {
      const from = await read('image')
      // The mask beats the picture's own transparency.
      const change = body.mask === undefined ? pixels.holesOf(from) : await pixels.readMask(body.mask as string, from)
      if (!change.some((value) => value > 0)) throw invalid('a mask or an image with transparent pixels is needed')
      return pixels.painted(from, change, family === 'erase' ? [128, 128, 128] : color)
    }
    case 'outpaint': {
      const { left = 0, right = 0, up = 0, down = 0 } = body as Record<string, number>
      return pixels.grown(await read('image'), { left, right, up, down }, color)
    }
    case 'search-replace':
    case 'search-recolor': {
      const from = await read('image')
      return pixels.painted(from, pixels.middleOf(from), color)
    }
    case 'remove-background': {
      const from = await read('image')
      return pixels.cut(from, pixels.middleOf(from))
    }
    case 'style-transfer': {
      const [from, style] = [await read('init_image'), await read('style_image')]
      const [r = 0, g = 0, b = 0] = style.data
      return pixels.painted(from, Buffer.alloc(from.width * from.height, 96), [r, g, b])
    }
    case 'fast-upscale': {
      const from = await read('image')
      return pixels.resized(from, { width: from.width * 4, height: from.height * 4 })
    }
    case 'creative-upscale':
    case 'conservative-upscale': {
      const from = await read('image')
      const scale = settings.upscaledSide / Math.max(from.width, from.height)
      return pixels.resized(from, { width: Math.round(from.width * scale), height: Math.round(from.height * scale) })
    }
  }
}

/** About a megapixel, in steps of 64 as the models make them. */
function sizeOf(aspect: unknown): [number, number] {
  const [across = 1, down = 1] = String(aspect ?? '1:1')
    .split(':')
    .map(Number)
  const side = (ratio: number) => Math.round((1024 * Math.sqrt(ratio)) / 64) * 64
  return [side(across / down), side(down / across)]
}

function shade([r, g, b]: pixels.Rgb, seed: number): pixels.Rgb {
  const by = (createHash('sha256').update(String(seed)).digest()[0]! % 20) - 10
  const within = (value: number) => Math.max(0, Math.min(255, value + by))
  return [within(r), within(g), within(b)]
}

const NOVA: Rules = { formats: ['png', 'jpeg'], minSide: 320, maxSide: 4096, maxPixels: 4_194_304, maxAspect: 4, isOpaque: true }
const TITAN: Rules = { formats: ['png', 'jpeg'], maxSide: 1408, isOpaque: true }
const TITAN_SIZES =
  '1024x1024 768x768 512x512 768x1152 384x576 1152x768 576x384 768x1280 384x640 1280x768 640x384 896x1152 448x576 1152x896 576x448 768x1408 384x704 1408x768 704x384 640x1408 320x704 1408x640 704x320 1152x640 1173x640'.split(
    ' ',
  )
type AmazonBody = {
  taskType: string
  imageGenerationConfig?: { width?: number; height?: number; numberOfImages?: number; seed?: number }
} & Record<string, unknown>

/** As many pictures as asked for, by Nova's and Titan's rules: black changes when inpainting, white when outpainting. */
export async function makeAmazon(family: 'nova' | 'titan-v1' | 'titan-v2', body: AmazonBody): Promise<string[]> {
  const { width = 1024, height = 1024, numberOfImages = 1, seed = 0 } = body.imageGenerationConfig ?? {}
  const isNova = family === 'nova'
  if (isNova && (width * height > 4_194_304 || Math.max(width / height, height / width) > 4))
    throw invalid('#/imageGenerationConfig: the size is not supported')
  if (!isNova && !TITAN_SIZES.includes(`${width}x${height}`))
    throw invalid(`#/imageGenerationConfig: ${width}x${height} is not in the list of sizes`)
  const params = Object.entries(body).find(([name]) => name.endsWith('Params'))![1] as Record<string, unknown>
  const rules = isNova ? NOVA : TITAN
  const read = (base64: unknown, name: string) => {
    if (!isNova && String(base64).length * 0.75 > 5_000_000) throw invalid(`#/${name}: more than 5 MB`)
    return pixels.readPicture(base64 as string, name, rules)
  }
  const color = colorOf(String((params.colors as string[] | undefined)?.[0] ?? params.text ?? 'background'))
  const make = async (index: number): Promise<Canvas> => {
    switch (body.taskType) {
      case 'INPAINTING': {
        const from = await read(params.image, 'image')
        const white =
          params.maskImage === undefined
            ? pixels.inverted(pixels.middleOf(from))
            : await pixels.readStrictMask(params.maskImage as string, from)
        return pixels.painted(from, pixels.inverted(white), color)
      }
      case 'OUTPAINTING': {
        const from = await read(params.image, 'image')
        const white =
          params.maskImage === undefined
            ? pixels.inverted(pixels.middleOf(from))
            : await pixels.readStrictMask(params.maskImage as string, from)
        return pixels.painted(from, white, color)
      }
      case 'IMAGE_VARIATION': {
        const [first] = await Promise.all((params.images as string[]).map((image) => read(image, 'images')))
        return pixels.resized(first!, { width, height })
      }
      case 'BACKGROUND_REMOVAL': {
        const from = await read(params.image, 'image')
        return pixels.cut(from, pixels.middleOf(from))
      }
      default:
        if (params.conditionImage) await read(params.conditionImage, 'conditionImage')
        if (params.referenceImage) await read(params.referenceImage, 'referenceImage')
        return pixels.filled(width, height, shade(color, seed + index))
    }
  }
  return Promise.all(Array.from({ length: numberOfImages }, async (_, index) => encode(await make(index), 'png')))
}

/** SDXL: `MASK_IMAGE_WHITE` changes what is white, `MASK_IMAGE_BLACK` what is black. */
export async function makeSdxl(body: Body): Promise<{ image: string; seed: number }> {
  const seed = (body.seed as number | undefined) || randomInt(1, 4_294_967_295)
  const [first] = body.text_prompts as { text: string }[]
  const color = colorOf(first!.text)
  if (body.init_image === undefined) {
    const { width = 1024, height = 1024 } = body as { width?: number; height?: number }
    return { image: await encode(pixels.filled(width, height, shade(color, seed)), 'png'), seed }
  }
  const from = await pixels.readPicture(body.init_image as string, 'init_image', { formats: FORMATS, maxPixels: 1_048_576 })
  const strength = 1 - Number(body.image_strength ?? 0.35)
  let change = Buffer.alloc(from.width * from.height, Math.round(strength * 255))
  if (body.mask_source === 'INIT_IMAGE_ALPHA') change = pixels.holesOf(from) as Buffer<ArrayBuffer>
  else if (body.mask_source !== undefined) {
    const mask = await pixels.readMask(body.mask_image as string, from)
    change = (body.mask_source === 'MASK_IMAGE_WHITE' ? mask : pixels.inverted(mask)) as Buffer<ArrayBuffer>
  }
  return { image: await encode(pixels.painted(from, change, color), 'png'), seed }
}
