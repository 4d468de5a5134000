import type { Actor } from '../actor.ts'
import { checkRequest, modelRetired, priceOf } from '../catalogue.ts'
import { StudioError } from '../errors.ts'
import type { GenerationRequest } from '../generation.ts'
import type { Image } from '../image.ts'
import type { Model } from '../model.ts'
import { noImage, ownImage } from '../owned.ts'
import type { Ports } from '../ports/index.ts'
import { ownUpload } from './find-upload.ts'

export type PlanPorts = Pick<Ports, 'models' | 'images' | 'uploads' | 'queues' | 'policy' | 'now'>

/** A request that can be accepted: which model answers, with every default applied, and what each picture costs. */
export type Plan = {
  model: Model
  /** `model` is the answering model's id. */
  request: GenerationRequest & { model: string }
  adjustments: string[]
  microUsdPerImage: number
  /** The picture that is changed, when there is one. */
  parent?: Image
}

/** Settles model, inputs, ranges and price of a request, spending nothing. Throws what is wrong, naming each field. */
export async function planGeneration(ports: PlanPorts, actor: Actor, request: GenerationRequest): Promise<Plan> {
  const { model, adjustments } = await settleModel(ports, request)
  const images = await readInputs(ports, actor, request)
  const sizes = images.flatMap((image, at) => (image ? [{ at, width: image.width, height: image.height }] : []))
  const parent = images[(request.inputs ?? []).findIndex(({ role }) => role === 'source')]
  const checked = checkRequest(model, { ...request, model: model.id }, sizes)
  return {
    model,
    request: { ...checked.request, model: model.id },
    adjustments: [...adjustments, ...checked.adjustments],
    microUsdPerImage: priceOf(model, checked.request),
    ...(parent ? { parent } : {}),
  }
}

async function settleModel(ports: PlanPorts, request: GenerationRequest): Promise<{ model: Model; adjustments: string[] }> {
  if (request.model === undefined) {
    const model = await ports.models.defaultFor(request.task)
    if (!model)
      throw new StudioError('invalid_input', `no model of this studio does ${request.task}`, fieldProblem('task', 'no model does it'))
    return { model, adjustments: [] }
  }
  const asked = await ports.models.find(request.model)
  if (!asked) throw new StudioError('not_found', `no model ${request.model.slice(0, 80)}; GET /api/models lists them`, { what: 'model' })
  if (!isRetired(asked, ports.now())) return { model: asked, adjustments: [] }

  const { successor } = asked.lifecycle
  const next = successor === undefined ? undefined : await ports.models.find(successor)
  if (next && ports.policy.answerRetiredBySuccessor && !isRetired(next, ports.now()))
    return { model: next, adjustments: [`${asked.name} is retired, so ${next.name} answered`] }
  throw modelRetired(asked)
}

const isRetired = ({ lifecycle }: Model, now: number): boolean =>
  lifecycle.state === 'retired' || (lifecycle.retiredOn !== undefined && Date.parse(lifecycle.retiredOn) <= now)

/** Every input is the actor's and usable. Returns the images, in the order of the inputs; a mask is none. */
async function readInputs(ports: PlanPorts, actor: Actor, request: GenerationRequest): Promise<(Image | undefined)[]> {
  const images: (Image | undefined)[] = []
  for (const [at, { imageId, uploadId = '' }] of (request.inputs ?? []).entries()) {
    if (imageId === undefined) await assertArrived(ports, actor, { id: uploadId, path: `inputs.${at}.uploadId` })
    images.push(imageId === undefined ? undefined : await readyImage(ports, actor, imageId))
  }
  return images
}

async function readyImage(ports: PlanPorts, actor: Actor, imageId: string): Promise<Image> {
  const image = await ownImage(ports, actor, imageId)
  if (image.state === 'trashed') throw noImage(imageId)
  if (image.state !== 'ready')
    throw new StudioError('conflict', `image ${imageId} is ${image.state}; ${wayOut(image)}`, { state: image.state })
  return image
}

/** What would be right in place of an image that cannot be used: waiting helps only for one that is under way. */
function wayOut({ state, duplicateOf }: Image): string {
  if (duplicateOf !== undefined) return `use ${duplicateOf}, which has the same bytes`
  if (state === 'failed') return 'process it again first'
  return state === 'rejected' ? 'use another' : 'use it once it is ready'
}

async function assertArrived(ports: PlanPorts, actor: Actor, { id, path }: { id: string; path: string }) {
  const upload = await ownUpload(ports, actor, id)
  if (upload.purpose !== 'mask')
    throw new StudioError('invalid_input', `upload ${id} is an image; name it by imageId`, fieldProblem(path, 'name it by imageId'))
  if (upload.expiresAt <= ports.now()) throw new StudioError('gone', `upload ${id} has ended; send it again`, { what: 'upload' })
  if (upload.state !== 'arrived') throw new StudioError('conflict', `the bytes of upload ${id} have not come yet`, { state: upload.state })
}

const fieldProblem = (path: string, problem: string) => ({ fields: [{ path, problem }] })

/**
 * When a generation sent now may begin, integer ms; undefined when at once. Reckoned from the work that waits and the model's documented
 * rate, whichever is slower: an order of magnitude, not a promise.
 */
export async function startsAfter(ports: Pick<Ports, 'queues' | 'now'>, model: Model): Promise<number | undefined> {
  const { waiting, delayed } = await ports.queues.generation.depth()
  const secondsEach = Math.max(60 / Math.max(1, model.requestsPerMinute), model.typicalSeconds / Math.max(1, model.concurrency))
  const waitMs = Math.round((waiting + delayed) * secondsEach * 1000)
  return waitMs < 1000 ? undefined : ports.now() + waitMs
}
