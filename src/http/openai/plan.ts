import type { Actor } from '#core/actor.ts'
import type { GenerationRequest } from '#core/generation.ts'
import type { Image } from '#core/image.ts'
import type { ModelTask } from '#core/model.ts'
import type { Ports } from '#core/ports/index.ts'
import type { InputRole } from '#core/task.ts'
import { type IngestPorts, ingestImage, ingestMask } from '#core/use-cases/ingest-picture.ts'
import { type Aliases, chooseModel, type Meant } from './aliases.ts'
import { type Asked, type Fields, wrong } from './body.ts'

export type Kind = 'generate' | 'edit' | 'variation'
export type PlanPorts = IngestPorts & Pick<Ports, 'models' | 'pixels'>
/** What to ask of the studio, and the names of what was sent in vain. */
export type Planned = { request: GenerationRequest; ignored: string[] }

/** How long a picture that came along may take to be processed. Milliseconds. */
const INGEST_MS = 60_000
/** A variation has no prompt, and models want one. */
const VARIATION = 'a variation of this picture'

/** One picture in, nothing else needed: what a model may do with the picture of an edit when it cannot redraw it by words. */
const takesOnePicture = ({ inputs, parameters, exactlyOneOf }: ModelTask): boolean =>
  inputs.filter(({ required }) => required).length === 1 && !exactlyOneOf && parameters.every(({ required }) => !required)

function meantBy(kind: Kind, { mask }: Pick<Asked, 'mask'>): Meant {
  if (kind === 'generate') return { wanted: ['text-to-image'] }
  if (mask) return { wanted: ['inpaint', 'erase'] }
  return { wanted: ['image-to-image', 'control-structure', 'style-guide', 'control-sketch'], suits: takesOnePicture }
}

/** A request of this door as one of the studio's own: model and task settled, pictures taken in, every field mapped or named as ignored. */
export async function planAsked(
  ports: PlanPorts,
  actor: Actor,
  { kind, asked, aliases, signal }: { kind: Kind; asked: Asked; aliases: Aliases; signal?: AbortSignal },
): Promise<Planned> {
  const { fields } = asked
  if (kind !== 'variation' && (fields.prompt ?? '').trim() === '') throw wrong('prompt', 'is needed: say what to make')
  const chosen = await chooseModel(ports.models, fields.model ?? 'default', { aliases, meant: meantBy(kind, asked) })
  const offer = chosen.model.tasks.find(({ task }) => task === chosen.task)
  const words = wordsFor(kind, fields, offer)
  const knobs = knobsFor(fields, offer)
  const inputs = kind === 'generate' ? { inputs: [], ignored: [] } : await inputsFor(ports, actor, { asked, offer, signal })
  const request: GenerationRequest = {
    ...{ model: chosen.model.id, task: chosen.task, count: fields.n ?? 1 },
    ...words.request,
    ...sizeOf(fields),
    ...(inputs.inputs.length > 0 && { inputs: inputs.inputs }),
    ...(Object.keys(knobs.parameters).length > 0 && { parameters: knobs.parameters }),
  }
  return { request, ignored: [...words.ignored, ...knobs.ignored, ...inputs.ignored, ...unknownOf(fields)] }
}

function wordsFor(kind: Kind, { prompt, negative_prompt: negativePrompt, seed }: Fields, offer: ModelTask | undefined) {
  const words = kind === 'variation' ? (prompt ?? (offer?.prompt === 'required' ? VARIATION : undefined)) : prompt
  const takes = { prompt: offer?.prompt !== 'none', negative: offer?.negativePrompt === true, seed: offer?.seed !== undefined }
  return {
    request: {
      ...(words !== undefined && takes.prompt && { prompt: words }),
      ...(negativePrompt !== undefined && takes.negative && { negativePrompt }),
      ...(seed !== undefined && takes.seed && { seed }),
    },
    ignored: [
      ...(prompt !== undefined && !takes.prompt ? ['prompt'] : []),
      ...(negativePrompt !== undefined && !takes.negative ? ['negative_prompt'] : []),
      ...(seed !== undefined && !takes.seed ? ['seed'] : []),
    ],
  }
}

/** `auto`, and nothing, leave the size to the model; an exact one is met by the nearest that it makes, cropped and resized. */
function sizeOf({ size }: Fields): Pick<GenerationRequest, 'width' | 'height'> {
  if (size === undefined || size === 'auto') return {}
  const [width, height] = size.split('x').map(Number) as [number, number]
  return { width, height }
}

