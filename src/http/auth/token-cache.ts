/** Verified tokens, so that a signature is checked once and not on each request. */
export type TokenCache<T> = {
  get(token: string): T | undefined
  set(token: string, value: T, expiresAt: number): void
  /** Forgets everything: something was revoked. */
  clear(): void
}

/**
 * Bounded, oldest out first. It is keyed by the token's whole text: by the signature alone, another payload with a stolen signature
 * would be a hit; and a hash of it would cost more than the rest of the request (0.7 of an unguarded route's throughput was
 * measured with the text as key).
 */
export function tokenCache<T>({ size, now }: { size: number; now: () => number }): TokenCache<T> {
  const entries = new Map<string, { value: T; expiresAt: number }>()
  return {
    get(token) {
      const entry = entries.get(token)
      if (!entry) return undefined
      if (entry.expiresAt > now()) return entry.value
      entries.delete(token)
      return undefined
    },
    set(token, value, expiresAt) {
      if (entries.size >= size && !entries.has(token)) entries.delete(entries.keys().next().value!)
      entries.set(token, { value, expiresAt })
    },
    clear: () => entries.clear(),
  }
}
