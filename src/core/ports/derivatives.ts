import type { BlobStat } from './blobs.ts'

/** Ready to send: the bytes and what they are. */
export type Derivative = { bytes: Uint8Array; contentType: string; etag: string }

/** Derived files, made when first asked for. Reproducible, so losing one costs time and nothing else. */
export interface Derivatives {
  /**
   * What is stored under `key`, else what `make` gives, stored if still absent. One maker per key in a process, shared by all callers.
   * At most a bounded number of makers run and wait; past that `unavailable` with `retryAfterSeconds`. A failed `make` is not remembered.
   */
  getOrMake(key: string, make: () => Promise<{ bytes: Uint8Array; contentType: string }>): Promise<Derivative>
  /** Only what is stored. */
  find(key: string): Promise<Derivative | undefined>
  stat(key: string): Promise<BlobStat | undefined>
  /** Forgets everything of an image, in every tier. */
  purge(imageId: string): Promise<void>
}
