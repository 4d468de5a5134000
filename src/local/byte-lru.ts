type Kept<V> = { value: V; bytes: number; isUsed: boolean }

/**
 * Values up to `maxBytes` together; what was not used since it last came up for removal goes first, the oldest of it (second chance, also
 * known as the clock algorithm). A value larger than the whole budget is not kept. Using one only marks it: to move it to the end of the
 * map, as an exact order of use needs, made garbage at every hit and the slowest answers twice as slow.
 */
export function byteLru<V>({ maxBytes, onEvict }: { maxBytes: number; onEvict?: (key: string) => void }) {
  // A Map keeps the order of insertion, and setting anew moves to its end.
  const entries = new Map<string, Kept<V>>()
  let total = 0

  const remove = (key: string): boolean => {
    const entry = entries.get(key)
    if (!entry) return false
    total -= entry.bytes
    return entries.delete(key)
  }
  const evict = (key: string): void => {
    remove(key)
    onEvict?.(key)
  }
  /** Goes round until enough is free. Whatever was used is passed over once, and what has just come for good. */
  const makeRoomFor = (newest: string): void => {
    for (const [key, entry] of entries) {
      if (total <= maxBytes) return
      if (key === newest) continue
      if (!entry.isUsed) evict(key)
      else {
        entries.delete(key)
        entries.set(key, entry)
        entry.isUsed = false
      }
    }
  }
  return {
    get(key: string): V | undefined {
      const entry = entries.get(key)
      if (!entry) return undefined
      entry.isUsed = true
      return entry.value
    },
    set(key: string, value: V, bytes: number): void {
      if (bytes > maxBytes) {
        evict(key)
        return
      }
      remove(key)
      entries.set(key, { value, bytes, isUsed: false })
      total += bytes
      makeRoomFor(key)
    },
    remove,
    /** Removes every key that begins with the prefix. Reads all keys: for rare events. */
    removeUnder(prefix: string): void {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix)) remove(key)
    },
    bytes: () => total,
  }
}
