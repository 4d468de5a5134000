import { StudioError } from '#core/errors.ts'
import type { MadePicture } from '#core/ports/models.ts'
import { CONTENT_TYPES, sniff } from '#imaging/sniff.ts'

/** An answer came, so it may have been billed: whether to ask again is a person's to decide. */
export const nonsense = (found: string): StudioError<'internal'> =>
  new StudioError('internal', `the model answered ${found} instead of a picture; asking again may be billed again`)

/** A picture from base64, checked: damaged text or bytes that are no picture are `internal`, never stored. */
export function madePicture(text: unknown, seed?: number): MadePicture {
  if (typeof text !== 'string' || text === '') throw nonsense('nothing')
  const bytes = Buffer.from(text, 'base64')
  // Node skips what is not base64 without a word, so the length tells whether something was skipped.
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (bytes.byteLength !== Math.floor((text.length * 3) / 4) - padding) throw nonsense('damaged base64')
  return { bytes, contentType: contentTypeOf(bytes), ...(seed !== undefined && { seed }) }
}

function contentTypeOf(bytes: Uint8Array): string {
  try {
    return CONTENT_TYPES[sniff(bytes)]
  } catch {
    throw nonsense('bytes that are no picture')
  }
}
