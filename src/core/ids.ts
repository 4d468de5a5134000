const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * A maker of UUIDv7 (RFC 9562 §5.7 with the monotonic counter of §6.2, method 1): sorts by time, and never below the last one given,
 * so a clock that goes back harms nothing. `random` fills 10 bytes.
 */
export function uuidV7Source(now: () => number, random: (bytes: Uint8Array) => Uint8Array): () => string {
  const bytes = new Uint8Array(10)
  let lastMs = 0
  let counter = 0
  let [timeOf, time] = [-1, '']
  return () => {
    random(bytes)
    const ms = now()
    if (ms > lastMs) {
      lastMs = ms
      counter = ((bytes[0]! << 8) | bytes[1]!) & 0x7ff // the top bit is kept free so that the counter has room to grow
    } else if (++counter > 0xfff) {
      lastMs += 1
      counter = 0
    }
    if (timeOf !== lastMs) {
      const digits = lastMs.toString(16).padStart(12, '0')
      timeOf = lastMs
      time = `${digits.slice(0, 8)}-${digits.slice(8)}-7`
    }
    // Written out: each request is given an id, and a loop over the bytes took ten times as long.
    const head = `${time}${HEX[counter >> 8]![1]}${HEX[counter & 0xff]}-${HEX[(bytes[2]! & 0x3f) | 0x80]}${HEX[bytes[3]!]}-`
    return head + HEX[bytes[4]!] + HEX[bytes[5]!] + HEX[bytes[6]!] + HEX[bytes[7]!] + HEX[bytes[8]!] + HEX[bytes[9]!]
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** True for a lower-case UUID: the only shape of an id that reaches a store or a path. */
export const isUuid = (text: string): boolean => UUID.test(text)
