/** A vector of unit length in a byte a dimension, after the four bytes of its scale: a quarter of the room, cosines within a thousandth. */
export type PackedVector = Uint8Array

const SCALE_BYTES = 4
const viewOf = (packed: PackedVector) => new DataView(packed.buffer, packed.byteOffset, packed.byteLength)

/** Any vector but nought, brought to unit length. */
export function packVector(vector: Float32Array): PackedVector {
  const norm = Math.hypot(...vector) || 1
  const most = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0) / norm || 1
  const packed = new Uint8Array(SCALE_BYTES + vector.length)
  const view = viewOf(packed)
  view.setFloat32(0, most / 127)
  vector.forEach((value, at) => {
    view.setInt8(SCALE_BYTES + at, Math.round((value / norm / most) * 127))
  })
  return packed
}

export function unpackVector(packed: PackedVector): Float32Array {
  const view = viewOf(packed)
  const scale = view.getFloat32(0)
  return Float32Array.from({ length: packed.byteLength - SCALE_BYTES }, (_, at) => view.getInt8(SCALE_BYTES + at) * scale)
}

/** The cosine of a vector of unit length and a packed one; vectors of different lengths have nothing in common. */
export function cosine(vector: Float32Array, packed: PackedVector): number {
  if (packed.byteLength !== vector.length + SCALE_BYTES) return 0
  const signed = new Int8Array(packed.buffer, packed.byteOffset + SCALE_BYTES, vector.length)
  let sum = 0
  for (let at = 0; at < signed.length; at++) sum += vector[at]! * signed[at]!
  return sum * viewOf(packed).getFloat32(0)
}

type Scored = { imageId: string; score: number }

/** Keeps the best `limit` of what it is shown. */
export function nearestOf(limit: number) {
  let best: Scored[] = []
  const cut = () => {
    best = best.sort((a, b) => b.score - a.score).slice(0, limit)
  }
  return {
    add(one: Scored) {
      best.push(one)
      if (best.length > limit * 4 + 64) cut()
    },
    get best(): Scored[] {
      cut()
      return best
    },
  }
}
