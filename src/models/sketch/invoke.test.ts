import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ModelRequest } from '#core/ports/models.ts'
import { openPicture } from '#imaging/picture.ts'
import { SKETCH } from './catalogue.data.ts'
import { sketchInvoker } from './invoke.ts'
import { LEXICON } from './lexicon.data.ts'
import { renderPixels } from './render.ts'

const never = new AbortController().signal
const invoke = sketchInvoker()
const ask = (more: Partial<ModelRequest>): ModelRequest => ({
  model: SKETCH,
  task: 'text-to-image',
  prompt: 'a lake',
  width: 128,
  height: 96,
  count: 1,
  seed: 7,
  inputs: [],
  parameters: {},
  ...more,
})
async function paint(more: Partial<ModelRequest>) {
  const answer = await invoke(ask(more), never)
  if (answer.outcome !== 'made') throw new Error('refused')
  return answer.pictures
}
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Mean red, green and blue of a part of a picture, 0–255; the part in fractions of its sides. */
function mean(prompt: string, part: { top?: number; bottom?: number } = {}, seed = 7) {
  const { data, width, height } = renderPixels({ prompt, seed, width: 160, height: 160 })
  const sum = [0, 0, 0]
  let n = 0
  for (let y = Math.floor((part.top ?? 0) * height); y < (part.bottom ?? 1) * height; y++)
    for (let x = 0; x < width; x++, n++) for (let c = 0; c < 3; c++) sum[c]! += data[(y * width + x) * 3 + c]!
  const [r, g, b] = sum.map((value) => value / n) as [number, number, number]
  return { r, g, b, luma: r * 0.2126 + g * 0.7152 + b * 0.0722 }
}
const luma = (prompt: string, part?: { top?: number; bottom?: number }) => mean(prompt, part).luma

describe('the same words, seed and size', () => {
  it('are the same bytes, call after call', async () => {
    const [a, b] = [
      await paint({ prompt: 'a fox in a snowy forest, watercolor' }),
      await paint({ prompt: 'a fox in a snowy forest, watercolor' }),
    ]
    expect(hash(a[0]!.bytes)).toBe(hash(b[0]!.bytes))
  })

  it.each([
    ['mountains by a lake at sunset', 'd9956f2ca14e7fe3'],
    ['東京の夜、雨', 'e6a43c2f0e18692c'],
  ])('are the same pixels on every machine: %s', (prompt, known) => {
    const { data } = renderPixels({ prompt, seed: 1, width: 96, height: 64 })
    expect(hash(data).slice(0, 16)).toBe(known)
  })

  it('differ with the seed, and each picture of one call has its own', async () => {
    const pictures = await paint({ count: 3 })
    expect(new Set(pictures.map(({ bytes }) => hash(bytes))).size).toBe(3)
    expect(pictures.map(({ seed }) => seed)).toEqual([7, 8, 9])
    expect(hash((await paint({ seed: 8 }))[0]!.bytes)).toBe(hash(pictures[1]!.bytes))
  })
})

describe('every size', () => {
  it.each([
    [64, 64],
    [64, 2048],
    [2048, 64],
    [1023, 511],
    [333, 777],
  ])('%i × %i is exactly that', async (width, height) => {
    const [picture] = await paint({ prompt: 'a castle on a hill with stars', width, height })
    expect(await openPicture(picture!.bytes)).toMatchObject({ width, height, format: 'png' })
  })

  it('takes an aspect alone as a megapixel of it', async () => {
    const { width: _w, height: _h, ...bare } = ask({ aspectRatio: '16:9' })
    const answer = await invoke(bare, never)
    const { width, height } = await openPicture((answer as { pictures: { bytes: Uint8Array }[] }).pictures[0]!.bytes)
    expect(width / height).toBeCloseTo(16 / 9, 1)
    expect(width * height).toBeGreaterThan(950_000)
  })

  it('composes alike at twice the size', () => {
    const [small, large] = [80, 160].map((side) =>
      renderPixels({ prompt: 'a lighthouse by the sea at sunset', seed: 3, width: side, height: side }),
    )
    let difference = 0
    for (let y = 0; y < 80; y++)
      for (let x = 0; x < 80; x++) {
        const twice = [0, 1].flatMap((dy) => [0, 1].map((dx) => large!.data[((y * 2 + dy) * 160 + x * 2 + dx) * 3]!))
        difference += Math.abs(small!.data[(y * 80 + x) * 3]! - twice.reduce((a, b) => a + b) / 4)
      }
    expect(difference / 6400).toBeLessThan(14)
  })
})

