/** The values used last, up to `maxBytes` of them together. What is larger than the whole budget is not kept. */
export function byteLru<V>({ maxBytes, onEvict }: { maxBytes: number; onEvict?: (key: string) => void }) {
  // A Map keeps the order of insertion: setting anew on each use makes its first key the one used longest ago.
  const entries = new Map<string, { value: V; bytes: number }>()
  let total = 0

  const remove = (key: string): boolean => {
    const entry = entries.get(key)
    if (!entry) return false
    total -= entry.bytes
    return entries.delete(key)
  }
  return {
    get(key: string): V | undefined {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key: string, value: V, bytes: number): void {
      remove(key)
      entries.set(key, { value, bytes })
      total += bytes
      for (const [oldest] of entries) {
        if (total <= maxBytes) break
        remove(oldest)
        onEvict?.(oldest)
      }
    },
    remove,
    /** Removes every key that begins with the prefix. Reads all keys: for rare events. */
    removeUnder(prefix: string): void {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix)) remove(key)
    },
    bytes: () => total,
  }
}
