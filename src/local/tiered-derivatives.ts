import { bounded } from '#core/bounded.ts'
import type { BlobStat, Blobs } from '#core/ports/blobs.ts'
import { renditionPrefix } from '#core/ports/blobs.ts'
import type { Derivative, Derivatives } from '#core/ports/derivatives.ts'
import { byteLru } from './byte-lru.ts'
import { diskTier, etagOf, type Made } from './disk-tier.ts'

export type TieredOptions = {
  /** `GENZO_DATA`. */
  dir: string
  /** Where the ladder lies, for good. Made files lie apart, in a budget, so that they are in no backup and no count. */
  blobs: Blobs
  memoryBytes: number
  diskBytes: number
  /** Makers at once; twice the cores keeps them busy while one reads. */
  makers: number
  /** Requests that may wait for a maker; one more is refused. */
  waiting?: number
}

/** Derived files from memory, else from disk, else made: one maker a key, shared by all who ask. */
export function tieredDerivatives({ dir, blobs, memoryBytes, diskBytes, makers, waiting = makers * 16 }: TieredOptions): Derivatives {
  const memory = byteLru<Derivative>({ maxBytes: memoryBytes })
  const disk = diskTier({ dir, maxBytes: diskBytes })
  const inTurn = bounded({ atOnce: makers, waiting })
  const underWay = new Map<string, Promise<Derivative>>()
  /** Raised by every purge: what was begun before one is answered, and kept nowhere. */
  let purges = 0

  const remember = (key: string, found: Derivative, begun: number): Derivative => {
    if (begun === purges) memory.set(key, found, found.bytes.byteLength + key.length)
    return found
  }
  const stored = async (key: string): Promise<Derivative | undefined> => (await disk.find(key)) ?? (await inBlobs(blobs, key))
  const store = async (key: string, made: Made, begun: number): Promise<Derivative> => {
    const unstored = () => ({ ...made, etag: etagOf(made.bytes) })
    if (begun !== purges) return unstored()
    // A full disk keeps nobody from the picture that is already in hand.
    const kept = await disk.put(key, made).catch(unstored)
    if (begun !== purges) await disk.remove(key)
    return kept
  }
  const work = async (key: string, make: () => Promise<Made>): Promise<Derivative> => {
    const begun = purges
    const found = (await stored(key)) ?? (await inTurn(async () => store(key, await make(), begun)))
    return remember(key, found, begun)
  }

  return {
    async getOrMake(key, make) {
      const warm = memory.get(key)
      if (warm) return warm
      const shared = underWay.get(key)
      if (shared) return shared
      const making = work(key, make).finally(() => underWay.get(key) === making && underWay.delete(key))
      underWay.set(key, making)
      return making
    },
    async find(key) {
      const begun = purges
      const found = memory.get(key) ?? (await stored(key))
      return found && remember(key, found, begun)
    },
    async stat(key): Promise<BlobStat | undefined> {
      const made = memory.get(key) ?? (await disk.find(key))
      if (!made) return blobs.stat(key)
      const { bytes, contentType, etag } = made
      return { key, byteLength: bytes.byteLength, contentType, etag, writtenAt: 0 }
    },
    async purge(imageId) {
      purges += 1
      const prefix = renditionPrefix(imageId)
      memory.removeUnder(prefix)
      for (const key of [...underWay.keys()]) if (key.startsWith(prefix)) underWay.delete(key)
      await disk.purge(prefix)
      await blobs.purge(prefix)
    },
  }
}

async function inBlobs(blobs: Blobs, key: string): Promise<Derivative | undefined> {
  const found = await blobs.open(key)
  if (!found) return undefined
  const { etag, contentType } = found.stat
  return { bytes: new Uint8Array(await new Response(found.body as unknown as BodyInit).arrayBuffer()), contentType, etag }
}
