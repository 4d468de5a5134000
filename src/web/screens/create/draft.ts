import type { GenerationRequest } from '#core/generation.ts'
import type { InputRole, Task } from '#core/task.ts'
import type { ModelTaskView, ModelView } from '../../api/types.ts'

/** Tasks of this screen. Those that need a mask are painted in the editor. */
export const CREATE_TASKS = [
  'text-to-image',
  'image-to-image',
  'control-sketch',
  'control-structure',
  'style-guide',
  'style-transfer',
  'outpaint',
  'replace',
  'recolor',
  'remove-background',
  'upscale-fast',
  'upscale-conservative',
  'upscale-creative',
] as const satisfies readonly Task[]

export type DraftInput = { role: InputRole; imageId: string }

/**
 * What a person is about to ask for. Values that the chosen model does not take stay here unused: changing the model and back loses
 * nothing. React-free, kept in the browser, so that it outlives a reload and the end of a session.
 */
export type Draft = {
  task: Task
  modelId?: string
  prompt: string
  negativePrompt: string
  aspectRatio?: string
  width?: number
  height?: number
  count: number
  seed?: number
  isSeedLocked: boolean
  inputs: DraftInput[]
  parameters: Record<string, unknown>
}

export const EMPTY_DRAFT: Draft = {
  task: 'text-to-image',
  prompt: '',
  negativePrompt: '',
  count: 4,
  isSeedLocked: false,
  inputs: [],
  parameters: {},
}

export type DraftEvent =
  | { type: 'edit'; change: Partial<Pick<Draft, 'prompt' | 'negativePrompt' | 'count'>> }
  | { type: 'task'; task: Task }
  | { type: 'model'; modelId: string }
  | { type: 'aspect'; aspectRatio: string }
  | { type: 'size'; width: number | undefined; height: number | undefined }
  | { type: 'seed'; seed: number | undefined }
  | { type: 'lock'; isLocked: boolean }
  | { type: 'input'; role: InputRole; imageId: string | undefined }
  | { type: 'parameter'; name: string; value: unknown }
  | { type: 'use'; draft: Partial<Draft> }
  | { type: 'clear' }

/** The next draft. Total: every event makes sense in every state. */
export function reduceDraft(draft: Draft, event: DraftEvent): Draft {
  switch (event.type) {
    case 'edit':
      return { ...draft, ...event.change }
    case 'task':
      return { ...draft, task: event.task }
    case 'model':
      return { ...draft, modelId: event.modelId }
    case 'aspect':
      return without({ ...draft, aspectRatio: event.aspectRatio }, 'width', 'height')
    case 'size': {
      const sized = without({ ...draft }, 'aspectRatio', 'width', 'height')
      return { ...sized, ...(event.width && { width: event.width }), ...(event.height && { height: event.height }) }
    }
    case 'seed':
      return event.seed === undefined ? { ...without(draft, 'seed'), isSeedLocked: false } : { ...draft, seed: event.seed }
    case 'lock':
      return { ...draft, isSeedLocked: event.isLocked }
    case 'input': {
      const others = draft.inputs.filter(({ role }) => role !== event.role)
      return { ...draft, inputs: event.imageId ? [...others, { role: event.role, imageId: event.imageId }] : others }
    }
    case 'parameter': {
      const parameters = { ...draft.parameters, [event.name]: event.value }
      if (event.value === undefined || event.value === '') delete parameters[event.name]
      return { ...draft, parameters }
    }
    case 'use':
      return { ...EMPTY_DRAFT, count: draft.count, ...event.draft }
    case 'clear':
      return { ...EMPTY_DRAFT, ...(draft.modelId && { modelId: draft.modelId }) }
  }
}

const without = <K extends keyof Draft>(draft: Draft, ...names: K[]): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([name]) => !names.includes(name as K))) as Draft

/** Models that do the task now, those that are alive first. */
export function modelsFor(models: readonly ModelView[], task: Task): ModelView[] {
  const order = { active: 0, legacy: 1, retired: 2 }
  return models
    .filter((model) => model.tasks.some((one) => one.task === task))
    .toSorted((a, b) => order[a.lifecycle.state] - order[b.lifecycle.state])
}

