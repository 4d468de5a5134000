import { fieldProblems, type Problem, parameterProblems } from './catalogue-fields.ts'
import { inputProblems, scaledInputs } from './catalogue-inputs.ts'
import { settleSize } from './catalogue-size.ts'
import { StudioError } from './errors.ts'
import type { GenerationRequest } from './generation.ts'
import type { Model, ModelTask } from './model.ts'
import type { Task } from './task.ts'

type Size = { width: number; height: number }
/** The oriented size of an input. Without `at`, its index in `inputs`, the k-th size is that of the k-th input in role source. */
export type InputSize = Size & { at?: number }
/** A request that a model can answer: defaults applied, and the exact size to bring its pictures to where one is settled. */
export type CheckedRequest = { request: GenerationRequest & { model: string }; size: Size | undefined; adjustments: string[] }

/** What the model offers for a task; `invalid_input` naming the tasks it has when it lacks this one. */
export function modelTask(model: Model, task: Task): ModelTask {
  const found = model.tasks.find((offer) => offer.task === task)
  if (found) return found
  const has = model.tasks.map((offer) => offer.task).join(', ')
  throw invalid([{ path: 'task', problem: `${model.name} does not do ${task}; it does ${has}` }])
}

/** The refusal of a model that is gone, with its date and the one to use instead. */
export function modelRetired(model: Model): StudioError<'model_retired'> {
  const { retiredOn, successor } = model.lifecycle
  const since = retiredOn ? ` on ${retiredOn}` : ''
  const instead = successor ? `; ask for ${successor}` : ''
  return new StudioError('model_retired', `${model.id} was retired${since}${instead}`, {
    model: model.id,
    ...(retiredOn && { retiredOn }),
    ...(successor && { successor }),
  })
}

/**
 * Holds a request against its model: every wrong field is named at once (`invalid_input`), defaults are applied and the size is settled.
 * What depends on the size of a picture is checked for those in `known`.
 * `model_retired` for a model that is gone.
 */
export function checkRequest(model: Model, request: GenerationRequest, known: readonly InputSize[] = []): CheckedRequest {
  if (model.lifecycle.state === 'retired') throw modelRetired(model)
  const sizes = sizesByInput(request, known)
  const offer = modelTask(model, request.task)
  const parameters = parameterProblems(model, offer, request.parameters ?? {})
  const inputs = inputProblems(model, offer, { request, sizes })
  const size = settleSize(model, offer, { request, sizes, parameters: parameters.values })
  const problems = [...fieldProblems(model, offer, request), ...inputs, ...parameters.problems, ...size.problems]
  if (problems.length > 0) throw invalid(problems)
  const { parameters: _, ...rest } = request
  return {
    request: {
      ...rest,
      model: model.id,
      ...size.request,
      ...(Object.keys(parameters.values).length > 0 && { parameters: parameters.values }),
    },
    size: size.size,
    adjustments: [...scaledInputs(model, offer, { request, sizes }), ...size.adjustments],
  }
}

/** One place per input of the request, empty where the size is not known. */
function sizesByInput({ inputs = [] }: GenerationRequest, known: readonly InputSize[]): (Size | undefined)[] {
  const sources = inputs.flatMap(({ role }, at) => (role === 'source' ? [at] : []))
  const byInput: (Size | undefined)[] = inputs.map(() => undefined)
  known.forEach(({ width, height, at }, k) => {
    const index = at ?? sources[k]
    if (index !== undefined && index < byInput.length) byInput[index] = { width, height }
  })
  return byInput
}

const OTHER_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Thai}]/u
/** True when the model takes English only and the prompt is written in a script that English is not: its provider would refuse it. */
export function needsTranslation(
  { promptLanguages }: { promptLanguages?: readonly string[] | undefined },
  prompt: string | undefined,
): boolean {
  const isEnglishOnly = promptLanguages?.length === 1 && promptLanguages[0] === 'en'
  return isEnglishOnly && prompt !== undefined && OTHER_SCRIPTS.test(prompt)
}

/** The list price of one image of this request, in micro-dollars. The first tier that holds the pixels, quality and steps wins. */
export function priceOf(model: Model, request: Pick<GenerationRequest, 'width' | 'height' | 'parameters'>): number {
  const { quality, steps } = request.parameters ?? {}
  const pixels = request.width && request.height ? request.width * request.height : 0
  const fits = (model.price.tiers ?? []).find(
    (tier) =>
      (tier.maxPixels === undefined || pixels <= tier.maxPixels) &&
      (tier.quality === undefined || tier.quality === (quality ?? 'standard')) &&
      (tier.minSteps === undefined || (typeof steps === 'number' && steps >= tier.minSteps)),
  )
  return fits?.microUsdPerImage ?? model.price.microUsdPerImage
}

function invalid(problems: Problem[]): StudioError<'invalid_input'> {
  const said = problems.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
  return new StudioError('invalid_input', said, { fields: problems })
}
