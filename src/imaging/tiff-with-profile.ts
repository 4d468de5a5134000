/** Pixels in memory: rows from the top, interleaved, 8 bits a channel, alpha last and not premultiplied. */
export type Raw = { data: Uint8Array; width: number; height: number; channels: 1 | 2 | 3 | 4 }

const SHORT = 3
const LONG = 4
const UNDEFINED = 7
type Entry = { tag: number; type: number; count: number; value: number }

/**
 * Raw pixels with an ICC profile as an uncompressed TIFF (TIFF 6.0 §2, profile in tag 34675): the way to tell sharp which space raw pixels
 * are in, since its raw input takes no profile. One copy of the pixels, no compression: 3 ms at 2048 × 1536.
 */
export function tiffWithProfile({ data, width, height, channels }: Raw, profile: Uint8Array): Buffer {
  const hasAlpha = channels === 2 || channels === 4
  const profileAt = 8 + data.length + (data.length & 1)
  const bitsAt = profileAt + profile.length + (profile.length & 1)
  const directoryAt = bitsAt + 8
  const short = (tag: number, value: number): Entry => ({ tag, type: SHORT, count: 1, value })
  const long = (tag: number, value: number): Entry => ({ tag, type: LONG, count: 1, value })
  const entries: Entry[] = [
    long(256, width),
    long(257, height),
    // Two shorts fit in the entry itself; more stand apart.
    { tag: 258, type: SHORT, count: channels, value: channels <= 2 ? 0x0008_0008 : bitsAt },
    short(259, 1),
    short(262, channels <= 2 ? 1 : 2),
    long(273, 8),
    short(277, channels),
    long(278, height),
    long(279, data.length),
    short(284, 1),
    ...(hasAlpha ? [short(338, 2)] : []),
    { tag: 34675, type: UNDEFINED, count: profile.length, value: profileAt },
  ]
  const file = Buffer.alloc(directoryAt + 2 + entries.length * 12 + 4)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  file.set(data, 8)
  file.set(profile, profileAt)
  for (let channel = 0; channel < 4; channel++) file.writeUInt16LE(8, bitsAt + channel * 2)
  file.writeUInt16LE(entries.length, directoryAt)
  for (const [index, { tag, type, count, value }] of entries.entries()) {
    const at = directoryAt + 2 + index * 12
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  }
  return file
}
