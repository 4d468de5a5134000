import sharp from 'sharp'
import { checkRequest } from '#core/catalogue.ts'
import { GenerationRequest } from '#core/generation.ts'
import type { Model, ModelTask } from '#core/model.ts'
import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import type { Picture } from '#core/ports/pixels.ts'
import type { InputRole, Task } from '#core/task.ts'

// What the tests ask with: pictures made here, and requests checked as the studio checks them.

export async function flatPicture(color: string, size = { width: 384, height: 384 }): Promise<Picture> {
  const { data } = await sharp({ create: { ...size, channels: 3, background: color } })
    .png()
    .toBuffer({ resolveWithObject: true })
  return { bytes: data, contentType: 'image/png', ...size, hasAlpha: false }
}

/** White on the left half: the part to change. */
export async function leftMask(size = { width: 384, height: 384 }): Promise<Picture> {
  const left = await sharp({ create: { width: size.width / 2, height: size.height, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const black = sharp({ create: { ...size, channels: 3, background: '#000' } })
  return {
    bytes: await black
      .composite([{ input: left, left: 0, top: 0 }])
      .png()
      .toBuffer(),
    contentType: 'image/png',
    ...size,
    hasAlpha: false,
  }
}

/** The colour of one pixel. */
export async function pixelOf(bytes: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * 4
  return [...data.subarray(at, at + 4)]
}

/** What a task cannot do without, beside its pictures. */
const NEEDED: Partial<Record<Task, Record<string, unknown>>> = {
  outpaint: { left: 32, down: 16 },
  replace: { searchPrompt: 'the middle' },
  recolor: { selectPrompt: 'the middle' },
}

const asLive = (model: Model): Model => ({ ...model, lifecycle: { ...model.lifecycle, state: 'active' } })

/** A request for a task with every input it takes, checked against the catalogue and turned into a call. */
export async function callFor(
  model: Model,
  offer: ModelTask,
  change: { prompt?: string; parameters?: Record<string, unknown>; count?: number; roles?: readonly InputRole[]; seed?: number } & Partial<
    Pick<GenerationRequest, 'width' | 'height' | 'aspectRatio' | 'negativePrompt'>
  > = {},
): Promise<ModelRequest> {
  const { prompt = 'a red fox', parameters, count = 1, roles, seed = 7, ...rest } = change
  const inputs = offer.inputs.map(({ role }) => role).filter((role) => !roles || roles.includes(role))
  const own = new Set(offer.parameters.map((spec) => spec.name))
  const needed = Object.fromEntries(Object.entries(NEEDED[offer.task] ?? {}).filter(([name]) => own.has(name)))
  const colors = offer.parameters.some((spec) => spec.type === 'colors' && spec.required) ? { colors: ['#dc1e1e'] } : {}
  const asked = GenerationRequest.parse({
    ...{ task: offer.task, count, inputs: inputs.map((role) => ({ role, imageId: role })) },
    ...(offer.prompt !== 'none' && { prompt }),
    ...(offer.seed && { seed }),
    ...{ parameters: { ...needed, ...colors, ...parameters } },
    ...rest,
  })
  const live = asLive(model)
  const { request } = checkRequest(
    live,
    asked,
    inputs.map((_, at) => ({ width: 384, height: 384, at })),
  )
  const pictures = await Promise.all(
    inputs.map(async (role) => ({
      role,
      picture: role === 'mask' ? await leftMask() : await flatPicture(role === 'style' ? '#2846dc' : '#1eb43c'),
    })),
  )
  const { prompt: words, negativePrompt, width, height, aspectRatio } = request
  return {
    ...{ model: live, task: offer.task, count, inputs: pictures, parameters: request.parameters ?? {} },
    ...(words !== undefined && { prompt: words }),
    ...(negativePrompt !== undefined && { negativePrompt }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(aspectRatio !== undefined && { aspectRatio }),
    ...(request.seed !== undefined && { seed: request.seed }),
  }
}

export type Made = Extract<ModelAnswer, { outcome: 'made' }>
export function madeOf(answer: ModelAnswer): Made {
  if (answer.outcome === 'made') return answer
  throw new Error(`refused at ${answer.stage}: ${answer.reason}`)
}
