import type { ModelAnswer, ModelRequest } from '#core/ports/models.ts'
import type { Pixels } from '#core/ports/pixels.ts'

export type Prepare = Pixels['prepare']
/** What a body says, and what was changed of the request for it, one sentence each. */
export type Encoded = { body: Record<string, unknown>; adjustments: string[] }

/** One family's wire: request → native body, native answer → pictures or a refusal. Both throw StudioError. */
export type Codec = {
  encode(request: ModelRequest, prepare: Prepare): Promise<Encoded>
  /** `answer` is parsed JSON of unknown shape. */
  decode(answer: unknown, request: ModelRequest): ModelAnswer
}

/** The fields that have a value: services refuse nulls, and an absent field is the service's own default. */
export const present = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''))