/** Tasks that some living model does, in the screen's order. */
export const liveTasks = (models: readonly ModelView[]): Task[] =>
  CREATE_TASKS.filter((task) => modelsFor(models, task).some(({ lifecycle }) => lifecycle.state !== 'retired'))

/** The model that the draft means: the chosen one while it does the task and lives, else the studio's default, else the first that does. */
export function modelOf(
  draft: Draft,
  models: readonly ModelView[],
  defaults: Partial<Record<string, string>> = {},
): { model: ModelView; task: ModelTaskView } | undefined {
  const able = modelsFor(models, draft.task).filter(({ lifecycle }) => lifecycle.state !== 'retired')
  const named = (wanted: string | undefined) => able.find(({ id }) => id === wanted)
  const model = named(draft.modelId) ?? named(defaults[draft.task]) ?? able[0]
  const task = model?.tasks.find((one) => one.task === draft.task)
  return model && task && { model, task }
}

/** What the form lacks before it can be sent: names of fields, in the order they stand on the screen. */
export function missingOf(draft: Draft, task: ModelTaskView): string[] {
  const inputs = task.inputs
    .filter(({ role, required }) => required && !draft.inputs.some((input) => input.role === role))
    .map(({ role }) => role)
  const parameters = task.parameters
    .filter(({ name, required }) => required && draft.parameters[name] === undefined)
    .map(({ name }) => name)
  const needsMargin = task.size.kind === 'margins' && !['left', 'right', 'up', 'down'].some((side) => Number(draft.parameters[side]) > 0)
  return [
    ...(task.prompt === 'required' && draft.prompt.trim() === '' ? ['prompt'] : []),
    ...inputs,
    ...parameters,
    ...(needsMargin ? ['margins'] : []),
  ]
}

/** The request to send: only what this model's task takes. */
export function requestOf(draft: Draft, model: ModelView, task: ModelTaskView): GenerationRequest {
  const takesSize = task.size.kind === 'aspects' || task.size.kind === 'list' || task.size.kind === 'range'
  const parameters = Object.fromEntries(
    task.parameters.filter(({ name }) => draft.parameters[name] !== undefined).map(({ name }) => [name, draft.parameters[name]]),
  )
  const inputs = draft.inputs.filter(({ role }) => task.inputs.some((input) => input.role === role))
  return {
    model: model.id,
    task: draft.task,
    count: draft.count,
    ...(task.prompt !== 'none' && draft.prompt.trim() && { prompt: draft.prompt.trim() }),
    ...(task.negativePrompt && draft.negativePrompt.trim() && { negativePrompt: draft.negativePrompt.trim() }),
    ...(takesSize && draft.width && draft.height ? { width: draft.width, height: draft.height } : {}),
    ...(takesSize && !draft.width && draft.aspectRatio ? { aspectRatio: draft.aspectRatio } : {}),
    ...(task.seed && draft.seed !== undefined && { seed: Math.min(Math.max(draft.seed, task.seed.min), task.seed.max) }),
    ...(inputs.length > 0 && { inputs }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  }
}

type Settings = Partial<Omit<GenerationRequest, 'inputs'>> & {
  modelId?: string
  inputs?: { role: string; imageId?: string | undefined }[] | undefined
}

/** A draft that would make a picture again, from what it was made with ("use these settings"). */
export function draftOf(request: Settings): Partial<Draft> {
  const { task, prompt, negativePrompt, width, height, aspectRatio, seed, inputs, parameters, count } = request
  const modelId = request.model ?? request.modelId
  return {
    ...(task && { task }),
    ...(modelId && { modelId }),
    prompt: prompt ?? '',
    negativePrompt: negativePrompt ?? '',
    ...(aspectRatio && { aspectRatio }),
    ...(width && height && !aspectRatio ? { width, height } : {}),
    ...(seed !== undefined && { seed, isSeedLocked: true }),
    inputs: (inputs ?? []).flatMap(({ role, imageId }) => (imageId ? [{ role: role as InputRole, imageId }] : [])),
    parameters: parameters ?? {},
    ...(count && { count }),
  }
}
