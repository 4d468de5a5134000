import { StudioError } from '#core/errors.ts'
import type { ModelRequest } from '#core/ports/models.ts'
import type { InputRole } from '#core/task.ts'
import type { Canvas } from '../canvas.ts'
import { paintScene } from '../compose.ts'
import { readPrompt, type Wishes } from '../lexicon.ts'
import { applyStyle, styleOf } from '../styles.ts'
import { decodeLayer, decodeMask, type Layer, type Soft } from './layer.ts'

/** One picture to make: the request with the seed of this picture. */
export type Job = { request: ModelRequest; seed: number }

export const promptOf = ({ request }: Job): string => request.prompt ?? ''
export const wishesOf = (job: Job): Wishes => readPrompt(promptOf(job), job.request.negativePrompt)

/** A number parameter; the catalogue has checked its range. */
export function numberOf({ request }: Job, name: string, initial: number): number {
  const value = request.parameters[name]
  return typeof value === 'number' ? value : initial
}
export function textOf({ request }: Job, name: string): string {
  const value = request.parameters[name]
  return typeof value === 'string' ? value : ''
}

/** The picture of a role, or `invalid_input`: the catalogue's check comes first, but a caller may skip it. */
export function inputOf({ request }: Job, role: InputRole) {
  const found = request.inputs.find((input) => input.role === role)
  if (!found)
    throw new StudioError('invalid_input', `${request.task} needs a ${role} picture`, {
      fields: [{ path: 'inputs', problem: `no ${role}` }],
    })
  return found.picture
}

export const sourceOf = (job: Job): Promise<Layer> => decodeLayer(inputOf(job, 'source'))
/** Any picture that guides, brought to a size at which its colours can be read quickly. */
export async function guideOf(job: Job, role: InputRole, longest = 512): Promise<Layer> {
  const picture = inputOf(job, role)
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
  return decodeLayer(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  })
}
export const maskOf = (job: Job, source: Layer): Promise<Soft> => decodeMask(inputOf(job, 'mask'), source, numberOf(job, 'growMask', 5))

/** The scene of the prompt at a size, without its style. */
export function sceneOf(job: Job, { width, height }: { width: number; height: number }): Canvas {
  const { negativePrompt } = job.request
  return paintScene({ prompt: promptOf(job), ...(negativePrompt !== undefined && { negativePrompt }), seed: job.seed, width, height }).on
}

/** Applies the style that the preset or the prompt names; nothing when they name none. */
export function styled(job: Job, on: Canvas): Canvas {
  const wishes = wishesOf(job)
  const style = styleOf(wishes, job.request.parameters.stylePreset)
  if (style) applyStyle(on, { style, moods: [], seed: job.seed })
  return on
}
