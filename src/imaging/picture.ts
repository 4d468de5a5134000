import sharp, { type Metadata, type ResizeOptions, type Sharp, type SharpOptions } from 'sharp'
import { StudioError } from '#core/errors.ts'
import { decoding } from './errors.ts'
import { giveBack } from './give-back.ts'
import { decodeHeic } from './heic.ts'
import { type Format, sniff } from './sniff.ts'
import { type Raw, tiffWithProfile } from './tiff-with-profile.ts'

// One picture per core is the studio's parallelism: threads inside libvips only cost memory (PERFORMANCE "Threading"), and its cache of
// operations never hits on distinct inputs.
sharp.cache(false)
useThreads(1)

/** Threads of every pipeline begun from now on, in this process: for whoever knows that a core is idle. */
export function useThreads(count: number): void {
  sharp.concurrency(count)
}

/** Pixels that any decode is allowed, whoever asks: sharp's own default, 0x3fff². Uploads are held to the operator's lower limit first. */
export const DECODE_PIXELS = 0x3fff * 0x3fff

/** `truncated` and worse end in an error: half a picture with grey below is not a picture. Warnings alone do not: cameras earn many. */
const STRICT: SharpOptions = { failOn: 'error', limitInputPixels: DECODE_PIXELS }

/** A picture that was looked at but not decoded. Width and height are of the oriented picture. */
export type Opened = {
  format: Format
  metadata: Metadata
  width: number
  height: number
  hasAlpha: boolean
  /** A new pipeline over the source, oriented, first frame. */
  pipeline: () => Sharp
}

/** Reads the header; HEIC is decoded here, since its pixels have no other way in. Fails as `sniff`, or with `invalid_input`. */
export async function openPicture(bytes: Uint8Array): Promise<Opened> {
  const format = sniff(bytes)
  const metadata = await readHeader(bytes)
  const heic = format === 'heic' ? await decoding(() => decodeHeic(bytes, metadata)) : undefined
  return {
    format,
    metadata,
    ...orientedSize(metadata),
    hasAlpha: metadata.hasAlpha ?? false,
    pipeline: () => (heic ? fromRaw(heic) : sharp(bytes, STRICT).autoOrient()),
  }
}

/** The header alone: nothing is decoded, so a bomb costs nothing here. */
export const readHeader = (bytes: Uint8Array): Promise<Metadata> =>
  decoding(() => sharp(bytes, { ...STRICT, limitInputPixels: false }).metadata())

/** EXIF orientations 5–8 lie on their side; libheif has already turned a HEIC, and says 1. */
export function orientedSize(metadata: Metadata): { width: number; height: number } {
  const { width = 0, height = 0, orientation = 1 } = metadata
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

/**
 * The picture as 8-bit sRGB pixels, three channels or four, at the size that `resize` asks for. The one decode of everything made from a
 * picture. Pixels are resized in the space they came in and converted after: converting a 12 MP photo first costs twice the time for a
 * difference nobody sees (the test holds it under a ΔE of 1). CMYK goes the other way round, since ink does not average like light.
 */
export function decodeRaw(opened: Opened, resize?: ResizeOptions): Promise<Raw> {
  return decoding(async () => {
    const { icc, space } = opened.metadata
    const sized = resize ? opened.pipeline().resize(resize) : opened.pipeline()
    if (!icc || space === 'cmyk' || space === 'lab') return toRaw(sized)
    const isGrey = space === 'b-w' || space === 'grey16'
    const unconverted = await toRaw(sized.keepIccProfile().toColourspace(isGrey ? 'b-w' : 'srgb'))
    if (!isGrey && (await isSrgb(icc))) return unconverted
    const profiled = tiffWithProfile(unconverted, icc)
    giveBack(unconverted.data)
    const converted = await toRaw(sharp(profiled))
    giveBack(profiled)
    return converted
  })
}

/**
 * Whether a profile moves no colour by more than a rounding: most cameras write one that says sRGB in some way of its own. Asked of the
 * profile itself, with a cube of 216 colours (1 ms), since names lie and there are hundreds of such files; it saves 30 ms of a 2048 px set.
 */
async function isSrgb(icc: Uint8Array): Promise<boolean> {
  const { data } = await toRaw(sharp(tiffWithProfile({ data: CUBE, width: CUBE.length / 3, height: 1, channels: 3 }, icc)))
  return CUBE.every((value, index) => Math.abs(value - data[index]!) <= 1)
}
const STEPS = [0, 16, 64, 128, 192, 255]
const CUBE = Buffer.from(STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.flatMap((b) => [r, g, b]))))

async function toRaw(pipeline: Sharp): Promise<Raw> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  if (data.length === 0) throw new StudioError('invalid_input', 'the picture has no pixels')
  return { data, width: info.width, height: info.height, channels: info.channels as Raw['channels'] }
}

/** A pipeline over pixels in memory. */
export const fromRaw = ({ data, width, height, channels }: Raw): Sharp => sharp(data, { raw: { width, height, channels } })

/** Smaller pixels from larger ones: the step of the cascade. */
export const shrinkRaw = (raw: Raw, width: number, height: number): Promise<Raw> =>
  raw.width === width && raw.height === height ? Promise.resolve(raw) : toRaw(fromRaw(raw).resize(width, height, { fit: 'fill' }))
