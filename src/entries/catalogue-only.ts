import type { Models } from '#core/ports/models.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { studioModels } from '#models/studio-models.ts'

const NOT_HERE = { invoke: () => Promise.reject(new Error('this function asks no model')) }

/** The catalogue alone: for functions that must know a model's rate or name, and never ask one. */
export const catalogueOnly = (): Models => studioModels({ catalogue: BEDROCK_CATALOGUE, invokers: { bedrock: NOT_HERE } })
