import { StudioError } from './errors.ts'

/** sha256 of a text (as UTF-8) or of bytes, hex. WebCrypto, so that core runs wherever it is imported. */
export async function sha256Hex(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', typeof content === 'string' ? new TextEncoder().encode(content) : content)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Nothing that is asked for here nests deeper. */
const MAX_DEPTH = 64

/**
 * JSON with the keys of every object in order: two bodies that mean the same have the same text. `invalid_input` for one that is nested so
 * deep that writing it would end the call stack.
 */
export function canonicalJson(value: unknown): string {
  if (isDeeperThan(value, MAX_DEPTH)) throw new StudioError('invalid_input', `the body is nested too deep; at most ${MAX_DEPTH} levels`)
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** Looks one level past the limit and no further. */
const isDeeperThan = (value: unknown, levels: number): boolean =>
  value !== null && typeof value === 'object' && (levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1)))

/** `length` random bytes as base64url, without padding. */
export function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** A uniform integer in `min…max`, both inclusive, at most 2³² values. Rejection keeps it free of bias. */
export function randomInteger(min: number, max: number): number {
  const span = max - min + 1
  const limit = Math.floor(2 ** 32 / span) * span
  for (;;) {
    const [drawn] = crypto.getRandomValues(new Uint32Array(1))
    if (drawn! < limit) return min + (drawn! % span)
  }
}
