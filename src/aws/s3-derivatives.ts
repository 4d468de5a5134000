import { createHash } from 'node:crypto'
import { bounded } from '#core/bounded.ts'
import { isStudioError } from '#core/errors.ts'
import { type Blobs, renditionPrefix } from '#core/ports/blobs.ts'
import type { Derivative, Derivatives } from '#core/ports/derivatives.ts'

type Made = { bytes: Uint8Array; contentType: string }
/** How many makers work at once in this process, and how many requests may wait for one of them. */
export type MakerLimits = { makers: number; waiting: number }

/** Derived files beside the stored renditions. CloudFront is the cache in front; this process only keeps itself from making one twice. */
export function s3Derivatives({ blobs, makers, waiting }: { blobs: Blobs } & MakerLimits): Derivatives {
  const underWay = new Map<string, Promise<Derivative>>()
  const inTurn = bounded({ atOnce: makers, waiting })

  const find = async (key: string): Promise<Derivative | undefined> => {
    const found = await blobs.open(key)
    if (!found) return undefined
    const bytes = new Uint8Array(await new Response(found.body as unknown as BodyInit).arrayBuffer())
    return { bytes, contentType: found.stat.contentType, etag: found.stat.etag }
  }
  const store = async (key: string, made: Made): Promise<Derivative> => {
    try {
      const { etag } = await blobs.put(key, made.bytes, { contentType: made.contentType })
      return { ...made, etag }
    } catch (error) {
      // Another process was first: what it stored is what everybody gets, byte for byte.
      const stored = isStudioError(error, 'conflict') ? await find(key) : undefined
      if (stored) return stored
      if (!isStudioError(error)) throw error
      // Not stored, and still a picture: somebody waits for it, and the next request tries to store it again.
      return { ...made, etag: createHash('sha256').update(made.bytes).digest('hex').slice(0, 32) }
    }
  }

  return {
    getOrMake(key, make) {
      const shared = underWay.get(key)
      if (shared) return shared
      const work = (async () => (await find(key)) ?? inTurn(async () => store(key, await make())))()
      const tracked = work.finally(() => underWay.delete(key))
      underWay.set(key, tracked)
      return tracked
    },
    find,
    stat: (key) => blobs.stat(key),
    async purge(imageId) {
      await blobs.purge(renditionPrefix(imageId))
    },
  }
}
