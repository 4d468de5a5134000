import type { MadePicture, ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import { EDITS } from './edit/tasks.ts'
import { encodePng } from './png.ts'
import { renderPixels } from './render.ts'

const DEFAULT_SIDE = 1024

/** The sketch model in this process: any of its tasks, PNG out, a seed a picture. Aborts between pictures. */
export function sketchInvoker(): (request: ModelRequest, signal: AbortSignal) => Promise<ModelAnswer> {
  return async (request, signal) => {
    const pictures: MadePicture[] = []
    for (let i = 0; i < request.count; i++) {
      signal.throwIfAborted()
      const seed = ((request.seed ?? 0) + i) >>> 0
      pictures.push({ bytes: encodePng(await make(request, seed)), contentType: 'image/png', seed })
    }
    return { outcome: 'made', pictures, adjustments: [] }
  }
}

async function make(request: ModelRequest, seed: number) {
  if (request.task !== 'text-to-image') return EDITS[request.task]({ request, seed })
  const { prompt = '', negativePrompt = '', parameters } = request
  return renderPixels({ prompt, negativePrompt, seed, ...sizeOf(request), stylePreset: parameters.stylePreset })
}

/** Sides as asked; of an aspect alone, a megapixel of it. */
function sizeOf({ width, height, aspectRatio }: ModelRequest): { width: number; height: number } {
  if (width && height) return { width, height }
  const [across = 1, down = 1] = aspectRatio?.split(':').map(Number) ?? []
  if (!aspectRatio || !(across > 0 && down > 0)) return { width: width ?? DEFAULT_SIDE, height: height ?? DEFAULT_SIDE }
  const side = Math.sqrt((DEFAULT_SIDE * DEFAULT_SIDE) / (across * down))
  const fitted = (length: number) => Math.min(2048, Math.max(64, Math.round((length * side) / 8) * 8))
  return { width: fitted(across), height: fitted(down) }
}
