import type { Models } from '#core/ports/models.ts'
import { type StudioModels, studioModels } from '#models/studio-models.ts'
import { laidCatalogue } from './laid-files.ts'

const NOT_HERE = { invoke: () => Promise.reject(new Error('this function asks no model')) }

/**
 * The stage's catalogue alone: for functions that must know a model's rate or name, and never ask one. `lifecycles` where people choose
 * by it.
 */
export async function catalogueOnly({ lifecycles }: Pick<StudioModels, 'lifecycles'> = {}): Promise<Models> {
  const { models: catalogue, defaults } = await laidCatalogue()
  return studioModels({ catalogue, defaults, invokers: { bedrock: NOT_HERE }, ...(lifecycles && { lifecycles }) })
}
