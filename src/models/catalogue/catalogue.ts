import type { Model } from '#core/model.ts'
import { AMAZON } from './amazon.data.ts'
import { SDXL } from './sdxl.data.ts'
import { STABILITY } from './stability.data.ts'

/** Every image model of Amazon Bedrock that Genzo knows, live ones first: the first that does a task is its default. */
export const BEDROCK_CATALOGUE: readonly Model[] = [...STABILITY, ...AMAZON, ...SDXL]
