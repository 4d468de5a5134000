import { modelRetired } from '#core/catalogue.ts'
import { StudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import type { ModelAnswer, ModelRequest, Models } from '#core/ports/models.ts'
import type { Task } from '#core/task.ts'

/** Asks one provider's models. Same promises as `Models.invoke`. */
export type Invoker = {
  invoke(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>
  /** Whether there is a way of asking now; absent means always. Looked at each time, since a key may come while the studio runs. */
  isConfigured?(): boolean
}
type Lifecycles = { current(): Promise<ReadonlyMap<string, Model['lifecycle']>> }
export type StudioModels = {
  catalogue: readonly Model[]
  invokers: Partial<Record<Model['provider'], Invoker>>
  defaults?: Partial<Record<Task, string>>
  lifecycles?: Lifecycles
  warn?: (message: string) => void
}

/**
 * The catalogue over the invokers that this studio has: a live model whose provider has no invoker is not offered. `defaults` name the
 * preferred model of a task; a retired one is replaced by its successor and `warn` is told once. `lifecycles` are the provider's own
 * news, laid over the entries; waiting for them never takes longer than they allow, so asking a catalogue never fails.
 */
export function studioModels({ catalogue, invokers, defaults = {}, lifecycles, warn = () => {} }: StudioModels): Models {
  const invokerOf = ({ provider }: Model): Invoker | undefined => {
    const invoker = invokers[provider]
    return invoker?.isConfigured?.() === false ? undefined : invoker
  }
  const warned = new Set<string>()
  const warnOnce = (message: string) => {
    if (!warned.has(message)) warn(message)
    warned.add(message)
  }

  async function list(): Promise<Model[]> {
    const news = await lifecycles?.current()
    // What is gone stays in sight with its dates, so that asking for it says why; what lives but is not configured here would only fail.
    const offered = catalogue.filter((model) => invokerOf(model) || !isLive(model))
    return offered.map((model) => (news?.has(model.id) ? { ...model, lifecycle: news.get(model.id)! } : model))
  }

  /** Follows successors until a live one that does the task; a ring of retired models ends at undefined. */
  function liveFrom(models: Model[], start: Model, task: Task): Model | undefined {
    const seen = new Set<string>()
    for (let model: Model | undefined = start; model && !seen.has(model.id); ) {
      if (model.lifecycle.state !== 'retired' && doesTask(model, task)) return model
      seen.add(model.id)
      const next: string | undefined = model.lifecycle.successor
      model = models.find((one) => one.id === next)
    }
    return undefined
  }

  return {
    list,
    find: async (id) => (await list()).find((model) => model.id === id),
    async defaultFor(task) {
      const models = await list()
      const named = models.find((model) => model.id === defaults[task])
      const able = models.filter((model) => isLive(model) && doesTask(model, task))
      // A trained model where there is one: rules stand in for it only where nothing else is configured.
      const best = able.find((model) => !model.isProcedural) ?? able[0]
      const wanted = named ?? best
      if (!wanted) return undefined
      const live = liveFrom(models, wanted, task) ?? best
      if (live && live !== wanted) warnOnce(`the default for ${task}, ${wanted.id}, is ${wanted.lifecycle.state}; using ${live.id}`)
      return live
    },
    async invoke(request, signal) {
      const invoker = invokerOf(request.model)
      if (!invoker) throw new StudioError('unavailable', `${request.model.id} is not configured here`, { service: request.model.provider })
      if (request.model.lifecycle.state === 'retired') throw modelRetired(request.model)
      signal.throwIfAborted()
      return invoker.invoke(request, signal)
    },
  }
}

const isLive = (model: Model) => model.lifecycle.state !== 'retired'
const doesTask = (model: Model, task: Task) => model.tasks.some((offer) => offer.task === task)
