import sharp from 'sharp'

export type Pixels = { data: Buffer; width: number; height: number }

/** Upright sRGB pixels, three channels, with alpha laid on white. */
export async function pixelsOf(source: Buffer | string, size?: { width: number; height: number }): Promise<Pixels> {
  const upright = sharp(source, { limitInputPixels: false }).autoOrient()
  const sized = size ? upright.resize(size.width, size.height, { fit: 'fill' }) : upright
  const { data, info } = await sized.flatten({ background: '#fff' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Mean SSIM of luma over blocks of 8 × 8 (Wang et al. 2004, without the Gaussian window). 1 is equal. */
export function ssim(a: Pixels, b: Pixels): number {
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  const luma = ({ data }: Pixels, at: number) => 0.299 * data[at * 3]! + 0.587 * data[at * 3 + 1]! + 0.114 * data[at * 3 + 2]!
  let [sum, blocks] = [0, 0]
  for (let top = 0; top + 8 <= a.height; top += 8)
    for (let left = 0; left + 8 <= a.width; left += 8) {
      let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0]
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const at = (top + y) * a.width + left + x
          const [la, lb] = [luma(a, at), luma(b, at)]
          sa += la
          sb += lb
          saa += la * la
          sbb += lb * lb
          sab += la * lb
        }
      const [ma, mb] = [sa / 64, sb / 64]
      const [va, vb, vab] = [saa / 64 - ma * ma, sbb / 64 - mb * mb, sab / 64 - ma * mb]
      sum += ((2 * ma * mb + c1) * (2 * vab + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
      blocks += 1
    }
  return sum / blocks
}

/** Mean colour difference, CIE76 in CIELAB under D65. 2.3 is what an eye just notices. */
export function deltaE(a: Pixels, b: Pixels): number {
  let sum = 0
  const pixels = a.data.length / 3
  for (let at = 0; at < pixels; at++) sum += Math.hypot(...lab(a.data, at * 3).map((value, axis) => value - lab(b.data, at * 3)[axis]!))
  return sum / pixels
}

const LINEAR = Float64Array.from({ length: 256 }, (_, value) =>
  value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
)
const curve = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
function lab(data: Buffer, at: number): [number, number, number] {
  const [r, g, b] = [LINEAR[data[at]!]!, LINEAR[data[at + 1]!]!, LINEAR[data[at + 2]!]!]
  const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
