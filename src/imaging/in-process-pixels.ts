import type { Pixels } from '#core/ports/pixels.ts'
import { finishPicture } from './finish.ts'
import { inspectPicture } from './inspect.ts'
import { load, type ReadSource, type Source } from './load.ts'
import { makeSet } from './make-set.ts'
import { preparePicture } from './prepare.ts'
import { transformPicture } from './transform.ts'

/**
 * Pixels in the process that asks: for Lambda, where a function is alone with its picture, for tests, and inside the children of the
 * local pool. `read` gives the bytes of a key, a path to them, or undefined.
 */
export function inProcessPixels({ read }: { read: ReadSource }): Pixels {
  const bytesOf = (source: Source) => load(read, source)
  return {
    inspect: async (source, limits) => inspectPicture(await load(read, source, limits.maxBytes), limits),
    makeSet: async (source, { mark }) => makeSet(await bytesOf(source), mark),
    transform: async (source, to, how) => transformPicture(await bytesOf(source), to, how),
    prepare: async (source, to) => preparePicture('bytes' in source ? source.bytes : await bytesOf(source), to),
    finish: (bytes, how) => finishPicture(bytes, how),
  }
}
