import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import { INPUT_ROLES, Task } from '#core/task.ts'

// The operator's genzo.models.json: model id → the fields that differ. A new id brings a whole entry. `defaults` names models by task.
const day = z.iso.date()
const pair = z.tuple([z.int().min(1), z.int().min(1)])
const named = { name: z.string().min(1).max(64), required: z.boolean().optional(), advanced: z.boolean().optional() }
const numeric = { min: z.number(), max: z.number(), default: z.number().optional(), unit: z.string().optional() }
const Parameter = z.discriminatedUnion('type', [
  z.strictObject({ ...named, type: z.literal('number'), ...numeric, step: z.number().optional() }),
  z.strictObject({ ...named, type: z.literal('integer'), ...numeric }),
  z.strictObject({ ...named, type: z.literal('choice'), options: z.array(z.string()).min(1), default: z.string().optional() }),
  z.strictObject({ ...named, type: z.literal('text'), maxLength: z.int().min(1), default: z.string().optional() }),
  z.strictObject({ ...named, type: z.literal('boolean'), default: z.boolean().optional() }),
  z.strictObject({ ...named, type: z.literal('colors'), maxItems: z.int().min(1) }),
])
const aspect = z.string().regex(/^\d{1,5}:\d{1,5}$/, 'write it as 16:9')
const Size = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('aspects'), aspects: z.array(aspect).min(1), default: aspect, megapixels: z.number().positive() }),
  z.strictObject({ kind: z.literal('list'), sizes: z.array(pair).min(1), default: pair }),
  z.strictObject({
    ...{ kind: z.literal('range'), min: z.int().min(1), max: z.int().min(1), multipleOf: z.int().min(1), maxPixels: z.int().min(1) },
    ...{ maxAspect: z.number().min(1), default: pair },
  }),
  z.strictObject({ kind: z.enum(['input', 'margins', 'model']) }),
  z.strictObject({ kind: z.literal('scale'), factor: z.number().positive() }),
])
const Limits = z.strictObject({
  formats: z.array(z.enum(['jpeg', 'png', 'webp'])).min(1),
  minSide: z.int().optional(),
  maxSide: z.int().optional(),
  minPixels: z.int().optional(),
  maxPixels: z.int().optional(),
  maxAspect: z.number().min(1).optional(),
  maxBytes: z.int().optional(),
  alpha: z.enum(['kept', 'opaque only', 'is mask']).optional(),
})
const Offer = z.strictObject({
  task: Task,
  prompt: z.enum(['required', 'optional', 'none']),
  maxPromptLength: z.int().min(0),
  negativePrompt: z.boolean(),
  inputs: z.array(z.strictObject({ role: z.enum(INPUT_ROLES), required: z.boolean() })),
  inputLimits: Limits.optional(),
  exactlyOneOf: z.array(z.string()).optional(),
  size: Size,
  parameters: z.array(Parameter),
  seed: z.strictObject({ min: z.int(), max: z.int(), zeroIsRandom: z.boolean() }).optional(),
  nativeId: z.string().optional(),
})
const money = z.int().min(0)
const Tier = z.strictObject({
  ...{ maxPixels: z.int().optional(), quality: z.string().optional(), minSteps: z.int().optional(), microUsdPerImage: money },
})
const Entry = z.strictObject({
  id: z.string(),
  name: z.string().min(1).max(100),
  provider: z.enum(['local', 'bedrock']),
  family: z.string().min(1),
  nativeId: z.string().min(1).max(2048).optional(),
  regions: z.record(z.string(), z.string().min(1).max(2048)).optional(),
  isProcedural: z.boolean(),
  tasks: z.array(Offer).min(1),
  imagesPerCall: z.int().min(1).max(10),
  maskPolarity: z.enum(['white', 'black', 'white to keep']).optional(),
  promptLanguages: z.array(z.string()).optional(),
  price: z.strictObject({ microUsdPerImage: money, tiers: z.array(Tier).optional(), asOf: day, source: z.string() }),
  requestsPerMinute: z.number().positive(),
  concurrency: z.int().min(1).max(100),
  typicalSeconds: z.number().positive(),
  lifecycle: z.strictObject({
    ...{
      state: z.enum(['active', 'legacy', 'retired']),
      legacyOn: day.optional(),
      retiredOn: day.optional(),
      successor: z.string().optional(),
    },
  }),
  note: z.string().optional(),
})
const Change = Entry.omit({ id: true }).partial().extend({ isHidden: z.boolean().optional() })
const Defaults = z.partialRecord(Task, z.string())
const Id = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'a model id has lower-case letters, digits, dots and hyphens')
const File = z.record(z.string(), z.unknown())

