import type { GenerationRequest } from './generation.ts'
import type { Model, ModelTask, ParameterSpec } from './model.ts'

export type Problem = { path: string; problem: string }
const COLOR = /^#[0-9a-fA-F]{6}$/
const MAX_COUNT = 10

/** What is wrong with the words, the count and the seed. */
export function fieldProblems(model: Model, offer: ModelTask, request: GenerationRequest): Problem[] {
  const problems: Problem[] = []
  const say = (path: string, problem: string | undefined) => problem !== undefined && problems.push({ path, problem })
  const isBlank = (request.prompt ?? '').trim() === ''
  if (isBlank && offer.prompt === 'required') say('prompt', `is needed for ${offer.task} with ${model.name}`)
  if (!isBlank && offer.prompt === 'none') say('prompt', `is not taken for ${offer.task} with ${model.name}; leave it out`)
  say('prompt', wordsProblem(request.prompt, offer.maxPromptLength))
  if (request.negativePrompt && !offer.negativePrompt) say('negativePrompt', `is not taken for ${offer.task} with ${model.name}`)
  say('negativePrompt', wordsProblem(request.negativePrompt, offer.maxPromptLength))
  if (!Number.isInteger(request.count) || request.count < 1 || request.count > MAX_COUNT)
    say('count', `is ${request.count}; ask for 1 to ${MAX_COUNT}`)
  if (request.seed !== undefined) say('seed', seedProblem(offer, request.seed, model.name))
  return problems
}

/** Length in UTF-16 units: never more than a service counts, whichever unit it counts in. */
function wordsProblem(words: string | undefined, most: number): string | undefined {
  if (words === undefined) return undefined
  // Half a surrogate pair cannot be written as UTF-8, so it would reach the model as another character than the one given.
  if (!words.isWellFormed()) return 'holds half a character (an unpaired surrogate); send whole ones'
  return words.length > most ? `has ${words.length} characters; the model takes ${most}` : undefined
}

function seedProblem(offer: ModelTask, seed: number, name: string): string | undefined {
  if (!offer.seed) return `is not taken for ${offer.task} with ${name}; leave it out`
  // A chosen seed must give the same picture again, and 0 would ask such a model for a random one.
  const min = offer.seed.zeroIsRandom ? Math.max(1, offer.seed.min) : offer.seed.min
  return seed >= min && seed <= offer.seed.max ? undefined : `is ${seed}; the model takes ${min} to ${offer.seed.max}`
}

/** The parameters with defaults applied, and what is wrong with the given ones. Unknown names are refused: a typing error must not pass. */
export function parameterProblems(model: Model, offer: ModelTask, given: Record<string, unknown>) {
  const problems: Problem[] = []
  const values: Record<string, unknown> = {}
  const known = offer.parameters.map((spec) => spec.name)
  for (const name of Object.keys(given).filter((one) => !known.includes(one))) {
    const has = known.length > 0 ? `takes ${known.join(', ')}` : 'takes no parameters'
    problems.push({ path: `parameters.${name}`, problem: `is unknown; ${offer.task} with ${model.name} ${has}` })
  }
  for (const spec of offer.parameters) {
    const value = Object.hasOwn(given, spec.name) ? given[spec.name] : undefined
    if (value === undefined || value === null) {
      if (spec.required) problems.push({ path: `parameters.${spec.name}`, problem: `is needed: ${expectationOf(spec)}` })
      if ('default' in spec && spec.default !== undefined) values[spec.name] = spec.default
      continue
    }
    if (matches(spec, value)) values[spec.name] = value
    else problems.push({ path: `parameters.${spec.name}`, problem: `is ${show(value)}; give ${expectationOf(spec)}` })
  }
  return { values, problems }
}

function matches(spec: ParameterSpec, value: unknown): boolean {
  switch (spec.type) {
    case 'number':
      return typeof value === 'number' && value >= spec.min && value <= spec.max
    case 'integer':
      return Number.isInteger(value) && (value as number) >= spec.min && (value as number) <= spec.max
    case 'choice':
      return typeof value === 'string' && spec.options.includes(value)
    case 'text':
      return typeof value === 'string' && value.length <= spec.maxLength && value.isWellFormed() && (!spec.required || value.trim() !== '')
    case 'boolean':
      return typeof value === 'boolean'
    case 'colors':
      return Array.isArray(value) && value.length >= 1 && value.length <= spec.maxItems && value.every(isColor)
  }
}
const isColor = (value: unknown) => typeof value === 'string' && COLOR.test(value)

function expectationOf(spec: ParameterSpec): string {
  switch (spec.type) {
    case 'number':
      return `a number from ${spec.min} to ${spec.max}`
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}${spec.unit ? ` (${spec.unit})` : ''}`
    case 'choice':
      return `one of ${spec.options.join(', ')}`
    case 'text':
      return `text of ${spec.required ? '1' : '0'} to ${spec.maxLength} characters`
    case 'boolean':
      return 'true or false'
    case 'colors':
      return `1 to ${spec.maxItems} colours written as #rrggbb`
  }
}

/** Numbers and flags are shown; what may hold somebody's words is named by kind only. */
function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return value.length <= 40 ? `"${value}"` : `text of ${value.length} characters`
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object'
}
