import { constants, deflateSync } from 'node:zlib'
import { pngChunk } from '#imaging/png-chunk.ts'

/** 8-bit pixels, three channels or four, rows without padding. */
export type Pixels = { data: Uint8Array; width: number; height: number; channels: 3 | 4 }

/**
 * Pixels as a PNG. Filtered by Paeth and packed with zlib's run-length strategy: unlike a search for matches, which is tuned to the
 * processor, it gives the same bytes on every machine, and it is the strategy zlib made for PNG.
 */
export function encodePng({ data, width, height, channels }: Pixels): Uint8Array {
  const stride = width * channels
  const rows = Buffer.allocUnsafe((stride + 1) * height)
  for (let y = 0; y < height; y++) filterRow(data, rows, { y, stride, channels })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, channels === 4 ? 6 : 2, 0, 0, 0], 8)
  const packed = deflateSync(rows, { level: 6, strategy: constants.Z_RLE, memLevel: 9 })
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const file = Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('sRGB', Buffer.of(0)),
    pngChunk('IDAT', packed),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
  // A copy that owns its memory: a small Buffer lies in Node's pool and could not be handed to another thread.
  return new Uint8Array(file)
}

type Row = { y: number; stride: number; channels: number }

/** PNG §9.4, filter type 4: each byte less the neighbour that predicts it best. */
function filterRow(data: Uint8Array, rows: Buffer, { y, stride, channels }: Row): void {
  const from = y * stride
  const to = y * (stride + 1)
  rows[to] = 4
  for (let i = 0; i < stride; i++) {
    const a = i >= channels ? data[from + i - channels]! : 0
    const b = y > 0 ? data[from + i - stride]! : 0
    const c = i >= channels && y > 0 ? data[from + i - stride - channels]! : 0
    const pa = Math.abs(b - c)
    const pb = Math.abs(a - c)
    const pc = Math.abs(a + b - 2 * c)
    const best = pa <= pb && pa <= pc ? a : pb <= pc ? b : c
    rows[to + 1 + i] = (data[from + i]! - best) & 255
  }
}
