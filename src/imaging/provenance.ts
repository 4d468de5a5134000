import type { ProvenanceMark } from '#core/ports/pixels.ts'
import { pngChunk } from './png-chunk.ts'

/** IPTC's vocabulary of where pictures come from: what search engines and editors read to label AI pictures. */
const DIGITAL_SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/'

/** The XMP packet that says how the picture was made (IPTC Photo Metadata 2023.1, `Iptc4xmpExt:DigitalSourceType`). */
export function xmpOf({ digitalSourceType, creatorTool }: ProvenanceMark): string {
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` xmp:CreatorTool="${escapeXml(creatorTool)}" Iptc4xmpExt:DigitalSourceType="${DIGITAL_SOURCE_TYPE}${digitalSourceType}"/>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join('\n')
}

const escapeXml = (text: string) => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** Formats whose files can be marked by inserting bytes. */
export type Markable = 'png' | 'jpeg' | 'webp'

/** The same file with the mark written in and an older XMP packet taken out. Pixels, and all other metadata, stay byte for byte. */
export function insertMark(file: Uint8Array, format: Markable, mark: ProvenanceMark): Buffer {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const xmp = Buffer.from(xmpOf(mark))
  return { png: markPng, jpeg: markJpeg, webp: markWebp }[format](bytes, xmp)
}

const PNG_XMP = Buffer.from('XML:com.adobe.xmp\0', 'latin1')

/** The packet goes right behind IHDR, uncompressed, as XMP part 3 asks. */
function markPng(bytes: Buffer, xmp: Buffer): Buffer {
  const parts = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    // Some writers put it into the other kinds of text chunk.
    const isOldXmp = /^[tzi][TE]Xt$/.test(type) && bytes.subarray(at + 8, at + 8 + PNG_XMP.length).equals(PNG_XMP)
    if (!isOldXmp) parts.push(bytes.subarray(at, end))
    if (type === 'IHDR') parts.push(pngChunk('iTXt', Buffer.concat([PNG_XMP, Buffer.alloc(4), xmp])))
    at = end
  }
  return Buffer.concat(parts)
}

const JPEG_XMP = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1')

/** APP1 (XMP part 3 §1.1.3), behind the leading JFIF and Exif segments, which insist on coming first. */
function markJpeg(bytes: Buffer, xmp: Buffer): Buffer {
  const segments: Buffer[] = []
  let at = 2
  let leading = 0
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    const isApp1 = bytes[at + 1] === 0xe1
    const isOldXmp = isApp1 && bytes.subarray(at + 4, at + 4 + JPEG_XMP.length).equals(JPEG_XMP)
    if (!isOldXmp) segments.push(bytes.subarray(at, end))
    const leads = bytes[at + 1] === 0xe0 || (isApp1 && bytes.toString('latin1', at + 4, at + 8) === 'Exif')
    if (leads && leading === segments.length - 1) leading = segments.length
    at = end
  }
  const header = Buffer.from([0xff, 0xe1, 0, 0])
  header.writeUInt16BE(2 + JPEG_XMP.length + xmp.length, 2)
  segments.splice(leading, 0, Buffer.concat([header, JPEG_XMP, xmp]))
  return Buffer.concat([bytes.subarray(0, 2), ...segments, bytes.subarray(at)])
}

const VP8X_ALPHA = 0x10
const VP8X_XMP = 0x04

/** RFC 9649 §2.7: a file with metadata is an extended one, so a simple file gets its VP8X header first; XMP comes last. */
function markWebp(bytes: Buffer, xmp: Buffer): Buffer {
  const chunks = riffChunks(bytes).filter(({ id }) => id !== 'XMP ')
  if (chunks[0]?.id !== 'VP8X') chunks.unshift({ id: 'VP8X', data: extendedHeader(chunks[0]!) })
  const header = Buffer.from(chunks[0]!.data)
  header[0]! |= VP8X_XMP
  chunks[0] = { id: 'VP8X', data: header }
  const body = Buffer.concat([...chunks, { id: 'XMP ', data: xmp }].map(riffChunk))
  const file = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), body])
  file.writeUInt32LE(file.length - 8, 4)
  return file
}

type Chunk = { id: string; data: Buffer }

function riffChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4)
    chunks.push({ id: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, at + 8 + length) })
    at += 8 + length + (length & 1)
  }
  return chunks
}

function riffChunk({ id, data }: Chunk): Buffer {
  const chunk = Buffer.alloc(8 + data.length + (data.length & 1))
  chunk.write(id, 'latin1')
  chunk.writeUInt32LE(data.length, 4)
  chunk.set(data, 8)
  return chunk
}

/** The VP8X that a simple file implies. Sizes stand in the bit stream: 14 bits a side, minus one where lossless. */
function extendedHeader({ id, data }: Chunk): Buffer {
  const bits = id === 'VP8L' ? data.readUInt32LE(1) : 0
  const width = id === 'VP8L' ? (bits & 0x3fff) + 1 : data.readUInt16LE(6) & 0x3fff
  const height = id === 'VP8L' ? ((bits >>> 14) & 0x3fff) + 1 : data.readUInt16LE(8) & 0x3fff
  const header = Buffer.alloc(10)
  header[0] = (bits >>> 28) & 1 ? VP8X_ALPHA : 0
  header.writeUIntLE(width - 1, 4, 3)
  header.writeUIntLE(height - 1, 7, 3)
  return header
}
