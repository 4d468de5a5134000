import { describe, expect, it } from 'vitest'
import { isStudioError } from '#core/errors.ts'
import type { Model } from '#core/model.ts'
import type { ModelRequest } from '#core/ports/models.ts'
import { BEDROCK_CATALOGUE } from './catalogue/catalogue.ts'
import { type Invoker, studioModels } from './studio-models.ts'

const signal = new AbortController().signal
const answering: Invoker = { invoke: async () => ({ outcome: 'refused', stage: 'prompt', reason: 'asked' }) }
const find = (id: string): Model => BEDROCK_CATALOGUE.find((model) => model.id === id)!
const retire = (model: Model, successor?: string): Model => ({ ...model, lifecycle: { state: 'retired', ...(successor && { successor }) } })
const call = (model: Model): ModelRequest => ({ model, task: 'text-to-image', prompt: 'x', count: 1, inputs: [], parameters: {} })

describe('the models of a studio', () => {
  it('are those whose provider is configured, and the retired ones, to be told about', async () => {
    const ids = (await studioModels({ catalogue: BEDROCK_CATALOGUE, invokers: {} }).list()).map((model) => model.lifecycle.state)
    expect(new Set(ids)).toEqual(new Set(['retired']))
    const all = await studioModels({ catalogue: BEDROCK_CATALOGUE, invokers: { bedrock: answering } }).list()
    expect(all).toHaveLength(BEDROCK_CATALOGUE.length)
  })

  it('come and go with the key of their provider', async () => {
    let isConfigured = false
    const invokers = { bedrock: { ...answering, isConfigured: () => isConfigured } }
    const models = studioModels({ catalogue: BEDROCK_CATALOGUE, invokers })
    const core = find('stable-image-core')
    expect(await models.find(core.id)).toBeUndefined()
    await expect(models.invoke(call(core), signal)).rejects.toMatchObject({ code: 'unavailable' })
    isConfigured = true
    expect(await models.find(core.id)).toBeDefined()
    expect(await models.invoke(call(core), signal)).toMatchObject({ outcome: 'refused' })
  })

  it('answer a task by the named default, else by the first that lives', async () => {
    const named = studioModels({
      catalogue: BEDROCK_CATALOGUE,
      invokers: { bedrock: answering },
      defaults: { 'text-to-image': 'stable-image-ultra' },
    })
    expect((await named.defaultFor('text-to-image'))?.id).toBe('stable-image-ultra')
    expect((await named.defaultFor('erase'))?.id).toBe('stable-image-erase')
    const none = studioModels({ catalogue: BEDROCK_CATALOGUE, invokers: {} })
    expect(await none.defaultFor('erase')).toBeUndefined()
  })

  it('let rules answer only where no trained model is configured', async () => {
    const catalogue = [
      { ...find('stable-image-core'), id: 'rules', provider: 'local' as const, isProcedural: true },
      find('stable-image-core'),
    ]
    const alone = studioModels({ catalogue, invokers: { local: answering } })
    expect((await alone.defaultFor('text-to-image'))?.id).toBe('rules')
    const both = studioModels({ catalogue, invokers: { local: answering, bedrock: answering } })
    expect((await both.defaultFor('text-to-image'))?.id).toBe('stable-image-core')
  })

  it('find a way out of a ring of retired successors', async () => {
    const catalogue = [
      retire(find('stable-image-core'), 'sd3-5-large'),
      retire(find('sd3-5-large'), 'stable-image-core'),
      find('stable-image-ultra'),
    ]
    const models = studioModels({ catalogue, invokers: { bedrock: answering }, defaults: { 'text-to-image': 'stable-image-core' } })
    expect((await models.defaultFor('text-to-image'))?.id).toBe('stable-image-ultra')
  })

  it('are never asked once retired or unconfigured', async () => {
    const models = studioModels({ catalogue: BEDROCK_CATALOGUE, invokers: { bedrock: answering } })
    await expect(models.invoke(call(find('sdxl')), signal)).rejects.toSatisfy((error) => isStudioError(error, 'model_retired'))
    await expect(models.invoke(call({ ...find('stable-image-core'), provider: 'local' }), signal)).rejects.toSatisfy((error) =>
      isStudioError(error, 'unavailable'),
    )
    expect(await models.invoke(call(find('stable-image-core')), signal)).toMatchObject({ reason: 'asked' })
  })

  it('each name a successor that lives when they are retired, and a region to be asked in', () => {
    for (const model of BEDROCK_CATALOGUE) {
      expect(Object.keys(model.regions ?? {}), model.id).not.toHaveLength(0)
      if (model.lifecycle.state === 'retired') expect(find(model.lifecycle.successor!).lifecycle.state).toBe('active')
    }
  })
})
