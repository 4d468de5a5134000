import decodeHeif from 'heic-decode'
import type { Metadata } from 'sharp'
import { StudioError } from '#core/errors.ts'
import type { Raw } from './tiff-with-profile.ts'

/**
 * The pixels of a HEIC picture, in the space of its own profile. libheif (wasm, since sharp's build has no HEVC) has applied rotation and
 * mirroring. Fails on damaged files; the caller translates.
 */
export async function decodeHeic(bytes: Uint8Array, metadata: Metadata): Promise<Raw> {
  const pictures = await decodeHeif.all({ buffer: bytes })
  try {
    // The header was checked for bombs; another picture in the container was not. The wanted one has the header's size.
    const picture = pictures.find(({ width, height }) => width === metadata.width && height === metadata.height)
    if (!picture) throw new StudioError('invalid_input', 'the heic file holds no picture of the size its header says')
    const { data, width, height } = await picture.decode()
    const rgba: Raw = { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height, channels: 4 }
    return metadata.hasAlpha ? rgba : withoutAlpha(rgba)
  } finally {
    pictures.dispose()
  }
}

function withoutAlpha({ data, width, height }: Raw): Raw {
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[from + 1]!
    rgb[to + 2] = data[from + 2]!
  }
  return { data: rgb, width, height, channels: 3 }
}
