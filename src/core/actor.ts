export const SCOPES = ['images:read', 'images:write', 'generate'] as const
export type Scope = (typeof SCOPES)[number]

/** Who is asking. The role comes from groups only; scopes can only narrow what the role allows. */
export type Actor = {
  /** Owner id: the token's `sub` if it is a UUID, else base32(sha256(iss, sub)). */
  id: string
  role: 'user' | 'admin'
  scopes: readonly Scope[]
  email?: string
  /** How they proved it. */
  via: 'jwt' | 'key'
  /** Of the API key, when `via` is `key`. */
  keyId?: string
}