/** OpenAI's qualities by rank; a model with two of its own gets the nearer. */
const FINE = ['hd', 'high', 'premium']
const PLAIN = ['standard', 'medium', 'low']

function knobsFor({ quality, style, background, moderation, input_fidelity: fidelity, output_format: format }: Fields, offer?: ModelTask) {
  const parameters: Record<string, unknown> = {}
  const ignored: string[] = []
  const spec = offer?.parameters.find(({ name }) => name === 'quality')
  const options = spec?.type === 'choice' ? spec.options : []
  if (quality !== undefined && quality !== 'auto') {
    const alike = FINE.includes(quality) ? FINE : PLAIN
    const option = options.find((one) => one === quality) ?? options.find((one) => alike.includes(one))
    if (option !== undefined) parameters['quality'] = option
    // A model of one quality makes what "standard" asks for.
    else if (quality !== 'standard') ignored.push('quality')
  }
  if (style !== undefined && style !== 'auto') ignored.push('style')
  if (background === 'transparent' && format === 'jpeg')
    throw wrong('background', 'is transparent, which jpeg cannot hold; ask for png or webp')
  if (background !== undefined && background !== 'auto' && background !== 'opaque') ignored.push('background')
  if (moderation !== undefined && moderation !== 'auto') ignored.push('moderation')
  if (fidelity !== undefined && fidelity !== 'auto') ignored.push('input_fidelity')
  return { parameters, ignored }
}

const KNOWN = [
  ...['prompt', 'model', 'n', 'size', 'response_format', 'output_format', 'output_compression', 'stream', 'partial_images'],
  ...['seed', 'negative_prompt', 'quality', 'background', 'style', 'moderation', 'input_fidelity'],
]
/** Names only, and only those that a header can hold. */
const unknownOf = (fields: Fields): string[] =>
  Object.keys(fields)
    .filter((name) => !KNOWN.includes(name) && fields[name] !== null && fields[name] !== undefined && /^[\w.-]{1,40}$/.test(name))
    .slice(0, 20)

type Inputs = { inputs: NonNullable<GenerationRequest['inputs']>; ignored: string[] }
type Given = { asked: Asked; offer: ModelTask | undefined; signal: AbortSignal | undefined }

async function inputsFor(ports: PlanPorts, actor: Actor, { asked, offer, signal }: Given): Promise<Inputs> {
  const roles = rolesFor(asked, offer)
  const images: Image[] = []
  for (const file of asked.pictures.slice(0, roles.length))
    images.push(await ingestImage(ports, actor, file, { timeoutMs: INGEST_MS, ...(signal && { signal }) }))
  const inputs: Inputs['inputs'] = images.map(({ id }, at) => ({ role: roles[at]!, imageId: id }))
  if (asked.mask) inputs.push({ role: 'mask', uploadId: await maskOf(ports, actor, { mask: asked.mask, source: images[0]! }) })
  return { inputs, ignored: asked.pictures.slice(roles.length).map((_, at) => `image.${at + roles.length}`) }
}

/** The first picture is the one that is changed; more of them guide, as far as the model takes guidance. */
function rolesFor({ pictures }: Asked, offer: ModelTask | undefined): InputRole[] {
  const first = offer?.inputs.find(({ role, required }) => required && role !== 'mask')?.role ?? 'source'
  const takesReferences = offer?.inputs.some(({ role }) => role === 'reference' && role !== first)
  return pictures.slice(0, takesReferences ? 6 : 1).map((_, at) => (at === 0 ? first : 'reference'))
}

/** OpenAI's masks mark by transparency what is to change; ours by white. Same size as the picture, so that nothing has to be guessed. */
async function maskOf(ports: PlanPorts, actor: Actor, { mask, source }: { mask: Asked['mask'] & {}; source: Image }): Promise<string> {
  const { bytes } = mask
  const look = await ports.pixels.prepare({ bytes }, { formats: ['png'], maxSide: 64 })
  if (!look.hasAlpha) throw wrong('mask', 'has no transparency: what is to change must be transparent (alpha 0), in a png or webp')
  const made = await ports.pixels.prepare({ bytes }, { formats: ['png'], mask: { binary: false, invert: false, fromAlpha: true } })
  if (made.width !== source.width || made.height !== source.height)
    throw wrong('mask', `is ${made.width}x${made.height} and the picture ${source.width}x${source.height}: both must be the same size`)
  return ingestMask(ports, actor, { fileName: 'mask.png', contentType: made.contentType, bytes: Uint8Array.from(made.bytes) })
}
