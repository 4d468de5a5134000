import { StudioError } from '#core/errors.ts'

/** `version` is the store's own version of the object, absent where the store keeps none. `etag` has no quotes. */
export type BlobStat = { key: string; byteLength: number; contentType: string; etag: string; version?: string; writtenAt: number }
export type ByteRange = { start: number /** Inclusive, as in HTTP. */; end: number }

/** Bytes under a key, written once. No blob is shared between images, so purging one image touches no other. */
export interface Blobs {
  /**
   * Stores the bytes if the key is free, whole or not at all, durable when it resolves. Fails with `conflict` when the key is taken;
   * of two concurrent puts exactly one succeeds. The worker that meets a conflict adopts what is there.
   */
  put(key: string, bytes: Uint8Array | ReadableStream<Uint8Array>, about: { contentType: string; byteLength?: number }): Promise<BlobStat>
  /** The bytes, or the inclusive range of them; undefined when the key was never written. `version` pins what inspection saw. */
  open(
    key: string,
    options?: { range?: ByteRange; version?: string },
  ): Promise<{ stat: BlobStat; body: ReadableStream<Uint8Array> } | undefined>
  /** The whole blob in memory: for callers that know it is small. */
  read(key: string, options?: { version?: string }): Promise<Uint8Array | undefined>
  stat(key: string): Promise<BlobStat | undefined>
  /** Keys that begin with the prefix, in order, a page at a time. */
  list(prefix: string, page: { cursor?: string; limit: number }): Promise<{ items: BlobStat[]; nextCursor?: string }>
  /**
   * Removes every blob under the prefix, every version of it. Succeeds on nothing there, and may be called again after a crash.
   * Returns how many went.
   */
  purge(prefix: string): Promise<number>
}

const BLOB_KEY = /^[a-z0-9]+([/.-][a-z0-9]+)*$/

/** Adapters call this first: a key is a path on disk, so its alphabet `[a-z0-9/.-]` is a security boundary. */
export function assertBlobKey(key: string): void {
  if (key.length > 512 || !BLOB_KEY.test(key))
    throw new StudioError('invalid_input', `blob key ${JSON.stringify(key.slice(0, 80))} is malformed`)
}

/** Prefixes end with a slash, so that `renditions/a` never reaches `renditions/ab`. */
export function assertBlobPrefix(prefix: string): void {
  if (!prefix.endsWith('/') || !BLOB_KEY.test(prefix.slice(0, -1)))
    throw new StudioError('invalid_input', `blob prefix ${JSON.stringify(prefix.slice(0, 80))} is malformed: it ends with one slash`)
}

/** The key of an image's original bytes. */
export const originalKey = (ownerId: string, imageId: string): string => `originals/${ownerId}/${imageId}/upload`
/** Everything of the original, for purge. */
export const originalPrefix = (ownerId: string, imageId: string): string => `originals/${ownerId}/${imageId}/`
/** The key of a derived file; `canonical` begins with the encoder's version, so a better encoder never collides with an older one. */
export const renditionKey = (imageId: string, canonical: string): string => `renditions/${imageId}/${canonical}`
export const renditionPrefix = (imageId: string): string => `renditions/${imageId}/`
/** Where masks and other short-lived inputs of one owner lie. */
export const inboxKey = (ownerId: string, uploadId: string): string => `inbox/${ownerId}/${uploadId}/upload`
/** An archive of everything of one owner. Its name is not an upload's, so that the store's events pass it over. */
export const exportKey = (ownerId: string, exportId: string): string => `inbox/${ownerId}/${exportId}/export.zip`
export const inboxPrefix = (ownerId: string, uploadId: string): string => `inbox/${ownerId}/${uploadId}/`
