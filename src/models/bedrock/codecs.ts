import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import { amazonImage } from './amazon-image.ts'
import type { Codec } from './codec.ts'
import { sdxl } from './sdxl.ts'
import { stabilityImage } from './stability-image.ts'
import { stabilityServices } from './stability-services.ts'

/** Family → wire. A model of the operator's own overlay names one of these. */
export const CODECS: Readonly<Record<string, Codec>> = {
  'stability-image': stabilityImage,
  'stability-services': stabilityServices,
  'amazon-image': amazonImage,
  sdxl,
}

/** `unavailable` for a family nobody here speaks. */
export function codecOf({ id, family }: Model): Codec {
  const codec = Object.hasOwn(CODECS, family) ? CODECS[family] : undefined
  if (codec) return codec
  throw new StudioError('unavailable', `${id} is of family ${family}; known are ${Object.keys(CODECS).join(', ')}`)
}
