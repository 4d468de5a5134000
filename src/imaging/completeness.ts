import { StudioError } from '#core/errors.ts'
import type { Format } from './sniff.ts'

/**
 * Refuses a file that ends too early, from its structure alone: a walk over lengths, no decode (a 12 MP JPEG takes 2 ms). WebP is not
 * here, since reading its header already fails; TIFF is decoded instead. What comes behind the end is no harm: phones append films there.
 */
export function assertWhole(file: Uint8Array, format: Format): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (!isWhole(bytes, format)) throw new StudioError('invalid_input', `the ${format} file is cut short; send it again whole`)
}

function isWhole(bytes: Buffer, format: Format): boolean {
  switch (format) {
    case 'jpeg':
      return hasJpegEnd(bytes)
    case 'png':
      return hasPngEnd(bytes)
    case 'gif':
      return hasGifEnd(bytes)
    case 'avif':
    case 'heic':
      return hasWholeBoxes(bytes)
    default:
      return true
  }
}

/** ITU T.81 §B: segments carry their length, entropy-coded data after SOS is searched for the next marker. */
function hasJpegEnd(bytes: Buffer): boolean {
  let at = 2
  while (at + 2 <= bytes.length) {
    // Libjpeg steps over stray bytes between segments, and so does this.
    at = nextByte(bytes, 0xff, at)
    const marker = bytes[at + 1]
    if (marker === undefined) return false
    if (marker === 0xd9) return true
    // Fill bytes, stuffed zeros and restart markers have no length.
    if (marker === 0xff) at += 1
    else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else if (at + 4 > bytes.length) return false
    else at += 2 + bytes.readUInt16BE(at + 2)
  }
  return false
}

const nextByte = (bytes: Buffer, value: number, from: number) => {
  const found = bytes.indexOf(value, from)
  return found === -1 ? bytes.length : found
}

function hasPngEnd(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return end <= bytes.length
    at = end
  }
  return false
}

/** GIF89a §15–27. A file that only lacks its trailer is whole: some programs never wrote one, and every viewer shows it. */
function hasGifEnd(bytes: Buffer): boolean {
  const tableLength = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let at = 13 + tableLength(bytes[10] ?? 0)
  while (at < bytes.length) {
    const block = bytes[at]
    if (block === 0x3b) return true
    if (block === 0x21) at = afterSubBlocks(bytes, at + 2)
    else if (block === 0x2c) at = afterSubBlocks(bytes, at + 11 + tableLength(bytes[at + 9] ?? 0))
    else return false
  }
  return at === bytes.length
}

function afterSubBlocks(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!
  return at + 1
}

/** ISO/IEC 14496-12 §4.2: a box's length, 1 for a 64-bit length behind the type, 0 for all the rest. */
function hasWholeBoxes(bytes: Buffer): boolean {
  let at = 0
  while (at + 8 <= bytes.length) {
    const short = bytes.readUInt32BE(at)
    if (short === 0) return true
    if (short === 1 && at + 16 > bytes.length) return false
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short
    if (length < 8) return false
    at += length
  }
  return at <= bytes.length
}
