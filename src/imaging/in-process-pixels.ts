import type { Pixels } from '#core/ports/pixels.ts'
import { finishPicture } from './finish.ts'
import { inspectPicture } from './inspect.ts'
import { type ReadSource, withFile } from './load.ts'
import { makeSet } from './make-set.ts'
import { preparePicture } from './prepare.ts'
import { transformPicture } from './transform.ts'

/**
 * Pixels in the process that asks: for Lambda, where a function is alone with its picture, for tests, and inside the children of the
 * local pool. `read` gives the bytes of a key, a path to them, or undefined.
 */
export function inProcessPixels({ read }: { read: ReadSource }): Pixels {
  return {
    inspect: (source, limits) => withFile({ read, source, maxBytes: limits.maxBytes }, (bytes) => inspectPicture(bytes, limits)),
    makeSet: (source, { mark }) => withFile({ read, source }, (bytes) => makeSet(bytes, mark)),
    transform: (source, to, how) => withFile({ read, source }, (bytes) => transformPicture(bytes, to, how)),
    prepare: (source, to) =>
      'bytes' in source ? preparePicture(source.bytes, to) : withFile({ read, source }, (bytes) => preparePicture(bytes, to)),
    finish: (bytes, how) => finishPicture(bytes, how),
  }
}
