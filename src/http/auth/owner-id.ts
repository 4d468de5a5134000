import { isUuid } from '#core/ids.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The owner's id of a token: its `sub` when that is a UUID, else base32(sha256(iss, sub)), so that it fits a blob key and two issuers'
 * equal names stay two people.
 */
export async function ownerIdOf(issuer: string, subject: string): Promise<string> {
  const lower = subject.toLowerCase()
  if (isUuid(lower)) return lower
  // The zero byte can be in neither, so no other pair joins to the same text.
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${issuer}\0${subject}`))
  return base32(new Uint8Array(digest))
}

/** RFC 4648 base32, lower case, no padding. */
function base32(bytes: Uint8Array): string {
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(held >> bits) & 31]
      held &= (1 << bits) - 1
    }
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text
}
