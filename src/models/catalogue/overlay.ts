import { z } from 'zod'
import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import { INPUT_ROLES, TASKS, Task } from '#core/task.ts'

// The operator's genzo.models.json. An entry with a known id changes those fields of it; with a new id it must be whole.
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
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'use lower-case letters, digits, dots and hyphens'),
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
const Overlay = z.strictObject({
  /** Task → id of the model that answers when a request names none. */
  defaults: z.partialRecord(Task, z.string()).optional(),
  models: z.array(Entry.partial().required({ id: true }).extend({ isHidden: z.boolean().optional() })).optional(),
})

export type Catalogue = { models: Model[]; defaults: Partial<Record<Task, string>> }

/** The catalogue with the operator's file laid over it. A bad file is one `invalid_input` that lists every fault of it. */
export function overlayCatalogue(catalogue: readonly Model[], text: string | undefined): Catalogue {
  if (text === undefined || text.trim() === '') return { models: [...catalogue], defaults: {} }
  const parsed = Overlay.safeParse(parseJson(text))
  if (!parsed.success) throw bad(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), problem: message })))
  const { models: changes = [], defaults = {} } = parsed.data
  const problems: { path: string; problem: string }[] = []
  const byId = new Map<string, Model>(catalogue.map((model) => [model.id, model]))
  for (const [at, { isHidden, ...change }] of changes.entries()) {
    if (isHidden) byId.delete(change.id)
    if (isHidden) continue
    const known = byId.get(change.id)
    const merged = Entry.safeParse({ ...known, ...change })
    if (merged.success) byId.set(change.id, merged.data as Model)
    for (const { path, message } of merged.error?.issues ?? []) problems.push({ path: ['models', at, ...path].join('.'), problem: message })
  }
  for (const [task, id] of Object.entries(defaults)) {
    const model = byId.get(id)
    if (!model) problems.push({ path: `defaults.${task}`, problem: `there is no model ${id}` })
    else if (!model.tasks.some((offer) => offer.task === task)) problems.push({ path: `defaults.${task}`, problem: `${id} does not do it` })
  }
  if (problems.length > 0) throw bad(problems)
  return {
    models: [...byId.values()],
    defaults: Object.fromEntries(TASKS.flatMap((task) => (defaults[task] ? [[task, defaults[task]]] : []))),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw bad([{ path: '', problem: `is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}` }])
  }
}

const bad = (fields: { path: string; problem: string }[]) =>
  new StudioError(
    'invalid_input',
    `genzo.models.json: ${fields.map(({ path, problem }) => `${path || 'the file'}: ${problem}`).join('; ')}`,
    {
      fields,
    },
  )
