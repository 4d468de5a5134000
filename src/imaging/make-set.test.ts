import sharp, { type Color } from 'sharp'
import { describe, expect, it } from 'vitest'
import { makeSet } from './make-set.ts'

const namesAndSizes = async (bytes: Uint8Array) =>
  (await makeSet(bytes)).renditions.map(({ canonical, width, height }) => `${canonical} ${width}x${height}`).sort()

const plain = (width: number, height: number, background: Color = '#3366cc') =>
  sharp({ create: { width, height, channels: 3, background } })

describe('the set of a picture', () => {
  it('has every rung of the ladder, the small jpeg and the mezzanine', async () => {
    expect(await namesAndSizes(await plain(3000, 2000).jpeg().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 1600x1067',
      'v1/w1280.webp 1280x853',
      'v1/w160.webp 160x107',
      'v1/w2048.webp 2048x1365',
      'v1/w320.jpeg 320x213',
      'v1/w320.webp 320x213',
      'v1/w640.webp 640x427',
    ])
  })

  it('ends with the first rung that holds a small picture, at its own width', async () => {
    expect(await namesAndSizes(await plain(700, 500).png().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 700x500',
      'v1/w1280.webp 700x500',
      'v1/w160.webp 160x114',
      'v1/w320.jpeg 320x229',
      'v1/w320.webp 320x229',
      'v1/w640.webp 640x457',
    ])
    expect(await namesAndSizes(await plain(1, 1).png().toBuffer())).toEqual([
      'v1/mezzanine.jpeg 1x1',
      'v1/w160.webp 1x1',
      'v1/w320.jpeg 1x1',
    ])
  })
})
