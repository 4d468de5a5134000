import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRequest } from '#core/catalogue.ts'
import { isStudioError } from '#core/errors.ts'
import { GenerationRequest } from '#core/generation.ts'
import type { Model, ModelTask, ParameterSpec } from '#core/model.ts'
import { preparePicture } from '#imaging/prepare.ts'
import { codecOf } from '#models/bedrock/codecs.ts'
import { BEDROCK_CATALOGUE } from '#models/catalogue/catalogue.ts'
import { callFor } from './asking.ts'
import { SERVED } from './families.ts'
import { SCHEMAS } from './schemas.ts'

const EVERY = BEDROCK_CATALOGUE.flatMap((model) => model.tasks.map((offer) => [model.id, offer.task, model, offer] as const))
const RUNS = 25

/** Any value that a parameter documents, ends included. */
function anyOf(spec: ParameterSpec): fc.Arbitrary<unknown> {
  switch (spec.type) {
    case 'number':
      return fc.oneof(fc.constantFrom(spec.min, spec.max), fc.double({ min: spec.min, max: spec.max, noNaN: true }))
    case 'integer':
      return fc.oneof(fc.constantFrom(spec.min, spec.max), fc.integer({ min: spec.min, max: spec.max }))
    case 'choice':
      return fc.constantFrom(...spec.options)
    case 'text':
      return wordsUpTo(spec.maxLength)
    case 'boolean':
      return fc.boolean()
    case 'colors':
      return fc.array(
        fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`),
        { minLength: 1, maxLength: spec.maxItems },
      )
  }
}

/** Words of every script, emoji and direction marks among them, to the last unit that is allowed. */
const wordsUpTo = (most: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== '' && text.length <= most),
    fc.constant('x'.repeat(most)),
    fc.constant('🦊 \u202eشمال\u202c ﷺ 雪'),
  )

function requestOf(offer: ModelTask) {
  const required = offer.parameters.filter((spec) => spec.required).map((spec) => spec.name)
  const free = offer.parameters.filter((spec) => spec.name !== 'maskPrompt')
  const parameters = fc.record(Object.fromEntries(free.map((spec) => [spec.name, anyOf(spec)])), { requiredKeys: required })
  return fc.record(
    {
      parameters,
      seed: offer.seed ? fc.integer({ min: offer.seed.zeroIsRandom ? 1 : 0, max: offer.seed.max }) : fc.constant(undefined),
      prompt: wordsUpTo(offer.maxPromptLength),
      negativePrompt: offer.negativePrompt ? wordsUpTo(offer.maxPromptLength) : fc.constant(undefined),
      shape: fc.constantFrom({}, { width: 512, height: 512 }, { width: 1920, height: 1080 }, { width: 333, height: 1111 }),
    },
    { requiredKeys: ['parameters', 'prompt', 'shape', 'seed'] },
  )
}

describe.each(EVERY)('%s %s', (_id, _task, model: Model, offer) => {
  it('never sends what the service’s own ranges refuse', async () => {
    const base = await callFor(model, offer, offer.exactlyOneOf ? { roles: ['source', 'mask'] } : {})
    const schema = SCHEMAS[SERVED[model.nativeId!]!.family as keyof typeof SCHEMAS]
    await fc.assert(
      fc.asyncProperty(requestOf(offer), async ({ shape, prompt, negativePrompt, seed, parameters }) => {
        const grows = offer.size.kind === 'margins' ? { left: 1, ...parameters } : parameters
        if (offer.size.kind === 'margins') grows.left = Math.max(1, Number(grows.left ?? 1))
        const asked = GenerationRequest.parse({
          ...{ task: offer.task, inputs: base.inputs.map(({ role }) => ({ role, imageId: role })), parameters: grows, ...shape },
          ...(offer.prompt !== 'none' && { prompt }),
          ...(negativePrompt !== undefined && { negativePrompt }),
          ...(seed !== undefined && { seed }),
        })
        const { request } = checkRequest(base.model, asked)
        const { inputs: _, count, ...words } = request
        const call = { ...base, ...words, model: base.model, count, parameters: request.parameters ?? {} } as typeof base
        const { body } = await codecOf(model).encode(call, (source, to) =>
          preparePicture('bytes' in source ? source.bytes : new Uint8Array(), to),
        )
        const checked = schema.safeParse(JSON.parse(JSON.stringify(body)))
        expect(checked.error?.issues ?? []).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })
})

it('refuses what lies outside of a range, whichever it is', () => {
  const specs = EVERY.flatMap(([, , model, offer]) => offer.parameters.map((spec) => ({ model, offer, spec })))
  for (const { model, offer, spec } of specs.filter(({ spec }) => spec.type === 'number' || spec.type === 'integer')) {
    if (spec.type !== 'number' && spec.type !== 'integer') continue
    for (const value of [spec.min - 0.01, spec.max + 0.01, Number.NaN, String(spec.min)]) {
      const asked = { task: offer.task, prompt: 'x', count: 1, parameters: { [spec.name]: value } }
      let fields: string[] = []
      try {
        checkRequest({ ...model, lifecycle: { state: 'active' } }, asked)
      } catch (error) {
        if (isStudioError(error, 'invalid_input')) fields = (error.details.fields ?? []).map((field) => field.path)
      }
      expect(fields, `${model.id} ${spec.name}=${value}`).toContain(`parameters.${spec.name}`)
    }
  }
})
