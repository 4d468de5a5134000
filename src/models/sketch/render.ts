import type { Canvas } from './canvas.ts'
import { type Ask, paintScene } from './compose.ts'
import { hash2 } from './exact.ts'
import type { Pixels } from './png.ts'
import { applyStyle, styleOf } from './styles.ts'

/** Text to picture: the same pixels for the same prompt, seed and size, on every machine. */
export function renderPixels(ask: Ask & { stylePreset?: unknown }): Pixels {
  const { on, wishes, random } = paintScene(ask)
  applyStyle(on, { style: styleOf(wishes, ask.stylePreset), moods: wishes.moods, seed: random.fork('style').seed })
  return toPixels(on, ask.seed)
}

/** To 8 bits, with a little noise in place of rounding, so that a long gradient shows no bands. */
export function toPixels({ data, width, height }: Canvas, seed: number): Pixels {
  const bytes = new Uint8Array(width * height * 3)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const noise = hash2(x, y, seed) / 4294967296
      for (let c = 0; c < 3; c++, i++) {
        const value = data[i]! * 255 + noise
        bytes[i] = value < 0 ? 0 : value > 255 ? 255 : value
      }
    }
  return { data: bytes, width, height, channels: 3 }
}
