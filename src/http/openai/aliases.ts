import { StudioError } from '#core/errors.ts'
import type { Model, ModelTask } from '#core/model.ts'
import type { Models } from '#core/ports/models.ts'
import type { Task } from '#core/task.ts'

/** Names that clients write → our model ids, or `default`: whatever the studio prefers for the task. A closing `*` takes any rest. */
export type Aliases = Readonly<Record<string, string>>
/** The ids that other programs have written into their menus. */
export const OPENAI_ALIASES: Aliases = {
  'gpt-image*': 'default',
  'chatgpt-image*': 'default',
  'dall-e*': 'default',
  default: 'default',
}

export type Chosen = { model: Model; task: Task }
/** Which task of a model is meant: the first wanted one that it has, else any for which `suits` is true. */
export type Meant = { wanted: readonly Task[]; suits?: (offer: ModelTask) => boolean }

/**
 * Who answers a request and by which task. A model of the catalogue (by our id or its provider's) is taken at its word; an alias that leads
 * to a model without such a task, and no name at all, lead to the studio's own choice. `not_found` for a name that means nothing here.
 */
export async function chooseModel(models: Models, named: string, { aliases, meant }: { aliases: Aliases; meant: Meant }): Promise<Chosen> {
  const listed = await models.list()
  const own = modelNamed(listed, named)
  if (own) return { model: own, task: taskOf(own, listed, meant) ?? meant.wanted[0]! }

  const target = aliasOf(aliases, named)
  if (target === undefined) throw noModel(named)
  const aimed = target === 'default' ? undefined : modelNamed(listed, target)
  if (target !== 'default' && !aimed) throw noModel(target)
  const task = aimed && taskOf(aimed, listed, meant)
  if (aimed && task) return { model: aimed, task }
  for (const wanted of meant.wanted) {
    const model = await models.defaultFor(wanted)
    if (model) return { model, task: wanted }
  }
  throw noModel(named)
}

/** Where an alias leads; the longest pattern wins. `dall-e-3` and `DALL-E-3` are one name. */
export function aliasOf(aliases: Aliases, named: string): string | undefined {
  const name = named.toLowerCase()
  const isMatch = (pattern: string) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)
  const patterns = Object.keys(aliases).filter((pattern) => isMatch(pattern.toLowerCase()))
  const best = patterns.toSorted((a, b) => b.length - a.length)[0]
  return best === undefined ? undefined : aliases[best]
}

/** A model by our id, or by its provider's, a region's inference profile included. */
export const modelNamed = (models: readonly Model[], name: string): Model | undefined =>
  models.find(({ id }) => id === name) ??
  models.find(({ nativeId, regions = {} }) => nativeId === name || Object.values(regions).includes(name))

/** A retired model may be answered by its successor, which then is the one to look at. */
function taskOf(model: Model, models: readonly Model[], { wanted, suits = () => false }: Meant): Task | undefined {
  const { state, successor } = model.lifecycle
  const tasks = ((state === 'retired' && models.find(({ id }) => id === successor)) || model).tasks
  return wanted.find((task) => tasks.some((offer) => offer.task === task)) ?? tasks.find(suits)?.task
}

export const noModel = (named: string): StudioError =>
  new StudioError('not_found', `the model ${JSON.stringify(named.slice(0, 80))} does not exist here; GET /v1/models lists those that do`, {
    what: 'model',
  })

/** The only OpenAI models that answer with an address unless told otherwise. */
export const aliasIsDallE = (named: string | undefined): boolean => /^dall-e/i.test(named ?? '')
