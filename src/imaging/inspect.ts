import { createHash } from 'node:crypto'
import { StudioError } from '#core/errors.ts'
import type { Inspection, InspectionLimits } from '#core/ports/pixels.ts'
import { cameraFacts } from './camera-facts.ts'
import { assertWhole } from './completeness.ts'
import { embeddedPrompt } from './embedded-prompt.ts'
import { decodeRaw, openPicture, orientedSize, readHeader } from './picture.ts'
import { CONTENT_TYPES, sniff } from './sniff.ts'

/**
 * What a stranger's file is, from its own bytes and its header: nothing is decoded before the limits are held to, so that a bomb costs
 * nothing. Fails with `unsupported_type`, with `too_large` past a limit, with `invalid_input` when the file is cut short. Damage in the
 * middle of the pixels shows when they are decoded, and fails `makeSet` the same way.
 */
export async function inspectPicture(bytes: Uint8Array, limits: InspectionLimits): Promise<Inspection> {
  const format = sniff(bytes)
  const metadata = await readHeader(bytes)
  const size = orientedSize(metadata)
  const frames = metadata.pages ?? 1
  assertWithin({ ...size, frames }, limits)
  assertWhole(bytes, format)
  // A TIFF has no end that one could look for: its parts lie anywhere. It is rare enough to be decoded twice.
  if (format === 'tiff') await decodeRaw(await openPicture(bytes), { width: 8 })
  const camera = cameraFacts(metadata.exif)
  const prompt = embeddedPrompt(metadata)
  return {
    format,
    contentType: CONTENT_TYPES[format],
    ...size,
    orientation: metadata.orientation ?? 1,
    frames,
    hasAlpha: metadata.hasAlpha ?? false,
    byteLength: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...(camera && { camera }),
    ...(prompt && { embeddedPrompt: prompt }),
  }
}

function assertWithin({ width, height, frames }: { width: number; height: number; frames: number }, limits: InspectionLimits) {
  if (width < 1 || height < 1) throw new StudioError('invalid_input', 'the picture has no pixels')
  if (Math.max(width, height) > limits.maxSide)
    throw new StudioError('too_large', `the picture is ${width} × ${height}; a side may have ${limits.maxSide} pixels`, {
      limit: limits.maxSide,
      unit: 'pixels',
    })
  if (width * height > limits.maxPixels)
    throw new StudioError('too_large', `the picture is ${width} × ${height}; at most ${limits.maxPixels} pixels are taken`, {
      limit: limits.maxPixels,
      unit: 'pixels',
    })
  if (frames > limits.maxFrames)
    throw new StudioError('too_large', `the animation has ${frames} frames; at most ${limits.maxFrames} are taken`, {
      limit: limits.maxFrames,
    })
}
