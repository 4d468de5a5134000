import { isStudioError, StudioError } from '../errors.ts'

/** Routes give a whole answer 15 seconds; a text model needs about two. */
const PATIENCE_MS = 12_000

/**
 * Asks the text or embedding model with a bound of time. A key that the provider refuses is the operator's affair and not the person's:
 * `unavailable`, as is an answer that does not come.
 */
export async function askWording<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    return await ask(signal)
  } catch (error) {
    if (signal.aborted) throw new StudioError('unavailable', 'the text model did not answer in time; try again', { service: 'text' })
    if (!isStudioError(error, 'forbidden')) throw error
    const why = 'the provider refuses the studio’s key; an operator finds out why by `genzo doctor`'
    throw new StudioError('unavailable', why, { service: 'text' }, { cause: error })
  }
}
