import type { Canvas } from './canvas.ts'
import { clamp, mix } from './exact.ts'
import { lumaAt } from './filters.ts'
import { bloom, finish, lowPoly, mosaic, neon, photo, pixelArt } from './styles-digital.ts'
import { oil, pastel, watercolor } from './styles-paint.ts'
import { flat, ink, lineArt, ukiyoe } from './styles-print.ts'

const STYLES: Record<string, (on: Canvas, seed: number) => void> = {
  watercolor,
  oil,
  pastel,
  ink,
  ukiyoe,
  flat,
  comic: (on, seed) => flat(on, seed, { outlined: true }),
  line: lineArt,
  pixel: pixelArt,
  mosaic,
  neon,
  lowpoly: lowPoly,
  photo,
}

/** What comes nearest to the presets of the other models. `enhance` and `digital-art` are this model's own look. */
const PRESETS: Record<string, string> = {
  '3d-model': 'lowpoly',
  'analog-film': 'photo',
  anime: 'flat',
  cinematic: 'photo',
  'comic-book': 'comic',
  'fantasy-art': 'oil',
  isometric: 'lowpoly',
  'line-art': 'line',
  'low-poly': 'lowpoly',
  'modeling-compound': 'pastel',
  'neon-punk': 'neon',
  origami: 'lowpoly',
  photographic: 'photo',
  'pixel-art': 'pixel',
  'tile-texture': 'mosaic',
}

/** The style asked for: by preset first, else by the prompt's words. */
export const styleOf = (words: { style?: string }, preset: unknown): string | undefined =>
  (typeof preset === 'string' ? PRESETS[preset] : undefined) ?? words.style

/** Turns what was painted into what it was painted with, then lets the mood have its word. */
export function applyStyle(on: Canvas, about: { style?: string | undefined; moods: readonly string[]; seed: number }): void {
  const { style, moods, seed } = about
  if (moods.includes('dreamy')) bloom(on, 0.7)
  const paint = style === undefined ? undefined : STYLES[style]
  if (paint) paint(on, seed)
  else {
    bloom(on, 0.22)
    finish(on, { contrast: 0.16, vignette: 0.16, grain: 0.014, seed })
  }
  if (moods.includes('vintage')) fade(on, seed)
}

/** Old paper and old colours. */
function fade(on: Canvas, seed: number): void {
  const { data } = on
  for (let i = 0; i < data.length; i += 3) {
    const l = clamp(lumaAt(data, i))
    const sepia = [0.16 + l * 0.83, 0.11 + l * 0.77, 0.08 + l * 0.64]
    for (let c = 0; c < 3; c++) data[i + c] = mix(data[i + c]!, sepia[c]!, 0.5)
  }
  finish(on, { contrast: 0.1, vignette: 0.36, grain: 0.045, seed })
}
