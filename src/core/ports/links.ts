import type { Transform } from '../transform.ts'

/** A public or expiring link that somebody made and may revoke. `kid` names the signing key: deleting the link deletes the key. */
export type ShareLink = {
  id: string
  kid: string
  imageId: string
  ownerId: string
  transform: Transform
  createdAt: number
  /** Integer ms; absent means public until revoked. */
  expiresAt?: number
}

export interface Links {
  insert(link: ShareLink & { secret: string }): Promise<void>
  find(id: string): Promise<ShareLink | undefined>
  /** The signing secret of a link's key; undefined once revoked. Strong. */
  secretOf(kid: string): Promise<string | undefined>
  listByImage(imageId: string): Promise<ShareLink[]>
  /** Idempotent. */
  revoke(id: string): Promise<void>
  removeByImage(imageId: string): Promise<void>
  /**
   * Tells whoever opens links without asking for the image, an edge with keys of its own, whether those of this image open. The records
   * stay. Idempotent; nothing to do where every look asks for the image.
   */
  setShown(imageId: string, isShown: boolean): Promise<void>
}