describe('the words', () => {
  it('make night darker than noon, in three languages', () => {
    for (const [night, noon] of [
      ['hills at night', 'hills at noon'],
      ['夜の丘', '昼の丘'],
      ['夜晚的山丘', '中午的山丘'],
    ] as const)
      expect(luma(night)).toBeLessThan(luma(noon) * 0.6)
  })

  it.each(['a red sky over the sea', '赤い空と海', '红色的天空和海'])('turn the sky red: %s', (prompt) => {
    const sky = mean(prompt, { bottom: 0.45 })
    expect(sky.r).toBeGreaterThan(sky.b + 25)
    expect(mean('a blue sky over the sea', { bottom: 0.45 }).b).toBeGreaterThan(sky.b + 25)
  })

  it('lay snow on the ground', () => {
    expect(luma('snowy hills at noon', { top: 0.75 })).toBeGreaterThan(luma('hills at noon', { top: 0.75 }) + 30)
  })

  it('colour the thing they stand beside', () => {
    const redness = ({ r, b }: { r: number; b: number }) => r - b
    expect(redness(mean('a red balloon in the sky at noon', { bottom: 0.7 }))).toBeGreaterThan(
      redness(mean('a blue balloon in the sky at noon', { bottom: 0.7 })) + 4,
    )
  })

  it('of every meaning and style paint something of their own', () => {
    const bare = hash(renderPixels({ prompt: 'zorblax', seed: 1, width: 64, height: 64 }).data)
    for (const [kind, id, english, eastern] of LEXICON) {
      const words =
        kind === 'count' || kind === 'size' ? `${english.split('|')[0]} birds` : `${english.split('|')[0]}, ${eastern.split('|')[0]}`
      const { data } = renderPixels({ prompt: words, seed: 1, width: 64, height: 64 })
      expect(hash(data), `${kind} ${id}`).not.toBe(bare)
      expect(new Set(data).size, `${kind} ${id} is not blank`).toBeGreaterThan(20)
    }
  })

  it('of three colours and none make a geometric picture', () => {
    expect(renderPixels({ prompt: 'geometric red yellow blue', seed: 1, width: 64, height: 64 }).data.length).toBe(64 * 64 * 3)
  })

  it('that are unknown still vary the picture', () => {
    const [a, b] = ['zorblax', 'quuxly'].map((prompt) => renderPixels({ prompt, seed: 1, width: 64, height: 64 }).data)
    expect(hash(a!)).not.toBe(hash(b!))
  })

  it('of a negative prompt take the subject away', () => {
    const at = { prompt: 'a cat on a hill', seed: 4, width: 96, height: 96 }
    const without = renderPixels({ ...at, negativePrompt: 'cat' }).data
    expect(hash(without)).not.toBe(hash(renderPixels(at).data))
    // What is left is the hill as it was: only the cat's place differs.
    const changed = renderPixels(at).data.filter((value, i) => Math.abs(value - without[i]!) > 24).length / without.length
    expect(changed).toBeGreaterThan(0.01)
    expect(changed).toBeLessThan(0.3)
  })

  it('choose a style, and a preset beats them', async () => {
    const made = [
      { prompt: 'hills' },
      { prompt: 'hills, watercolor' },
      { prompt: 'hills', parameters: { stylePreset: 'line-art' } },
      { prompt: 'hills', parameters: { stylePreset: 'pixel-art' } },
    ]
    const hashes = await Promise.all(made.map(async (more) => hash((await paint(more))[0]!.bytes)))
    expect(new Set(hashes).size).toBe(4)
  })

  it.each(['', '🦊🌊', '\u202eright to left', 'a'.repeat(10_000), '%%%{{{'])('may be anything: %#', async (prompt) => {
    expect((await paint({ prompt, width: 64, height: 64 }))[0]!.bytes.length).toBeGreaterThan(500)
  })
})

it('stops between pictures when it is aborted', async () => {
  const stop = new AbortController()
  const painting = invoke(ask({ count: 4 }), stop.signal)
  stop.abort(new Error('enough'))
  await expect(painting).rejects.toThrow('enough')
})