/** `defaults`: task → id of the model that answers when a request names none. */
export type Catalogue = { models: Model[]; defaults: Partial<Record<Task, string>> }
type Problem = { path: string; problem: string }

/** The catalogue with the operator's file laid over it. A bad file is one `invalid_input` that lists every fault of it. */
export function overlayCatalogue(catalogue: readonly Model[], text: string | undefined): Catalogue {
  if (text === undefined || text.trim() === '') return { models: [...catalogue], defaults: {} }
  const file = File.safeParse(parseJson(text))
  if (!file.success) throw bad([{ path: '', problem: 'must be an object of model ids' }])
  const problems: Problem[] = []
  const byId = new Map<string, Model>(catalogue.map((model) => [model.id, model]))
  const { defaults: named = {}, ...changes } = file.data
  for (const [id, change] of Object.entries(changes)) {
    const changed = changedModel(byId.get(id), id, change)
    problems.push(...changed.problems)
    if (changed.isHidden) byId.delete(id)
    else if (changed.model) byId.set(id, changed.model)
  }
  const checked = checkedDefaults(named, byId)
  problems.push(...checked.problems)
  if (problems.length > 0) throw bad(problems)
  return { models: [...byId.values()], defaults: checked.defaults }
}

function checkedDefaults(named: unknown, byId: ReadonlyMap<string, Model>): { defaults: Catalogue['defaults']; problems: Problem[] } {
  const parsed = Defaults.safeParse(named)
  const problems = problemsOf('defaults', parsed.error)
  const defaults: Catalogue['defaults'] = {}
  for (const [task, id] of Object.entries(parsed.data ?? {}) as [Task, string][]) {
    const model = byId.get(id)
    if (!model) problems.push({ path: `defaults.${task}`, problem: `there is no model ${id}` })
    else if (!model.tasks.some((offer) => offer.task === task)) problems.push({ path: `defaults.${task}`, problem: `${id} does not do it` })
    else defaults[task] = id
  }
  return { defaults, problems }
}

/** One entry with its change laid over it. */
function changedModel(known: Model | undefined, id: string, change: unknown): { model?: Model; isHidden?: boolean; problems: Problem[] } {
  const parsed = Change.safeParse(change)
  const problems = [...problemsOf(id, Id.safeParse(id).error), ...problemsOf(id, parsed.error)]
  if (!parsed.success || problems.length > 0) return { problems }
  const { isHidden, ...fields } = parsed.data
  if (isHidden) return { isHidden, problems }
  const merged = Entry.safeParse({ ...known, ...fields, id })
  return merged.success ? { model: merged.data as Model, problems } : { problems: problemsOf(id, merged.error) }
}

const problemsOf = (at: string, error: z.ZodError | undefined): Problem[] =>
  (error?.issues ?? []).map(({ path, message }) => ({ path: [at, ...path].join('.'), problem: message }))

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw bad([{ path: '', problem: `is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}` }])
  }
}

const bad = (fields: Problem[]) =>
  new StudioError(
    'invalid_input',
    `genzo.models.json: ${fields.map(({ path, problem }) => `${path || 'the file'}: ${problem}`).join('; ')}`,
    {
      fields,
    },
  )
