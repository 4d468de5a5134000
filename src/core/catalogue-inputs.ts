import type { Problem } from './catalogue-fields.ts'
import type { GenerationRequest } from './generation.ts'
import type { InputLimits, Model, ModelTask } from './model.ts'

type Size = { width: number; height: number }
type Given = { request: GenerationRequest; sizes: readonly (Size | undefined)[] }
/** How many references a model takes at most (Titan and Nova image variation). */
const MAX_REFERENCES = 5

/** What is wrong with the pictures: roles missing, unknown or doubled, a mask without its source, sizes the model cannot take. */
export function inputProblems(model: Model, offer: ModelTask, { request, sizes }: Given): Problem[] {
  const given = request.inputs ?? []
  const problems: Problem[] = []
  const allowed = offer.inputs.map((input) => input.role)
  for (const { role } of offer.inputs.filter((input) => input.required && !given.some((one) => one.role === input.role)))
    problems.push({ path: 'inputs', problem: `a picture with role ${role} is needed for ${offer.task}` })
  given.forEach(({ role }, at) => {
    const path = `inputs.${at}`
    if (!allowed.includes(role)) {
      const takes = allowed.length > 0 ? `takes ${allowed.join(', ')}` : 'takes no pictures'
      problems.push({ path, problem: `role ${role} is not taken; ${offer.task} with ${model.name} ${takes}` })
      return
    }
    const before = given.slice(0, at).filter((one) => one.role === role).length
    if (role === 'reference' ? before >= MAX_REFERENCES : before >= 1) problems.push({ path, problem: `is one ${role} too many` })
    if (role === 'mask' && !given.some((one) => one.role === 'source'))
      problems.push({ path, problem: 'a mask needs the source that it lies on' })
    const size = sizes[at]
    if (size) problems.push(...sizeProblems(path, size, role === 'mask' ? undefined : offer.inputLimits))
  })
  return [...problems, ...maskProblem(given, sizes), ...choiceProblem(offer, request)]
}

/** Two ways to say the same thing would contradict each other, and none leaves the model nothing to go by. */
function choiceProblem({ exactlyOneOf }: ModelTask, { inputs = [], parameters = {} }: GenerationRequest): Problem[] {
  if (!exactlyOneOf) return []
  const given = exactlyOneOf.filter((name) => inputs.some((one) => one.role === name) || (parameters[name] ?? '') !== '')
  return given.length === 1 ? [] : [{ path: 'inputs', problem: `give exactly one of ${exactlyOneOf.join(', ')}` }]
}

/** A mask says where, pixel by pixel: one of another size says nothing certain. */
function maskProblem(given: NonNullable<GenerationRequest['inputs']>, sizes: Given['sizes']): Problem[] {
  const at = given.findIndex((one) => one.role === 'mask')
  const source = sizes[given.findIndex((one) => one.role === 'source')]
  const mask = sizes[at]
  if (!mask || !source || (mask.width === source.width && mask.height === source.height)) return []
  return [{ path: `inputs.${at}`, problem: `the mask is ${show(mask)}; its source is ${show(source)}, and both must be the same size` }]
}

function sizeProblems(path: string, size: Size, limits: InputLimits = { formats: [] }): Problem[] {
  const problems: Problem[] = []
  const { width, height } = size
  const aspect = Math.max(width / height, height / width)
  if (limits.minSide && Math.min(width, height) < limits.minSide)
    problems.push({ path, problem: `the picture is ${show(size)}; each side must have at least ${limits.minSide} pixels` })
  else if (limits.minPixels && width * height < limits.minPixels)
    problems.push({ path, problem: `the picture is ${show(size)}; it must have at least ${limits.minPixels} pixels` })
  if (limits.maxAspect && aspect > limits.maxAspect)
    problems.push({ path, problem: `the picture is ${show(size)}; one side may be at most ${limits.maxAspect} times the other` })
  return problems
}

/** The size a picture is sent at: within the model's limits, in its own aspect, never enlarged. */
export function sentSize(size: Size, limits: Pick<InputLimits, 'maxSide' | 'maxPixels'> = {}): Size {
  const { maxSide = Infinity, maxPixels = Infinity } = limits
  const scale = Math.min(1, maxSide / Math.max(size.width, size.height), Math.sqrt(maxPixels / (size.width * size.height)))
  if (scale === 1) return size
  return { width: Math.max(1, Math.floor(size.width * scale)), height: Math.max(1, Math.floor(size.height * scale)) }
}

/** One sentence for each picture that is sent smaller than it is. Masks follow their source without a word. */
export function scaledInputs(model: Model, offer: ModelTask, { request, sizes }: Given): string[] {
  return (request.inputs ?? []).flatMap(({ role }, at) => {
    const size = sizes[at]
    if (!size || role === 'mask') return []
    const sent = sentSize(size, offer.inputLimits)
    return sent.width === size.width ? [] : [`sent the ${role} at ${show(sent)} instead of ${show(size)}, the most ${model.name} takes`]
  })
}

const show = ({ width, height }: Size) => `${width} × ${height}`
