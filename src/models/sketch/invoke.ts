import { StudioError } from '#core/errors.ts'
import type { MadePicture, ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import { renderPng } from './render.ts'

const DEFAULT_SIDE = 1024

/** The sketch model in this process. Aborts between pictures. */
export function sketchInvoker(): (request: ModelRequest, signal: AbortSignal) => Promise<ModelAnswer> {
  return async (request, signal) => {
    const pictures: MadePicture[] = []
    for (let i = 0; i < request.count; i++) {
      signal.throwIfAborted()
      const seed = ((request.seed ?? 0) + i) >>> 0
      pictures.push({ bytes: await make(request, seed), contentType: 'image/png', seed })
    }
    return { outcome: 'made', pictures, adjustments: [] }
  }
}

async function make(request: ModelRequest, seed: number): Promise<Uint8Array> {
  if (request.task !== 'text-to-image') throw new StudioError('invalid_input', `sketch does not do ${request.task}`)
  const { prompt = '', negativePrompt = '', width = DEFAULT_SIDE, height = DEFAULT_SIDE } = request
  return renderPng({ prompt, negativePrompt, seed, width, height })
}
