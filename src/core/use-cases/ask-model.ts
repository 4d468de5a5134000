import { modelTask } from '../catalogue.ts'
import { StudioError } from '../errors.ts'
import type { Generation, Output } from '../generation.ts'
import type { InputLimits, Model } from '../model.ts'
import { originalKey } from '../ports/blobs.ts'
import type { Ports } from '../ports/index.ts'
import type { ModelAnswer, ModelRequest } from '../ports/models.ts'
import type { Picture, Preparation } from '../ports/pixels.ts'

export type AskPorts = Pick<Ports, 'images' | 'uploads' | 'pixels' | 'models' | 'generations' | 'policy'>

type Ask = { generation: Generation; fence: number; model: Model; outputs: readonly Output[] }
type Input = NonNullable<Generation['request']['inputs']>[number]

/**
 * Prepares the inputs as the model needs them and asks it once for these outputs. The call is counted before it is made. Undefined when
 * a newer run has taken the generation over: nothing was asked.
 */
export async function askModel(
  ports: AskPorts,
  { generation, fence, model, outputs }: Ask,
  signal: AbortSignal,
): Promise<ModelAnswer | undefined> {
  const { request, task } = generation
  const inputs = await prepareInputs(ports, generation, model)
  const first = outputs[0]!
  const { prompt, negativePrompt, ...parameters } = generation.sent ?? {}
  // Counted first: a provider may bill a call whose answer a crash lost.
  if (!(await ports.generations.updateOutput(generation.id, fence, first, 1))) return undefined
  signal.throwIfAborted()
  const call: ModelRequest = {
    ...{ model, task, count: outputs.length, inputs, parameters: { ...request.parameters, ...parameters } },
    ...pick(request, ['prompt', 'negativePrompt', 'width', 'height', 'aspectRatio']),
    ...pick({ prompt, negativePrompt }, ['prompt', 'negativePrompt']),
    ...pick(first, ['seed']),
  }
  return ports.models.invoke(call, signal)
}

/** The fields that are present: `undefined` is not a value of an optional field. */
function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): { [N in K]?: Exclude<T[N], undefined> } {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as {
    [N in K]?: Exclude<T[N], undefined>
  }
}

async function prepareInputs(ports: AskPorts, generation: Generation, model: Model): Promise<ModelRequest['inputs']> {
  const limits = modelTask(model, generation.task)?.inputLimits
  const prepared: ModelRequest['inputs'] = []
  const masks: Input[] = []
  for (const input of generation.request.inputs ?? []) {
    if (input.role === 'mask') masks.push(input)
    else prepared.push({ role: input.role, picture: await prepare(ports, { generation, input, to: preparationOf(limits) }) })
  }
  // A mask follows its source pixel by pixel, so it takes the size the source was brought to.
  const source = prepared.find(({ role }) => role === 'source')?.picture
  for (const input of masks) {
    await assertFits(ports, generation, input)
    const exact = source ? { exact: { width: source.width, height: source.height, fit: 'fill' as const } } : {}
    const to: Preparation = { formats: ['png'], ...exact, mask: { binary: false, invert: false } }
    prepared.push({ role: 'mask', picture: await prepare(ports, { generation, input, to }) })
  }
  return prepared
}

/** A mask says where, pixel by pixel. It is measured here, beside the other work on pixels, and not where requests are answered. */
async function assertFits(ports: AskPorts, { ownerId, request }: Generation, mask: Input) {
  const sourceId = request.inputs?.find(({ role }) => role === 'source')?.imageId
  const source = sourceId === undefined ? undefined : await ports.images.find(sourceId)
  const upload = mask.uploadId === undefined ? undefined : await ports.uploads.find(mask.uploadId)
  if (!source || upload?.ownerId !== ownerId) return
  const { maxUploadBytes: maxBytes, maxPixels } = ports.policy
  const { width, height } = await ports.pixels.inspect({ key: upload.key }, { maxBytes, maxPixels, maxSide: 32_768, maxFrames: 1 })
  if (width === source.width && height === source.height) return
  const problem = `the mask is ${width} × ${height}; its source is ${source.width} × ${source.height}, and both must be the same size`
  throw new StudioError('invalid_input', problem, { fields: [{ path: 'inputs', problem }] })
}

function preparationOf(limits: InputLimits | undefined): Preparation {
  return {
    formats: limits?.formats ?? ['png', 'jpeg'],
    ...(limits ? pick(limits, ['maxPixels', 'maxSide', 'maxBytes']) : {}),
    ...(limits?.alpha === 'opaque only' ? { flatten: true } : {}),
  }
}

type Prepare = { generation: Generation; input: Input; to: Preparation }

/** Read again at this moment: an input may have been trashed since the request was accepted. */
async function prepare(ports: AskPorts, { generation, input, to }: Prepare): Promise<Picture> {
  const { imageId, uploadId = '' } = input
  if (imageId === undefined) {
    const upload = await ports.uploads.find(uploadId)
    if (upload?.ownerId !== generation.ownerId || upload.state !== 'arrived') throw goneInput(input)
    return ports.pixels.prepare({ key: upload.key }, to)
  }
  const image = await ports.images.find(imageId)
  if (image?.ownerId !== generation.ownerId || image.state !== 'ready') throw goneInput(input)
  const version = image.blobVersion ? { version: image.blobVersion } : {}
  return ports.pixels.prepare({ key: originalKey(image.ownerId, imageId), ...version }, to)
}

const goneInput = ({ role }: Input) => new StudioError('gone', `the ${role} picture was removed before it was used`, { what: role })
