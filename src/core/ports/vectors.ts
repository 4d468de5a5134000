import type { PackedVector } from '../vector.ts'

/** `space` names the model that made a vector: those of two models cannot be compared. */
export type ImageVector = { ownerId: string; imageId: string; space: string; vector: PackedVector }

/** What pictures mean, as vectors: the search by meaning. Always beside the words' index, and never needed by it. */
export interface Vectors {
  /** Keeps one vector of an image; another put replaces it, also one of another space. */
  put(vector: ImageVector): Promise<void>
  find(of: Pick<ImageVector, 'ownerId' | 'imageId' | 'space'>): Promise<PackedVector | undefined>
  /**
   * The owner's images whose vectors in this space lie nearest, nearest first, with the cosine (−1…1). At most `MOST_VECTORS`, the newest,
   * are looked at. Eventually consistent.
   */
  nearest(of: Pick<ImageVector, 'ownerId' | 'space'>, to: Float32Array, limit: number): Promise<{ imageId: string; score: number }[]>
  /** Nothing there is no error. */
  remove(of: Pick<ImageVector, 'ownerId' | 'imageId'>): Promise<void>
}

/** A thousand dimensions each, a byte a dimension: 20 MB read and a tenth of a second reckoned, in slices. */
export const MOST_VECTORS = 20_000
