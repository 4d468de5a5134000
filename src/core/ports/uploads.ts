import type { Image } from '../image.ts'

/** A signed request that a client makes to the store itself. Every header must be sent as given. */
export type SignedRequest = { method: 'PUT'; url: string; headers: Record<string, string>; expiresAt: number }
export type UploadPart = { number: number; etag: string; byteLength: number }

/** What was promised to a client that asked to upload. Masks are uploads with no image; an export is put there by the studio itself. */
export type Upload = {
  /** The image's id for an image; its own for a mask. */
  id: string
  ownerId: string
  purpose: 'image' | 'mask' | 'export'
  key: string
  contentType: string
  byteLength: number
  sha256?: string
  /** Present for multi-part: the store's own name of the session, bytes a part, how many. */
  session?: string
  partSize?: number
  partCount?: number
  /** Only an export fails: the studio that was to bring it gave up. */
  state: 'open' | 'arrived' | 'failed'
  createdAt: number
  /** When the URL (or the session) ends; for an arrived mask or export, when it is removed. */
  expiresAt: number
}

/** The way in for bytes: straight to the store, under a signature, never through the API. */
export interface Uploads {
  /**
   * Signs one PUT of exactly `byteLength` bytes of `contentType` to `key`, which must be free (`If-None-Match: *`), for at most 15 minutes.
   * With `sha256` (hex) the store refuses other bytes. A PUT that does not match leaves nothing.
   */
  sign(put: { key: string; contentType: string; byteLength: number; sha256?: string; expiresAt: number }): Promise<SignedRequest>
  /** Opens a multi-part session. */
  begin(put: { key: string; contentType: string }): Promise<{ session: string }>
  /** Signs a PUT for each part. With `file`, each takes exactly the bytes that such a file has there: a quota checked once then holds. */
  signParts(part: {
    key: string
    session: string
    numbers: readonly number[]
    expiresAt: number
    file?: { byteLength: number; partSize: number }
  }): Promise<(SignedRequest & { number: number })[]>
  /** Parts received so far, by number. Empty once completed or aborted. */
  parts(of: { key: string; session: string }): Promise<UploadPart[]>
  /**
   * Joins the parts into the blob at `key`, whole or not at all. Fails with `invalid_input` on a missing part or a wrong etag; a
   * repeat after success succeeds.
   */
  complete(of: { key: string; session: string; contentType: string; parts: readonly { number: number; etag: string }[] }): Promise<void>
  /** Drops the parts. Succeeds when there are none. */
  abort(of: { key: string; session: string }): Promise<void>

  /**
   * Records what was promised, with the pending image that it is for: both or neither, in one call. `conflict` when an id is taken.
   */
  insert(upload: Upload, image?: Image): Promise<void>
  /** Strong. */
  find(id: string): Promise<Upload | undefined>
  /** Marks it arrived (idempotent), with a new end. Undefined when there is none. */
  arrive(id: string, expiresAt: number): Promise<Upload | undefined>
  /** Marks an open one as failed (idempotent), with a new end. Returns it as it now is; undefined when there is none. */
  fail(id: string, expiresAt: number): Promise<Upload | undefined>
  /** Uploads whose end is before `now`, oldest first. */
  listExpired(now: number, limit: number): Promise<Upload[]>
  remove(id: string): Promise<void>
}

/** How many bytes of a file lie in one of its parts; 0 or less past its end. */
export const partLength = (number: number, { byteLength, partSize }: { byteLength: number; partSize: number }): number =>
  Math.min(partSize, byteLength - (number - 1) * partSize)
