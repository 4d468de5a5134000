import { dirname } from 'node:path'

const root = dirname(import.meta.dirname)

/** Next's image optimizer as its documentation sets it up: AVIF and WebP offered, the bench's widths and its one quality allowed. */
export default {
  images: {
    formats: ['image/avif', 'image/webp'],
    deviceSizes: process.env.WIDTHS.split(',').map(Number),
    imageSizes: [],
    // The scale is WebP's: asked for 80, Next makes AVIF at 50 (effort 3, 4:4:4).
    qualities: [80],
  },
  // Without a root Next takes the nearest lock file above, which is the studio's.
  turbopack: { root },
  outputFileTracingRoot: root,
}
