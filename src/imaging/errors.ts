import { isStudioError, StudioError } from '#core/errors.ts'

/** Runs something that decodes a stranger's file: what the codecs throw becomes `invalid_input`, a shortage of memory `unavailable`. */
export async function decoding<T>(what: () => Promise<T>): Promise<T> {
  try {
    return await what()
  } catch (error) {
    throw asStudioError(error)
  }
}

function asStudioError(error: unknown): unknown {
  if (isStudioError(error) || !(error instanceof Error)) return error
  const said = firstLine(error.message)
  if (/out of memory|cannot allocate|unable to allocate/i.test(said) || error instanceof RangeError)
    return new StudioError('unavailable', 'there is not enough memory for this picture now', { retryAfterSeconds: 30 }, { cause: error })
  if (/pixel limit/i.test(said))
    return new StudioError('too_large', 'the picture has too many pixels', { unit: 'pixels' }, { cause: error })
  return new StudioError('invalid_input', `the picture is damaged or cut short: ${said}`, {}, { cause: error })
}

/** Codecs answer in paragraphs and with addresses; a person gets the first line of it. */
const firstLine = (message: string) => (message.split('\n')[0] ?? '').replace(/0x[0-9a-f]+/gi, '').slice(0, 160)
